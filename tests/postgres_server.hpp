// A throw-away PostgreSQL server for tests, or the one of REFRACT_TEST_POSTGRES (a libpq connection string).
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

/// Started when first asked for, gone with the process.
///
/// PostgreSQL refuses to run as root: then it runs as the user `postgres`.
class postgres_server {
public:
    /// Null, with a message, if there is no PostgreSQL to be had.
    static postgres_server* get() {
        static postgres_server server;
        if (!server.available_) {
            std::cerr << "SKIPPED: no PostgreSQL server programs found and REFRACT_TEST_POSTGRES is not set\n";
            return nullptr;
        }
        return &server;
    }

    postgres_server(postgres_server const&) = delete;
    postgres_server& operator=(postgres_server const&) = delete;

    ~postgres_server() {
        if (!folder_.empty()) {
            stop("immediate");
            std::error_code ignored;
            std::filesystem::remove_all(folder_, ignored);
        }
    }

    [[nodiscard]] std::string const& conninfo() const { return conninfo_; }

    /// As conninfo(), through TLS; empty if there is none.
    [[nodiscard]] std::string const& tls_conninfo() const { return tls_conninfo_; }

    /// True if start() and stop() work: not for a server that somebody else runs.
    [[nodiscard]] bool is_ours() const { return !folder_.empty(); }

    bool start() {
        return as_owner("pg_ctl", "-D '" + folder_ + "/data' -w -s -l '" + folder_ + "/log' -o '-F -k " + folder_ + " -p " +
                                      std::to_string(port_) + " -c listen_addresses=127.0.0.1 -c max_connections=60" + (tls_conninfo_.empty() ? "" : " -c ssl=on") + "' start");
    }

    bool stop(std::string const& how = "fast") { return as_owner("pg_ctl", "-D '" + folder_ + "/data' -w -s -m " + how + " stop"); }

private:
    postgres_server() {
        if (auto const* given = std::getenv("REFRACT_TEST_POSTGRES"); given != nullptr && *given != '\0') {
            conninfo_ = given;
            available_ = true;
            return;
        }
        if (!find_programs()) {
            return;
        }
        auto pattern = (std::filesystem::temp_directory_path() / "refract-postgres-XXXXXX").string();
        if (mkdtemp(pattern.data()) == nullptr) {
            return;
        }
        folder_ = pattern;
        port_ = free_port();
        if (geteuid() == 0 && std::system(("chown postgres '" + folder_ + "'").c_str()) != 0) {
            return;
        }
        bool const made = as_owner("initdb", "-D '" + folder_ + "/data' -A trust -U postgres -E UTF8 --locale=C -N > /dev/null");
        if (made && make_certificate()) {
            tls_conninfo_ = "host=127.0.0.1 port=" + std::to_string(port_) + " user=postgres dbname=postgres sslmode=require";
        }
        available_ = made && start();
        conninfo_ = "host=" + folder_ + " port=" + std::to_string(port_) + " user=postgres dbname=postgres";
    }

    bool find_programs() {
        std::error_code ec;
        for (auto const& version : std::filesystem::directory_iterator("/usr/lib/postgresql", ec)) {
            auto const bin = version.path() / "bin";
            if (std::filesystem::exists(bin / "initdb")) {
                programs_ = std::max(programs_, bin.string());
            }
        }
        if (programs_.empty() && std::system("command -v initdb > /dev/null 2>&1") == 0) {
            programs_ = "$(dirname $(command -v initdb))";
        }
        return !programs_.empty();
    }

    [[nodiscard]] bool as_owner(std::string const& program, std::string const& arguments) const {
        auto const prefix = geteuid() == 0 ? std::string("cd / && runuser -u postgres -- ") : std::string("cd / && ");
        return std::system((prefix + programs_ + "/" + program + " " + arguments).c_str()) == 0;
    }

    [[nodiscard]] bool make_certificate() const {
        auto const prefix = geteuid() == 0 ? std::string("cd / && runuser -u postgres -- ") : std::string("cd / && ");
        return std::system((prefix + "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout '" + folder_ +
                            "/data/server.key' -out '" + folder_ + "/data/server.crt' > /dev/null 2>&1")
                               .c_str()) == 0;
    }

    static int free_port() {
        auto const s = socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in a{};
        a.sin_family = AF_INET;
        a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof(a);
        if (bind(s, reinterpret_cast<sockaddr*>(&a), size) == 0) {
            getsockname(s, reinterpret_cast<sockaddr*>(&a), &size);
        }
        close(s);
        return ntohs(a.sin_port);
    }

    bool available_ = false;
    std::string programs_;
    std::string folder_;
    std::string conninfo_;
    std::string tls_conninfo_;
    int port_ = 0;
};
