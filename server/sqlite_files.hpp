// The folder of a SQLite server: one file for the management tables, one for each project.
#pragma once

#include <refract/core/limits.hpp>
#include <refract/sqlite/database.hpp>

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include <boost/asio/any_io_executor.hpp>

namespace refract::server {

/// Opens the files of a folder, each once.
///
/// Thread safety: all functions from any thread.
class sqlite_files {
public:
    /// `folder` exists. `options.connection.path` is not used.
    sqlite_files(std::filesystem::path folder, boost::asio::any_io_executor workers, sqlite::database_options options);

    /// The database of the management tables: `management.db`.
    std::shared_ptr<db::database> management();

    /// The database of a project: `<project id>.db`, created when it is first used.
    std::shared_ptr<db::database> project(std::string const& project_id);

    /// The right to change a project's tables, among all processes on this folder; null while another has it. It ends with the result, or with
    /// the process.
    std::shared_ptr<void> lock(std::string_view project_id);

    /// Whether `management.db` may have been written since the last call. Two system calls.
    bool management_changed();

    /// Closes a project's database and removes its file.
    void remove(std::string const& project_id);

    /// Closes all of them.
    void close();

    /// A file name that stands for the project id alone: letters, digits, `_`, `~`, `$`, `@` and `-` are kept, every other
    /// byte becomes `%XX`.
    static std::string file_name(std::string_view project_id);

private:
    std::shared_ptr<sqlite::database> open(std::string const& name);

    std::filesystem::path folder_;
    boost::asio::any_io_executor workers_;
    sqlite::database_options options_;
    std::mutex mutex_{};
    std::string management_stamp_{}; ///< of management_changed(), which one thread calls
    std::unordered_map<std::string, std::shared_ptr<sqlite::database>> open_{}; ///< by file name; guarded by mutex_
};

} // namespace refract::server
