#pragma once

#include <refract/migrate/run_fragment.hpp>

#include <utility>

namespace refract::migrate {

namespace detail {

/// A statement with its values: what a db::query borrows from.
struct owned_query {
    db::statement statement;
    std::vector<db::value> parameters;
};

REFRACT_DECL owned_query to_query(sql::fragment const& f, std::vector<db::value_type> columns) {
    owned_query q;
    q.statement.text = f.text();
    q.statement.columns = std::move(columns);
    q.parameters = sql::bind(f.parameters(), plan::bindings{}, std::vector<db::value>{});
    return q;
}

/// The only result of a batch of one.
REFRACT_DECL db::result<std::unique_ptr<db::result_set>> only(db::result<db::results> all) {
    if (!all) {
        return std::move(all.failure());
    }
    if (all->size() != 1) {
        return db::error{.kind = db::error_kind::statement_failed, .message = "The database gave no result."};
    }
    return std::move(all->front());
}

} // namespace detail

REFRACT_DECL boost::asio::awaitable<db::result<std::unique_ptr<db::result_set>>> run_fragment(
    db::connection& connection, sql::fragment statement, std::vector<db::value_type> columns
) {
    auto const owned = detail::to_query(statement, std::move(columns));
    db::query const query{&owned.statement, owned.parameters};
    auto task = connection.run(std::span<db::query const>(&query, 1), db::isolation::none);
    auto all = co_await std::move(task);
    co_return detail::only(std::move(all));
}

REFRACT_DECL boost::asio::awaitable<db::result<std::unique_ptr<db::result_set>>> run_fragment(
    db::database& database, sql::fragment statement, std::vector<db::value_type> columns
) {
    auto const owned = detail::to_query(statement, std::move(columns));
    db::query const query{&owned.statement, owned.parameters};
    auto task = database.run(std::span<db::query const>(&query, 1), db::isolation::none);
    auto all = co_await std::move(task);
    co_return detail::only(std::move(all));
}

REFRACT_DECL boost::asio::awaitable<db::result<void>> run_fragments(
    db::connection& connection, std::vector<sql::fragment> statements
) {
    for (auto const& statement : statements) {
        auto task = run_fragment(connection, statement);
        auto done = co_await std::move(task);
        if (!done) {
            co_return std::move(done.failure());
        }
    }
    co_return db::result<void>{};
}

} // namespace refract::migrate
