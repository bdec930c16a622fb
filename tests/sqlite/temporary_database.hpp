// A SQLite database in a folder that is gone when the test is over, and a way to wait for coroutines.
#pragma once

#include <refract/sqlite/database.hpp>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "remove_folder.hpp"

namespace refract_tests {

struct temporary_folder {
    temporary_folder() {
        auto pattern = (std::filesystem::temp_directory_path() / "refract-sqlite-XXXXXX").string();
        path = mkdtemp(pattern.data());
    }
    ~temporary_folder() { remove_folder(path); }
    temporary_folder(temporary_folder const&) = delete;
    temporary_folder& operator=(temporary_folder const&) = delete;

    std::filesystem::path path;
};

inline refract::sqlite::database_options file_options(temporary_folder const& folder) {
    refract::sqlite::database_options o;
    o.connection.path = (folder.path / "test.db").string();
    return o;
}

/// Runs a coroutine to its end on a loop of its own, which is this thread.
template <class T> T run(boost::asio::awaitable<T> task) {
    boost::asio::io_context context;
    std::optional<T> answer;
    auto keep = [](boost::asio::awaitable<T> from, std::optional<T>& to) -> boost::asio::awaitable<void> {
        to.emplace(co_await std::move(from));
    };
    auto done = boost::asio::co_spawn(context, keep(std::move(task), answer), boost::asio::use_future);
    context.run();
    done.get();
    return std::move(*answer);
}

} // namespace refract_tests
