#include "event_loops.hpp"

#include <algorithm>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>

namespace refract::server {

event_loops::event_loops(std::size_t count) {
    // What belongs to a loop is touched on its thread alone: its sockets need no locks. Other threads may hand work to it.
    int const hint = count == 1 ? BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO : 1;
    for (std::size_t i = 0; i < count; ++i) {
        contexts_.push_back(std::make_unique<context>(hint));
    }
}

std::vector<boost::asio::any_io_executor> event_loops::executors() const {
    std::vector<boost::asio::any_io_executor> out;
    for (std::size_t i = 0; contexts_.size() > 1 && i < contexts_.size(); ++i) {
        out.emplace_back(contexts_[i]->get_executor());
    }
    return out;
}

void event_loops::run() {
    using guard = boost::asio::executor_work_guard<boost::asio::io_context::executor_type>;
    std::vector<guard> open;
    std::vector<std::thread> threads;
    for (std::size_t i = 1; i < contexts_.size(); ++i) {
        auto& one = *contexts_[i];
        open.emplace_back(one.get_executor());
        threads.emplace_back([&one] { one.run(); });
    }
    first().run();
    open.clear();
    for (auto& thread : threads) {
        thread.join();
    }
}

void event_loops::stop() {
    for (auto const& one : contexts_) {
        one->stop();
    }
}

void event_loops::shutdown() {
    for (auto const& one : contexts_) {
        one->shutdown();
    }
}

std::size_t usual_loops() { return std::clamp<std::size_t>(std::thread::hardware_concurrency() / 2, 1, 4); }

} // namespace refract::server
