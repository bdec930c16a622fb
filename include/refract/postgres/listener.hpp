// What other sessions NOTIFY: a connection of its own that listens.
// See: postgres/session.hpp.
#pragma once

#include <refract/core/config.hpp>
#include <refract/postgres/options.hpp>
#include <refract/postgres/session.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

namespace refract::postgres {

/// Listens on one channel, for as long as it lives. A connection that is lost is made again, after 0.1 s at first and 5 s at most.
///
/// What is notified while there is no connection is lost: `connected` says when it may have been.
/// Lifetime: made by std::make_shared; keeps its executor busy until close(). Thread safety: close() on any thread; the callbacks are
/// invoked on a strand of the listener's.
/// Source: https://www.postgresql.org/docs/15/sql-listen.html
class listener : public std::enable_shared_from_this<listener> {
public:
    struct callbacks {
        std::function<void(std::string_view payload)> heard;
        std::function<void()> connected; ///< each time it listens, the first time too
    };

    REFRACT_DECL listener(boost::asio::any_io_executor executor, options o, std::string channel, callbacks c);

    REFRACT_DECL void start();
    REFRACT_DECL void close();

private:
    REFRACT_DECL boost::asio::awaitable<void> run();
    REFRACT_DECL boost::asio::awaitable<bool> connect();
    REFRACT_DECL boost::asio::awaitable<void> wait_until(boost::asio::steady_timer::time_point t);

    boost::asio::any_io_executor strand_;
    options options_;
    std::string channel_;
    callbacks callbacks_;
    boost::asio::steady_timer timer_;          // the rest is used on the strand
    std::shared_ptr<detail::session> session_{};
    bool closed_ = false;
    bool lost_ = false;
};

} // namespace refract::postgres

#ifdef REFRACT_HEADER_ONLY
#include <refract/postgres/impl/listener.ipp>
#endif
