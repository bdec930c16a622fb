#pragma once

#include <refract/core/log.hpp>
#include <refract/prisma1/storage_meter.hpp>

#include <utility>

namespace refract::prisma1 {

REFRACT_DECL storage_meter::storage_meter(std::shared_ptr<db::database> database, sql::dialect const& dialect, std::string const& schema,
                                          std::uint64_t max_bytes, std::chrono::milliseconds interval)
    : database_(std::move(database)), max_bytes_(max_bytes), interval_(interval) {
    statement_.text = std::string(dialect.storage_bytes);
    statement_.id = db::next_statement_id();
    statement_.columns = {db::value_type::integer};
    if (dialect.has_schemas) {
        parameters_.push_back(db::value::text(schema));
    }
}

REFRACT_DECL boost::asio::awaitable<bool> storage_meter::full() {
    auto const now = clock::now().time_since_epoch().count();
    auto due = next_.load();
    // One of those who come at a time measures; the others go by what was measured before.
    if (now < due || !next_.compare_exchange_strong(due, now + interval_.count())) {
        co_return full_.load();
    }
    db::query const query{&statement_, parameters_};
    auto work = database_->run({&query, 1}, db::isolation::snapshot_read_only);
    auto const measured = co_await std::move(work);
    if (!measured) {
        log::write(log::level::warn, "storage.not_measured", {{"message", measured.failure().message}});
        co_return false;
    }
    auto const& rows = *measured->front();
    full_.store(rows.rows() == 1 && rows.cell(0, 0).number >= static_cast<std::int64_t>(max_bytes_));
    co_return full_.load();
}

} // namespace refract::prisma1
