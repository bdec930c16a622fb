// What Python holds of an engine, pool, connection or transaction: it can be closed, and knows the process it was opened in.
#pragma once

#include "completions.hpp"
#include "convert.hpp"
#include "runtime.hpp"

#include <exception>
#include <memory>
#include <optional>
#include <utility>

namespace refract::python {

/// All members need the GIL.
template <class T> class handle {
public:
    explicit handle(std::shared_ptr<T> used) : used_(std::move(used)), forks_(fork_count()) {}
    handle(handle const&) = delete;
    handle& operator=(handle const&) = delete;

    ~handle() { close(); }

    /// What is held, for one call. Errors: raises refract.Error if it is closed, or was opened before a fork.
    [[nodiscard]] std::shared_ptr<T> use() const {
        if (!used_) {
            raise({errc::unavailable, "It is closed.", {}});
        }
        if (forks_ != fork_count()) {
            raise({errc::unavailable, "It was opened before this process was forked: open it in the process that uses it.", {}});
        }
        return used_;
    }

    [[nodiscard]] bool is_closed() const noexcept { return used_ == nullptr; }

    void close() {
        if (forks_ != fork_count()) {
            new std::shared_ptr<T>(std::move(used_)); // NOLINT: its threads are the parent's: nothing of it can be ended here
            return;
        }
        auto closing = std::exchange(used_, nullptr);
        gil_release const released;
        closing.reset(); // the last one to use it ends it
    }

private:
    std::shared_ptr<T> used_;
    std::uint64_t forks_;
};

template <class T> using handle_class = py::class_<handle<T>, std::shared_ptr<handle<T>>>;

/// Runs what `run` starts on the calling thread, without the GIL; `finish` makes the Python value.
template <class Answer, class T, class Run, class Finish> py::object wait_here(std::shared_ptr<T> const& used, Run const& run, Finish const& finish) {
    auto answer = unlocked([&] { return run_here<Answer>([&] { return run(*used); }); });
    return finish(answer);
}

/// Starts it on the module's thread; the loop of `to` is told the end.
template <class Answer, class T, class Run, class Finish>
void start_there(std::shared_ptr<T> used, std::shared_ptr<completions> to, std::uint64_t ticket, Run run, Finish finish) {
    struct state {
        std::shared_ptr<T> used;
        Run run;
        std::optional<Answer> answer{};
    };
    auto const s = std::make_shared<state>(state{std::move(used), std::move(run)});
    auto const body = [s]() -> asio::awaitable<void> {
        auto work = s->run(*s->used);
        s->answer.emplace(co_await std::move(work));
    };
    auto const ended = [s, to = std::move(to), ticket, finish](std::exception_ptr const& thrown) {
        to->push(ticket, [s, thrown, finish] {
            if (thrown) {
                std::rethrow_exception(thrown);
            }
            return finish(*s->answer);
        });
    };
    gil_release const released;
    asio::co_spawn(io_context(), body, ended);
}

} // namespace refract::python
