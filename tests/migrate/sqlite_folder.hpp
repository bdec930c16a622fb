// A folder of SQLite files for one test, removed at its end.
#pragma once

#include <refract/migrate/run_fragment.hpp>
#include <refract/sqlite/database.hpp>

#include "remove_folder.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <unistd.h>

namespace refract_tests {

class sqlite_folder {
public:
    sqlite_folder() {
        std::string name = (std::filesystem::temp_directory_path() / "refract-test-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    sqlite_folder(sqlite_folder const&) = delete;
    sqlite_folder& operator=(sqlite_folder const&) = delete;
    ~sqlite_folder() { remove_folder(path_); }

    [[nodiscard]] std::filesystem::path file(std::string_view name) const { return path_ / (std::string(name) + ".db"); }

    [[nodiscard]] std::shared_ptr<refract::sqlite::database> open(boost::asio::io_context& context, std::string_view name) const {
        refract::sqlite::database_options o;
        o.connection.path = file(name).string();
        o.connection.synchronous = refract::sqlite::synchronous::normal;
        return std::make_shared<refract::sqlite::database>(context.get_executor(), o);
    }

private:
    std::filesystem::path path_;
};

/// Runs a coroutine to its end, and everything it started.
template <class T> T run_to_end(boost::asio::io_context& context, boost::asio::awaitable<T> task) {
    std::optional<T> out;
    boost::asio::co_spawn(
        context, [&]() -> boost::asio::awaitable<void> { out.emplace(co_await std::move(task)); }, boost::asio::detached
    );
    context.restart();
    context.run();
    return std::move(*out);
}

/// First column of all rows of a statement, as text; a failure is told in the first element.
inline std::vector<std::string>
first_column(boost::asio::io_context& context, refract::db::database& database, refract::sql::literal text) {
    auto ask = [&]() -> boost::asio::awaitable<std::vector<std::string>> {
        refract::sql::fragment f(refract::sql::sqlite);
        f.append(text);
        std::vector<refract::db::value_type> const columns{refract::db::value_type::text};
        auto task = refract::migrate::run_fragment(database, f, columns);
        auto rows = co_await std::move(task);
        std::vector<std::string> out;
        if (!rows) {
            out.push_back("failed: " + rows.failure().server_text);
            co_return out;
        }
        for (std::size_t i = 0; i < (*rows)->rows(); ++i) {
            out.emplace_back((*rows)->cell(i, 0).is_null() ? "null" : (*rows)->cell(i, 0).text);
        }
        co_return out;
    };
    return run_to_end(context, ask());
}

} // namespace refract_tests
