#pragma once

#include <refract/postgres/session.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

#include <boost/asio/post.hpp>

namespace refract::postgres::detail {

/// What a connection keeps to receive into; large answers get more, for as long as somebody reads them.
inline constexpr std::size_t usual_block_bytes = 64U << 10U;
inline constexpr std::size_t largest_kept_block_bytes = 1U << 20U;

/// What one read takes.
inline constexpr std::size_t least_read_bytes = 8U << 10U;
inline constexpr std::size_t most_read_bytes = 16U << 20U;

/// All rows of one batch: their places are 32-bit numbers.
inline constexpr std::size_t max_answer_bytes = 3U << 30U;

REFRACT_DECL void session::read_more() {
    if (reading_) {
        return;
    }
    reading_ = true;
    // Always waiting, also while idle: that is how a connection the server has closed is noticed before it is handed out.
    transport_.waiting().async_wait(transport::socket::wait_read, [self = shared_from_this()](boost::system::error_code ec) {
        self->reading_ = false;
        if (!ec && self->usable()) {
            self->on_readable();
        }
    });
}

/// Makes room behind what has been received.
REFRACT_DECL void session::make_room() {
    if (answer_ == filled_ && (in_.alone() || in_.capacity() > largest_kept_block_bytes)) {
        if (in_.capacity() > largest_kept_block_bytes) {
            in_ = receive_block(usual_block_bytes);
        }
        answer_ = parsed_ = filled_ = 0;
    }
    if (in_.capacity() - filled_ >= least_read_bytes) {
        return;
    }
    // What belongs to the answer under way moves to the front, of this block or of a larger one.
    auto const kept = filled_ - answer_;
    if (in_.alone() && in_.capacity() - kept >= std::max(least_read_bytes, kept)) {
        std::memmove(in_.data(), in_.data() + answer_, kept);
    } else {
        auto larger = receive_block(std::max(usual_block_bytes, 2 * kept + least_read_bytes));
        if (kept > 0) {
            std::memcpy(larger.data(), in_.data() + answer_, kept);
        }
        in_ = std::move(larger);
    }
    parsed_ -= answer_;
    filled_ = kept;
    answer_ = 0;
}

REFRACT_DECL void session::on_readable() {
    progress_ = clock::now();
    bool drained = false;
    // Not without end: others use this thread too.
    for (int round = 0; round < 64 && !drained; ++round) {
        make_room();
        auto const room = std::min(in_.capacity() - filled_, most_read_bytes);
        auto const got = transport_.read(in_.data() + filled_, room);
        if (got.what == moved::state::broken) {
            fail(db::error_kind::connection_lost, "the server closed the connection");
            return;
        }
        if (got.what != moved::state::some) {
            drained = true;
            break;
        }
        filled_ += got.bytes;
        auto const sane = process();
        if (!usable()) {
            return;
        }
        if (!sane || filled_ - answer_ > max_answer_bytes) {
            fail(db::error_kind::connection_lost, sane ? "the answer is too large" : "the server broke the protocol");
            return;
        }
        // TLS may hold bytes back that no event tells of: it is read until it has none.
        drained = got.bytes < room && !transport_.is_encrypted();
    }
    flush();
    if (!usable()) {
        return;
    }
    if (drained) {
        read_more();
        return;
    }
    reading_ = true;
    boost::asio::post(strand_, [self = shared_from_this()] {
        self->reading_ = false;
        if (self->usable()) {
            self->on_readable();
        }
    });
}

/// Takes all messages that have arrived. False if they make no sense.
REFRACT_DECL bool session::process() {
    message m;
    while (usable()) {
        auto const what = next_message({in_.data() + parsed_, filled_ - parsed_}, m);
        if (what != framing::complete) {
            return what == framing::incomplete;
        }
        parsed_ += m.body.size() + 5;
        if (!on_message(m)) {
            return false;
        }
    }
    return true;
}

REFRACT_DECL bool session::on_message(message const& m) {
    switch (m.type) {
    case 'D': // DataRow
        if (!pending_.empty() && pending_.front()->receiving) {
            return pending_.front()->receiving->add(in_.data() + answer_, m.body);
        }
        return false;
    case 'E': on_error(m.body); return true;
    case 'Z': return on_ready(m.body);
    case 'N': // NoticeResponse: for people at a prompt
    case 'S': // ParameterStatus
        return true;
    case 'A': return on_notification(m.body);
    default: break;
    }
    if (pending_.empty()) {
        return false;
    }
    auto& b = *pending_.front();
    return !b.failure && b.next < b.commands.size() && on_answer(b, m);
}

/// NotificationResponse: the sender's process, the channel, the payload; the last two end with a NUL.
REFRACT_DECL bool session::on_notification(std::string_view body) {
    constexpr std::size_t process_bytes = 4;
    auto const end = body.find('\0', process_bytes);
    if (body.size() <= process_bytes || end == std::string_view::npos || body.find('\0', end + 1) != body.size() - 1) {
        return false;
    }
    if (heard_) {
        heard_(body.substr(end + 1, body.size() - end - 2));
    }
    return true;
}

/// A part of the answer to the batch's next command.
REFRACT_DECL bool session::on_answer(batch& b, message const& m) {
    using purpose = command::purpose;
    auto& c = b.commands[b.next];
    bool const runs = c.what != purpose::prepare && c.what != purpose::close;
    switch (m.type) {
    case '1': // ParseComplete
        return c.what == purpose::prepare || c.what == purpose::raw_query || c.what == purpose::housekeeping;
    case '2': // BindComplete
        if (!runs || b.receiving) {
            return false;
        }
        b.receiving = std::make_unique<received_rows>(c.form);
        return true;
    case '3': // CloseComplete
        ++b.next;
        return c.what == purpose::close;
    case 't': return c.what == purpose::prepare; // ParameterDescription
    case 'T':                                    // RowDescription
    case 'n':                                    // NoData
        return on_description(b, c, m);
    case 'C': // CommandComplete
    case 'I': // EmptyQueryResponse
        return runs && on_complete(b, c, m.type == 'C' ? read_row_count(m.body) : 0);
    case 'G': // CopyInResponse
    case 'H': // CopyOutResponse
    case 'W': // CopyBothResponse
        return on_copy(b);
    default: return false;
    }
}

REFRACT_DECL bool session::on_description(batch& b, command& c, message const& m) {
    using purpose = command::purpose;
    bool const at_its_place = c.what == purpose::prepare ||
                              ((c.what == purpose::raw_query || c.what == purpose::housekeeping) && b.receiving && b.receiving->rows() == 0);
    if (!at_its_place || !c.form->columns.empty()) {
        return false;
    }
    if (m.type == 'T' && !read_row_description(m.body, c.form->columns)) {
        return false;
    }
    if (c.what == purpose::prepare) {
        ++b.next;
    }
    return true;
}

REFRACT_DECL bool session::on_complete(batch& b, command& c, std::uint64_t affected) {
    if (!b.receiving) {
        return false;
    }
    ++b.next;
    auto rows = std::move(b.receiving);
    switch (c.what) {
    case command::purpose::query:
    case command::purpose::raw_query:
        rows->complete(affected);
        b.rows.push_back(std::move(rows));
        break;
    case command::purpose::begin: b.begun = true; break;
    case command::purpose::commit: b.begun = false; break;
    case command::purpose::setting:
    case command::purpose::prepare:
    case command::purpose::close:
    case command::purpose::housekeeping: break;
    }
    return true;
}

/// COPY waits for data of ours, or sends what is no row: there is no way back into the pipeline.
REFRACT_DECL bool session::on_copy(batch& b) {
    db::error e;
    e.statement = b.commands[b.next].position;
    e.message = "This kind of statement is not supported.";
    e.server_text = "COPY";
    b.failure = std::move(e);
    auto refused = std::move(pending_.front());
    pending_.pop_front();
    answer(*refused);
    return false;
}

REFRACT_DECL void session::on_error(std::string_view body) {
    auto const fields = error_fields(body);
    if (pending_.empty()) {
        farewell_ = std::string(fields['M']); // it is about to close the connection
        return;
    }
    auto& b = *pending_.front();
    if (b.failure) {
        return; // one more, of a server that is ending: the first one says why
    }
    b.receiving.reset();
    plans_each_time_.reset();
    // Behind the last command it is the commit that failed, of a deferred constraint.
    bool const has_command = b.next < b.commands.size();
    auto const c = has_command ? b.commands[b.next] : command{};
    auto e = to_error(fields, has_command || b.queries.empty() ? c.position : static_cast<std::uint32_t>(b.queries.size() - 1));
    if (has_command) {
        on_failed(b, c, e);
    }
    b.failure = std::move(e);
    skip_rest(b);
}

REFRACT_DECL void session::on_failed(batch& b, command const& c, db::error& e) {
    if (c.what == command::purpose::prepare && prepared_.forget(c.statement_id, c.name)) {
        evicted_.push_back(c.name); // it may have been prepared, and not described
    }
    // The three ways in which a batch can suffer from what others did on this connection. Nothing of it has happened: a
    // batch is one transaction, unless its caller has begun one - and then nobody else is here.
    bool const lost_plan = e.sqlstate == "26000" && c.name != 0;
    bool const outdated_plan = e.sqlstate == "0A000" && c.name != 0 && c.what == command::purpose::query;
    bool const in_our_failed_read = e.sqlstate == "25P02" && b.rollbacks_before != rollbacks_;
    if (lost_plan || outdated_plan) {
        if (prepared_.forget(c.statement_id, c.name) && outdated_plan) {
            evicted_.push_back(c.name);
        }
    }
    b.stale = lost_plan || outdated_plan || in_our_failed_read;
    b.behind_failed_read = in_our_failed_read;
    if (in_our_failed_read) {
        b.attempts = 1; // not its fault, however often; each time the read that failed is one less
    }
}

/// The server answers nothing more up to the synchronisation point.
REFRACT_DECL void session::skip_rest(batch& b) {
    for (auto i = b.next; i < b.commands.size(); ++i) {
        auto const& c = b.commands[i];
        if (c.what == command::purpose::prepare && i > b.next) {
            prepared_.forget(c.statement_id, c.name); // the server has never seen it
        }
        if (c.what == command::purpose::close) {
            evicted_.push_back(c.name);
        }
    }
    b.next = b.commands.size();
}

REFRACT_DECL bool session::on_ready(std::string_view body) {
    if (body.size() != 1 || pending_.empty() || pending_.front()->next != pending_.front()->commands.size()) {
        return false;
    }
    transaction_status_ = body.front();
    finish_front();
    return true;
}

REFRACT_DECL void session::finish_front() {
    auto b = std::move(pending_.front());
    pending_.pop_front();
    for (auto& rows : b->rows) {
        static_cast<received_rows&>(*rows).seal(in_, in_.data() + answer_);
    }
    answer_ = parsed_;
    if (b->begun) {
        b->begun = false;
        ++rollbacks_;
        send_own({"ROLLBACK"}); // what is in the pipeline already fails until then, and is sent again behind it
    }
    // Somebody who has begun a transaction of his own must begin it again himself.
    bool const again = b->stale && b->done && b->attempts < max_attempts &&
                       (b->mode == db::isolation::snapshot_read_only || transaction_status_ == 'I' || b->behind_failed_read);
    if (again) {
        b->rows.clear();
        b->failure.reset();
        b->stale = b->behind_failed_read = false;
        start(std::move(b));
        return;
    }
    if (b->stale && b->failure) {
        b->failure->kind = db::error_kind::serialization; // the whole transaction may be tried again
    }
    answer(*b);
}

} // namespace refract::postgres::detail
