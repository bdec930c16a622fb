// Lookups by key on a few connections of libpq in pipeline mode, with nothing else around them.
#pragma once

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <poll.h>

#include <libpq-fe.h>

namespace refract_bench {

struct close_result {
    void operator()(PGresult* r) const { PQclear(r); }
};

/// One thread, `connections` connections, each with its share of the lookups that are under way.
class bare_libpq {
public:
    bare_libpq(std::string const& conninfo, std::size_t connections, std::string const& statement) {
        for (std::size_t i = 0; i < connections; ++i) {
            auto& c = connections_.emplace_back();
            c.pg.reset(PQconnectdb(conninfo.c_str()));
            check(PQstatus(c.pg.get()) == CONNECTION_OK);
            std::unique_ptr<PGresult, close_result> const prepared(PQprepare(c.pg.get(), "lookup", statement.c_str(), 0, nullptr));
            check(PQresultStatus(prepared.get()) == PGRES_COMMAND_OK);
            check(PQsetnonblocking(c.pg.get(), 1) == 0 && PQenterPipelineMode(c.pg.get()) == 1);
        }
    }

    /// `count` lookups, `at_once` of them under way at a time. Returns the bytes that were found.
    std::size_t run(std::size_t count, std::size_t at_once) {
        std::size_t sent = 0;
        std::size_t bytes = 0;
        for (; sent < at_once; ++sent) {
            send(connections_[sent % connections_.size()], sent);
        }
        std::vector<pollfd> sockets(connections_.size());
        for (std::size_t answered = 0; answered < count;) {
            for (std::size_t i = 0; i < sockets.size(); ++i) {
                check(PQflush(connections_[i].pg.get()) == 0);
                sockets[i] = {PQsocket(connections_[i].pg.get()), POLLIN, 0};
            }
            check(poll(sockets.data(), sockets.size(), -1) > 0);
            for (std::size_t i = 0; i < sockets.size(); ++i) {
                auto& c = connections_[i];
                check((sockets[i].revents & POLLIN) == 0 || PQconsumeInput(c.pg.get()) == 1);
                while (c.waiting > 0 && PQisBusy(c.pg.get()) == 0) {
                    if (!take(c, bytes)) {
                        continue;
                    }
                    ++answered;
                    if (sent < count) {
                        send(c, sent++);
                    }
                }
            }
        }
        return bytes;
    }

private:
    struct close_connection {
        void operator()(PGconn* c) const { PQfinish(c); }
    };
    struct connection {
        std::unique_ptr<PGconn, close_connection> pg{};
        std::size_t waiting = 0;
    };

    static void check(bool good) {
        if (!good) {
            throw std::runtime_error("libpq failed");
        }
    }

    static void send(connection& c, std::size_t number) {
        auto const id = std::to_string(number % 1000);
        char const* const value = id.c_str();
        check(PQsendQueryPrepared(c.pg.get(), "lookup", 1, &value, nullptr, nullptr, 1) == 1 && PQpipelineSync(c.pg.get()) == 1);
        ++c.waiting;
    }

    /// The next part of an answer; whether it was the last one.
    static bool take(connection& c, std::size_t& bytes) {
        std::unique_ptr<PGresult, close_result> const r(PQgetResult(c.pg.get()));
        if (!r) {
            return false;
        }
        if (PQresultStatus(r.get()) == PGRES_TUPLES_OK) {
            check(PQntuples(r.get()) == 1);
            bytes += static_cast<std::size_t>(PQgetlength(r.get(), 0, 0));
            return false;
        }
        check(PQresultStatus(r.get()) == PGRES_PIPELINE_SYNC);
        --c.waiting;
        return true;
    }

    std::vector<connection> connections_;
};

} // namespace refract_bench
