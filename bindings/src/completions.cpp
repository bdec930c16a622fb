#include "completions.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <sys/eventfd.h>
#include <unistd.h>

namespace refract::python {

completions::completions() : descriptor_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (descriptor_ < 0) {
        throw std::system_error(errno, std::generic_category(), "eventfd");
    }
}

completions::~completions() { close(descriptor_); }

void completions::push(std::uint64_t ticket, finisher finish) {
    std::lock_guard const lock(mutex_);
    ended_.push_back({ticket, std::move(finish)});
    if (ended_.size() == 1) { // or the loop has been told and is on its way
        eventfd_write(descriptor_, 1);
    }
}

py::list completions::take() {
    std::vector<entry> ended;
    {
        std::lock_guard const lock(mutex_);
        eventfd_t count = 0;
        eventfd_read(descriptor_, &count);
        ended.swap(ended_);
    }
    py::list out;
    for (auto const& one : ended) {
        try {
            out.append(py::make_tuple(one.ticket, one.finish(), py::none()));
        } catch (py::error_already_set& e) {
            out.append(py::make_tuple(one.ticket, py::none(), e.value()));
        } catch (exception const& e) {
            out.append(py::make_tuple(one.ticket, py::none(), make_exception(e.detail())));
        } catch (std::exception const& e) {
            out.append(py::make_tuple(one.ticket, py::none(), make_exception({errc::internal, e.what(), {}})));
        }
    }
    return out;
}

} // namespace refract::python
