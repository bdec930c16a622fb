#pragma once

#include <refract/core/log.hpp>
#include <refract/prisma1/management_watch.hpp>

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace refract::prisma1 {

REFRACT_DECL management_watch::management_watch(
    boost::asio::any_io_executor executor, std::shared_ptr<management> api, std::chrono::milliseconds interval,
    std::function<bool()> changed
)
    : strand_(boost::asio::make_strand(std::move(executor))), api_(std::move(api)), interval_(interval), changed_(std::move(changed)),
      timer_(strand_) {}

REFRACT_DECL void management_watch::start() {
    auto self = shared_from_this();
    auto const work = [self]() -> boost::asio::awaitable<void> {
        auto running = self->run();
        co_await std::move(running);
        self->running_.store(false);
    };
    running_.store(true);
    boost::asio::co_spawn(strand_, work, boost::asio::detached);
}

REFRACT_DECL void management_watch::interrupt() {
    boost::asio::post(strand_, [self = shared_from_this()] { self->timer_.cancel(); });
}

REFRACT_DECL void management_watch::wake() {
    if (!woken_.exchange(true)) {
        interrupt();
    }
}

REFRACT_DECL void management_watch::stop() {
    stopped_.store(true);
    interrupt();
}

REFRACT_DECL boost::asio::awaitable<void> management_watch::run() {
    bool failed_before = false;
    while (!stopped_.load()) {
        if (!woken_.load()) {
            timer_.expires_after(interval_);
            boost::system::error_code interrupted;
            auto token = boost::asio::redirect_error(boost::asio::use_awaitable, interrupted);
            co_await timer_.async_wait(token);
        }
        bool const was_woken = woken_.exchange(false);
        bool const looks = was_woken || failed_before || !changed_ || changed_();
        if (stopped_.load() || !looks) {
            continue;
        }
        auto comparing = api_->refresh();
        auto const compared = co_await std::move(comparing);
        if (!compared && !failed_before) { // tried again after the interval
            log::write(log::level::warn, "management.not_compared", {{"error", compared.failure().message}});
        }
        failed_before = !compared;
    }
}

} // namespace refract::prisma1
