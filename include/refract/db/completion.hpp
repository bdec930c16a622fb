// A coroutine waits; something else says when it may go on, and with what.
// See: db/pool.hpp, postgres/connection.hpp.
#pragma once

#include <memory>
#include <utility>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/system_executor.hpp>

namespace refract::db {

/// The other end of a wait for one `T`. Move-only; keeps the waiting side's executor busy until it is used or destroyed.
///
/// Thread safety: may be invoked on any thread; the coroutine resumes on its own executor, never inside the call.
template <class T> class completion {
public:
    completion() = default;
    explicit operator bool() const noexcept { return holder_ != nullptr; }

    /// Resumes the waiting coroutine with `value`. May be called once.
    void operator()(T value) {
        auto waiting = std::move(holder_);
        waiting->complete(std::move(value));
    }

    /// Wraps an Asio completion handler of signature `void(T)`.
    template <class Handler> static completion from(Handler handler) {
        completion c;
        c.holder_ = std::make_unique<concrete<Handler>>(std::move(handler));
        return c;
    }

private:
    struct holder {
        virtual ~holder() = default;
        virtual void complete(T value) = 0;
    };

    template <class Handler> struct concrete final : holder {
        using executor_type = boost::asio::associated_executor_t<Handler, boost::asio::system_executor>;

        explicit concrete(Handler h) : handler(std::move(h)), work(boost::asio::get_associated_executor(handler)) {}

        void complete(T value) override {
            auto executor = work.get_executor();
            boost::asio::post(executor, [h = std::move(handler), v = std::move(value)]() mutable { std::move(h)(std::move(v)); });
        }

        Handler handler;
        boost::asio::executor_work_guard<executor_type> work;
    };

    std::unique_ptr<holder> holder_;
};

/// What a coroutine of Asio awaits to hand a completion<T> to `start`, and until that is invoked.
///
/// Shape: `start` is kept in what is returned, which has to be a named variable and is awaited as `co_await std::move(it)`. It costs no
/// coroutine frame.
template <class T, class Start> auto wait_for(Start start) {
    auto initiate = [](auto handler, Start const& how) { how(completion<T>::from(std::move(handler))); };
    return boost::asio::async_initiate<boost::asio::deferred_t const, void(T)>(initiate, boost::asio::deferred, std::move(start));
}

} // namespace refract::db
