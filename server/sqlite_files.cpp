#include "sqlite_files.hpp"

#include <refract/core/log.hpp>

#include <system_error>
#include <utility>

namespace refract::server {

sqlite_files::sqlite_files(std::filesystem::path folder, boost::asio::any_io_executor workers, sqlite::database_options options)
    : folder_(std::move(folder)), workers_(std::move(workers)), options_(std::move(options)) {}

std::string sqlite_files::file_name(std::string_view project_id) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string out;
    for (char const c : project_id) {
        bool const letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (letter || std::string_view("_~$@-").find(c) != std::string_view::npos) {
            out += c;
        } else {
            out += '%';
            out += hex[static_cast<unsigned char>(c) >> 4U];
            out += hex[static_cast<unsigned char>(c) & 15U];
        }
    }
    return out + ".db";
}

std::shared_ptr<sqlite::database> sqlite_files::open(std::string const& name) {
    std::lock_guard const lock(mutex_);
    auto& database = open_[name];
    if (!database) {
        sqlite::database_options options = options_;
        options.connection.path = (folder_ / name).string();
        database = std::make_shared<sqlite::database>(workers_, std::move(options));
    }
    return database;
}

std::shared_ptr<db::database> sqlite_files::management() { return open("management.db"); }

std::shared_ptr<db::database> sqlite_files::project(std::string const& project_id) { return open(file_name(project_id)); }

void sqlite_files::remove(std::string const& project_id) {
    std::string const name = file_name(project_id);
    std::shared_ptr<sqlite::database> closed;
    {
        std::lock_guard const lock(mutex_);
        auto const found = open_.find(name);
        if (found != open_.end()) {
            closed = std::move(found->second);
            open_.erase(found);
        }
    }
    if (closed) {
        closed->close();
    }
    for (char const* const suffix : {"", "-wal", "-shm"}) {
        std::error_code failed;
        std::filesystem::remove(folder_ / (name + suffix), failed);
        if (failed) {
            log::write(log::level::warn, "sqlite.file_not_removed", {{"file", name + suffix}, {"reason", failed.message()}});
        }
    }
}

void sqlite_files::close() {
    std::lock_guard const lock(mutex_);
    for (auto const& [name, database] : open_) {
        database->close();
    }
}

} // namespace refract::server
