#include "sqlite_files.hpp"

#include <refract/core/log.hpp>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

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

namespace {

/// The byte that stands for a project, the same in all versions of the server (FNV-1a).
off_t place_of(std::string_view project_id) {
    std::uint64_t hash = 14695981039346656037U;
    for (char const c : project_id) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
    }
    return static_cast<off_t>(hash >> 2U);
}

} // namespace

std::shared_ptr<void> sqlite_files::lock(std::string_view project_id) {
    // One byte of one file for each project. The lock belongs to the open file: it ends when the last descriptor of it is closed.
    auto const path = (folder_ / "deploy.lock").string();
    int const file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    struct flock byte {};
    byte.l_type = F_WRLCK;
    byte.l_whence = SEEK_SET;
    byte.l_start = place_of(project_id);
    byte.l_len = 1;
    if (file >= 0 && ::fcntl(file, F_OFD_SETLK, &byte) == 0) {
        return {new int(file), [](int* held) {
                    ::close(*held);
                    delete held;
                }};
    }
    if (file < 0 || (errno != EAGAIN && errno != EACCES)) {
        log::write(log::level::error, "sqlite.no_lock", {{"file", "deploy.lock"}, {"reason", std::strerror(errno)}});
    }
    if (file >= 0) {
        ::close(file);
    }
    return nullptr;
}

bool sqlite_files::management_changed() {
    constexpr std::int64_t tick_ns = 20'000'000; // a file's time is no finer than the kernel's clock
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    std::string stamp;
    bool is_fresh = false;
    for (char const* const name : {"management.db", "management.db-wal"}) {
        struct stat found {};
        if (::stat((folder_ / name).c_str(), &found) == 0) {
            auto const& time = found.st_mtim;
            stamp += std::to_string(found.st_ino) + " " + std::to_string(found.st_size) + " " + std::to_string(time.tv_sec) + " " +
                     std::to_string(time.tv_nsec) + " ";
            is_fresh = is_fresh || (now.tv_sec - time.tv_sec) * 1'000'000'000 + (now.tv_nsec - time.tv_nsec) < tick_ns;
        }
    }
    bool const changed = stamp != management_stamp_;
    management_stamp_ = is_fresh ? std::string() : std::move(stamp); // it may be written again within the same tick
    return changed;
}

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
