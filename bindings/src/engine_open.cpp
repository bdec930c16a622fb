// Which databases an engine stands on.
#include "engine.hpp"
#include "runtime.hpp"

#include "sqlite_files.hpp"

#include <refract/postgres/database.hpp>
#include <refract/sqlite/database.hpp>

#include <filesystem>
#include <system_error>
#include <type_traits>
#include <unordered_map>
#include <utility>

namespace refract::python {

namespace {

/// SQLite databases by name, each opened once: in memory, or next to a file.
class sqlite_set {
public:
    /// `file` is empty for memory.
    sqlite_set(std::string file, std::string project, sqlite::database_options options)
        : file_(std::move(file)), project_(std::move(project)), options_(std::move(options)) {}

    std::shared_ptr<db::database> management() { return open(file_.empty() ? "" : file_ + ".management"); }

    std::shared_ptr<db::database> project(std::string const& id) { return open(path_of(id), id); }

    void remove(std::string const& id) {
        std::shared_ptr<sqlite::database> closed;
        {
            std::lock_guard const lock(mutex_);
            if (auto const found = open_.find(id); found != open_.end()) {
                closed = std::move(found->second);
                open_.erase(found);
            }
        }
        if (closed) {
            closed->close();
        }
        for (char const* const suffix : {"", "-wal", "-shm"}) {
            std::error_code failed; // what is not there need not be removed; what can't be is found when it is opened again
            if (!file_.empty()) {
                std::filesystem::remove(path_of(id) + suffix, failed);
            }
        }
    }

    void close() {
        std::lock_guard const lock(mutex_);
        for (auto const& [name, database] : open_) {
            database->close();
        }
    }

private:
    [[nodiscard]] std::string path_of(std::string const& id) const {
        return file_.empty() ? "" : id == project_ ? file_ : file_ + "." + server::sqlite_files::file_name(id);
    }

    std::shared_ptr<db::database> open(std::string path, std::string const& name = "") {
        std::lock_guard const lock(mutex_);
        auto& database = open_[name];
        if (!database) {
            auto options = options_;
            options.connection.path = path.empty() ? ":memory:" : std::move(path);
            database = std::make_shared<sqlite::database>(workers(), std::move(options));
        }
        return database;
    }

    std::string file_;
    std::string project_;
    sqlite::database_options options_;
    std::mutex mutex_{};
    std::unordered_map<std::string, std::shared_ptr<sqlite::database>> open_{}; ///< by project, management's is ""; guarded by mutex_
};

template <class Files> void use_sqlite(prisma1::management_options& options, std::shared_ptr<Files> const& files) {
    options.dialect = &sql::sqlite;
    options.capabilities = datamodel::sqlite_capabilities;
    options.connector = "sqlite";
    options.database = files->management();
    options.open = [files](std::string const& id) { return files->project(id); };
    options.remove = [files](std::string const& id) { files->remove(id); };
    if constexpr (std::is_same_v<Files, server::sqlite_files>) { // a folder may be a server's, too
        options.lock = [files](std::string const& id) { return files->lock(id); };
    }
}

std::shared_ptr<postgres::database> make_postgres(engine_options const& o) {
    postgres::database_options options;
    options.connection.conninfo = o.url;
    options.connection_limit = o.connection_limit;
    return std::make_shared<postgres::database>(io_context().get_executor(), std::move(options));
}

bool is_postgres(std::string const& url) { return url.rfind("postgres://", 0) == 0 || url.rfind("postgresql://", 0) == 0; }

/// The id of the project, as the Management API makes it.
std::string project_id(prisma1::management_options const& options, engine_options const& o) {
    prisma1::management const names(io_context().get_executor(), options);
    std::string_view const segments[] = {o.service, o.stage};
    return names.project_id(segments).value();
}

/// Fills in `options`; what closes the databases.
std::function<void()> open_databases(prisma1::management_options& options, engine_options const& o) {
    if (is_postgres(o.url)) {
        auto const opened = make_postgres(o);
        options.dialect = &sql::postgres;
        options.capabilities = datamodel::postgres_capabilities;
        options.connector = "postgres";
        options.management_schema = o.management_schema;
        options.database = opened;
        options.open = [opened](std::string const&) { return opened; };
        return [opened] { opened->close(); };
    }
    if (o.url.find("://") != std::string::npos) {
        throw exception({errc::wrong_type, "The URL names no database there is a connector for; there are postgresql:// and SQLite files.", {}});
    }
    sqlite::database_options sqlite;
    sqlite.connection.synchronous = o.durable ? sqlite::synchronous::full : sqlite::synchronous::normal;
    std::error_code failed;
    bool const is_folder = !o.url.empty() && (o.url.back() == '/' || std::filesystem::is_directory(o.url, failed));
    if (is_folder) {
        std::filesystem::create_directories(o.url, failed);
        if (failed) {
            throw exception({errc::unavailable, "The folder " + o.url + " can't be made: " + failed.message(), {}});
        }
        auto const files = std::make_shared<server::sqlite_files>(std::filesystem::path(o.url), workers(), std::move(sqlite));
        use_sqlite(options, files);
        return [files] { files->close(); };
    }
    options.dialect = &sql::sqlite;
    auto const files = std::make_shared<sqlite_set>(o.url == ":memory:" ? std::string() : o.url, project_id(options, o), std::move(sqlite));
    use_sqlite(options, files);
    return [files] { files->close(); };
}

} // namespace

std::shared_ptr<engine> engine::open(engine_options const& o) {
    prisma1::management_options management;
    prisma1::service_options services;
    services.raw_access = o.raw_access;
    auto close = open_databases(management, o);
    auto project = project_id(management, o);
    auto made = std::make_shared<engine>(std::move(management), std::move(services), std::move(close));
    made->project_ = std::move(project);
    auto started = run_here<result<void>>([&] { return made->management_->start(); });
    if (!started) {
        throw exception({errc::unavailable, "The database can't be used: " + started.failure().message, {}});
    }
    return made;
}

} // namespace refract::python
