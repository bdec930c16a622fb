// A server's listening side: its acceptor, and the sessions it has made.
#pragma once

#include <refract/http/impl/session.hpp>
#include <refract/http/server.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>

namespace refract::http {

struct server::state {
    state(boost::asio::any_io_executor const& e, server_options o, handler h)
        : executor(e), acceptor(e), shared(std::make_shared<detail::shared_state>()) {
        shared->options = std::move(o);
        shared->answer = std::move(h);
    }

    boost::asio::any_io_executor executor;
    detail::tcp::acceptor acceptor;
    std::shared_ptr<detail::shared_state> shared;
    std::atomic<std::uint16_t> port{0};

    boost::asio::any_io_executor session_executor() {
        if (shared->options.strands) {
            return boost::asio::make_strand(executor);
        }
        return executor;
    }

    /// Asks every session to close, on its own executor.
    void close_sessions(bool even_if_busy) {
        // The last owner of a session takes the mutex when it goes: none may go while it is held here.
        std::vector<std::shared_ptr<detail::session>> kept;
        {
            std::lock_guard const lock(shared->mutex);
            for (auto* const s : shared->sessions) {
                if (auto alive = s->weak_from_this().lock()) {
                    kept.push_back(std::move(alive));
                }
            }
        }
        for (auto const& s : kept) {
            boost::asio::post(s->executor(), [s, even_if_busy] { s->close(even_if_busy); });
        }
    }
};

} // namespace refract::http
