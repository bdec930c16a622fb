#pragma once

#include <refract/sqlite/connection.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include <sqlite3.h>

namespace refract::sqlite {

namespace detail {

/// The rows of one statement, copied out of it.
class copied_rows final : public db::result_set {
public:
    copied_rows(cursor const& from, std::size_t columns) : columns_(columns) {
        for (std::size_t i = 0; i < columns; ++i) {
            names_.emplace_back(from.name(i));
        }
    }

    void add_row(cursor& from) {
        for (auto const& c : from.row()) {
            cells_.push_back({c, text_.size(), c.text.size()});
            text_ += c.text;
        }
    }

    void affect(std::uint64_t rows) noexcept { affected_ = rows; }

    [[nodiscard]] std::size_t rows() const noexcept override { return columns_ == 0 ? 0 : cells_.size() / columns_; }
    [[nodiscard]] std::size_t columns() const noexcept override { return columns_; }
    [[nodiscard]] db::cell cell(std::size_t row, std::size_t column) const override {
        auto const& held = cells_[row * columns_ + column];
        auto c = held.value;
        c.text = std::string_view(text_).substr(held.offset, held.size);
        return c;
    }
    [[nodiscard]] std::uint64_t affected() const noexcept override { return affected_; }
    [[nodiscard]] std::string_view name(std::size_t column) const override { return names_[column]; }

private:
    struct held_cell {
        db::cell value;
        std::size_t offset;
        std::size_t size;
    };

    std::size_t columns_;
    std::vector<std::string> names_;
    std::vector<held_cell> cells_;
    std::string text_;
    std::uint64_t affected_ = 0;
};

/// Virtual machine steps of SQLite between two looks at the clock: about 20 microseconds.
inline constexpr int steps_per_tick = 1'000;

/// How long a look at the file system is good for: shorter than the way to a client and back; the look takes half a microsecond.
inline constexpr std::chrono::microseconds trust_in_file{100};

/// What reads that were cut short count as, at least: it may have been the disk that took so long, not the work.
inline constexpr std::uint32_t ticks_when_cut_short = 64;

/// SQLite's own steps of waiting for a lock, in milliseconds; the last one repeats.
inline constexpr int busy_delays[] = {1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50, 100};

} // namespace detail

REFRACT_DECL connection::connection(options o, boost::asio::any_io_executor executor)
    : options_(std::move(o)), executor_(std::move(executor)), cursors_(options_.max_statements, stepped_),
      batches_(options_.max_statements, stepped_) {}

REFRACT_DECL connection::~connection() {
    cursors_.clear();
    batches_.clear();
    controls_ = {};
    sqlite3_close_v2(handle_);
}

REFRACT_DECL db::result<std::shared_ptr<connection>>
connection::open(options const& o, role r, boost::asio::any_io_executor executor) {
    auto self = std::shared_ptr<connection>(new connection(o, std::move(executor)));
    // Readers open for writing too: a WAL reader writes to the shared index. query_only keeps them from the data.
    auto const flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (o.create ? SQLITE_OPEN_CREATE : 0);
    auto const code = sqlite3_open_v2(o.path.c_str(), &self->handle_, flags, nullptr);
    if (code != SQLITE_OK) {
        auto e = detail::to_error(self->handle_, code);
        e.kind = db::error_kind::unavailable;
        return e;
    }
    auto configured = self->configure(r);
    if (!configured) {
        auto e = std::move(configured.failure());
        e.kind = db::error_kind::unavailable;
        return e;
    }
    return self;
}

REFRACT_DECL db::result<void> connection::configure(role r) {
    sqlite3_extended_result_codes(handle_, 1);
    sqlite3_busy_handler(handle_, &connection::on_busy, this);
    sqlite3_progress_handler(handle_, detail::steps_per_tick, &connection::on_progress, this);
    // A mistyped column must be an error, not a string.
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    std::string script = options_.synchronous == synchronous::full ? "PRAGMA synchronous = FULL;" : "PRAGMA synchronous = NORMAL;";
    script += "PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000;";
    script += "PRAGMA journal_size_limit = 67108864;"; // a burst of writes does not keep its disk space for ever
    if (r == role::reader) {
        script += "PRAGMA query_only = ON;";
    }
    return execute_script(script);
}

REFRACT_DECL int connection::on_progress(void* self) {
    auto& c = *static_cast<connection*>(self);
    bool const is_first = c.ticks_++ == 0;
    if (c.allowed_ == std::chrono::steady_clock::duration::max()) {
        return 0;
    }
    auto const now = std::chrono::steady_clock::now();
    if (is_first) {
        c.deadline_ = now + c.allowed_;
        return 0;
    }
    c.cut_short_ = now > c.deadline_;
    return c.cut_short_ ? 1 : 0;
}

REFRACT_DECL int connection::on_busy(void* self, int attempts) {
    auto& c = *static_cast<connection*>(self);
    if (c.hurried_) {
        c.cut_short_ = true;
        return 0;
    }
    constexpr int count = static_cast<int>(std::size(detail::busy_delays));
    int waited = 0;
    for (int i = 0; i < attempts; ++i) {
        waited += detail::busy_delays[std::min(i, count - 1)];
    }
    auto const left = static_cast<int>(c.options_.busy_timeout.count()) - waited;
    if (left <= 0) {
        return 0;
    }
    sqlite3_sleep(std::min(detail::busy_delays[std::min(attempts, count - 1)], left));
    return 1;
}

REFRACT_DECL void connection::start_clock(std::chrono::steady_clock::duration allowed) {
    allowed_ = allowed > allowed.zero() ? allowed : allowed.max();
    ticks_ = 0;
    cut_short_ = false;
}

REFRACT_DECL db::result<void> connection::execute_script(std::string_view text) {
    auto const* at = text.data();
    auto const* const end = text.data() + text.size();
    while (at < end) {
        sqlite3_stmt* statement = nullptr;
        auto code = sqlite3_prepare_v2(handle_, at, static_cast<int>(end - at), &statement, &at);
        if (code != SQLITE_OK) {
            return detail::to_error(handle_, code);
        }
        if (statement == nullptr) {
            continue; // a comment or white space
        }
        do {
            code = sqlite3_step(statement);
        } while (code == SQLITE_ROW);
        if (code != SQLITE_DONE) {
            auto e = detail::to_error(handle_, code);
            sqlite3_finalize(statement);
            return e;
        }
        sqlite3_finalize(statement);
    }
    return {};
}

REFRACT_DECL boost::asio::awaitable<db::result<db::results>>
connection::run(std::span<db::query const> batch, db::isolation mode) {
    co_return run_now(batch, mode);
}

REFRACT_DECL db::result<db::results> connection::run_now(std::span<db::query const> batch, db::isolation mode) {
    bool const wrap = mode == db::isolation::snapshot_read_only && batch.size() > 1 && !reading_;
    bool const timed = !reading_ && !in_part_;
    if (timed) {
        start_clock(options_.statement_timeout);
    }
    if (wrap) {
        if (auto begun = begin_read(); !begun) {
            return std::move(begun.failure());
        }
    }
    db::results all;
    all.reserve(batch.size());
    std::optional<db::error> failure;
    for (auto const& q : batch) {
        auto one = run_one(q);
        if (!one) {
            failure = std::move(one.failure());
            failure->statement = static_cast<std::uint32_t>(all.size());
            break;
        }
        all.push_back(std::move(*one));
    }
    batches_.trim();
    if (wrap) {
        end_read();
    }
    if (timed) {
        stop_clock();
    }
    if (failure) {
        return std::move(*failure);
    }
    return all;
}

REFRACT_DECL db::result<std::unique_ptr<db::result_set>> connection::run_one(db::query const& q) {
    auto found = batches_.find_or_prepare(handle_, *q.statement, 0);
    if (!found) {
        return std::move(found.failure());
    }
    auto& stepped = **found;
    if (auto bound = stepped.bind(q.parameters); !bound) {
        return std::move(bound.failure());
    }
    auto rows = std::make_unique<detail::copied_rows>(stepped, stepped.columns());
    auto const changes_before = sqlite3_total_changes64(handle_);
    for (;;) {
        auto more = stepped.step();
        if (!more) {
            return std::move(more.failure());
        }
        if (!*more) {
            break;
        }
        rows->add_row(stepped);
    }
    // sqlite3_changes keeps the count of an earlier statement if this one was no INSERT, UPDATE or DELETE; the total counts
    // cascades too, so it only tells whether anything happened.
    if (sqlite3_total_changes64(handle_) != changes_before) {
        rows->affect(static_cast<std::uint64_t>(sqlite3_changes64(handle_)));
    }
    stepped.rewind();
    return std::unique_ptr<db::result_set>(std::move(rows));
}

REFRACT_DECL db::result<db::cursor*> connection::open(db::statement const& s, std::uint32_t nesting) {
    auto found = cursors_.find_or_prepare(handle_, s, nesting);
    if (!found) {
        return std::move(found.failure());
    }
    return static_cast<db::cursor*>(*found);
}

REFRACT_DECL db::result<void> connection::control(detail::control which) {
    constexpr std::string_view texts[] = {"BEGIN", "BEGIN IMMEDIATE", "COMMIT", "SAVEPOINT part", "RELEASE part", "ROLLBACK TO part"};
    auto const at = static_cast<std::size_t>(which);
    auto& kept = controls_[at];
    if (!kept) {
        auto prepared = cursor::prepare(handle_, db::statement{std::string(texts[at]), 0, {}}, true, &stepped_);
        if (!prepared) {
            return std::move(prepared.failure());
        }
        kept = std::move(*prepared);
    }
    auto done = kept->step();
    if (!done) {
        return std::move(done.failure());
    }
    kept->rewind();
    return {};
}

REFRACT_DECL db::result<void> connection::begin_read() {
    if (!in_transaction()) {
        if (auto begun = control(detail::control::begin); !begun) {
            return begun;
        }
        began_ = true;
    }
    reading_ = true;
    return {};
}

REFRACT_DECL void connection::end_read() {
    reading_ = false;
    rewind_all(); // a statement that is still being stepped would keep the snapshot
    if (began_) {
        began_ = false;
        if (auto ended = control(detail::control::commit); !ended) {
            reset();
        }
    }
    cursors_.trim();
}

REFRACT_DECL void connection::run_read(db::local_read& work) {
    try {
        work.run(*this);
    } catch (...) {
        hurried_ = false;
        reset();
        throw;
    }
    cursors_.trim();
    stop_clock();
}

REFRACT_DECL void connection::read(db::local_read& work) {
    start_clock(options_.statement_timeout);
    run_read(work);
    work.estimate().note(ticks_);
}

REFRACT_DECL bool connection::try_read(db::local_read& work, std::chrono::microseconds budget) {
    start_clock(budget);
    hurried_ = true;
    run_read(work);
    hurried_ = false;
    work.estimate().note(cut_short_ ? std::max(ticks_, detail::ticks_when_cut_short) : ticks_);
    return !cut_short_;
}

REFRACT_DECL db::result<void> connection::begin_writes() { return control(detail::control::begin_immediate); }

REFRACT_DECL db::result<void> connection::begin_part() {
    in_part_ = true;
    start_clock(options_.statement_timeout);
    return control(detail::control::savepoint);
}

REFRACT_DECL db::result<void> connection::check() {
    int unresolved = 0;
    int highest = 0;
    sqlite3_db_status(handle_, SQLITE_DBSTATUS_DEFERRED_FKS, &unresolved, &highest, 0);
    if (unresolved == 0) {
        return {};
    }
    db::error e;
    e.kind = db::error_kind::foreign_key_violation;
    e.message = "A foreign key constraint would be violated.";
    e.sqlstate = std::to_string(SQLITE_CONSTRAINT_FOREIGNKEY);
    return e;
}

REFRACT_DECL db::result<void> connection::undo() {
    rewind_all();
    return control(detail::control::rollback_to);
}

REFRACT_DECL db::result<void> connection::end_part(bool keep) {
    in_part_ = false;
    stop_clock();
    if (!keep) {
        if (auto undone = undo(); !undone) {
            return undone;
        }
    }
    return control(detail::control::release);
}

REFRACT_DECL db::result<void> connection::commit_writes() {
    rewind_all();
    auto done = control(detail::control::commit);
    if (!done) {
        reset();
    }
    return done;
}

REFRACT_DECL void connection::rewind_all() {
    if (stepped_ > 0) {
        cursors_.rewind_all();
        batches_.rewind_all();
    }
}

REFRACT_DECL void connection::reset() {
    reading_ = false;
    began_ = false;
    in_part_ = false;
    rewind_all();
    stop_clock();
    if (in_transaction()) {
        // Fails only if the transaction is gone already, which is what is wanted.
        sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
    }
    cursors_.trim();
    batches_.trim();
}

REFRACT_DECL bool connection::still_there() noexcept {
    int moved = 0;
    sqlite3_file_control(handle_, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    if (moved != 0) {
        usable_.store(false, std::memory_order_release);
    }
    return moved == 0;
}

REFRACT_DECL bool connection::still_there_lately(std::size_t opened) noexcept {
    auto const now = std::chrono::steady_clock::now();
    if (opened == opened_when_seen_ && now - seen_there_ < detail::trust_in_file) {
        return usable();
    }
    seen_there_ = now;
    opened_when_seen_ = opened;
    return still_there();
}

REFRACT_DECL bool connection::in_transaction() const noexcept { return sqlite3_get_autocommit(handle_) == 0; }

} // namespace refract::sqlite
