// A folder of SQLite files for one test, removed at its end.
#pragma once

#include <refract/sqlite/database.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

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
    ~sqlite_folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

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

} // namespace refract_tests
