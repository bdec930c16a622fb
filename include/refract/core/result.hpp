// result<T>: a value or an error. Parse functions return it and never throw.
#pragma once

#include <refract/core/error.hpp>

#include <string>
#include <utility>
#include <variant>

namespace refract {

// <variant> makes std::exception complete, as the base of its bad_variant_access; <exception> would cost 650 lines more.
/// Thrown by result<T>::value() only: for scripts, tests and bindings.
class exception : public std::exception {
public:
    explicit exception(error e) : error_(std::move(e)) {}

    [[nodiscard]] char const* what() const noexcept override { return error_.message.c_str(); }

    [[nodiscard]] error const& detail() const noexcept { return error_; }

private:
    error error_;
};

/// Either a `T` or an error of type `E`.
///
/// Errors: `value()` throws refract::exception when there is none; `*r` and `r->` require a value (checked in debug builds
/// by std::get_if's null). `failure()` requires an error.
template <class T, class E = error> class [[nodiscard]] result {
public:
    using value_type = T;
    using error_type = E;

    result(T value) : state_(std::in_place_index<0>, std::move(value)) {} // NOLINT: implicit by design
    result(E e) : state_(std::in_place_index<1>, std::move(e)) {}         // NOLINT: implicit by design

    [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }

    [[nodiscard]] T& operator*() & noexcept { return *std::get_if<0>(&state_); }
    [[nodiscard]] T const& operator*() const& noexcept { return *std::get_if<0>(&state_); }
    [[nodiscard]] T&& operator*() && noexcept { return std::move(*std::get_if<0>(&state_)); }
    [[nodiscard]] T* operator->() noexcept { return std::get_if<0>(&state_); }
    [[nodiscard]] T const* operator->() const noexcept { return std::get_if<0>(&state_); }

    [[nodiscard]] E& failure() noexcept { return *std::get_if<1>(&state_); }
    [[nodiscard]] E const& failure() const noexcept { return *std::get_if<1>(&state_); }

    /// The value, or an exception that holds the error.
    [[nodiscard]] T& value() & {
        if (!has_value()) {
            throw exception(failure());
        }
        return **this;
    }

    [[nodiscard]] T&& value() && {
        if (!has_value()) {
            throw exception(failure());
        }
        return std::move(**this);
    }

private:
    std::variant<T, E> state_;
};

/// A result without a value: done, or an error.
template <class E> class [[nodiscard]] result<void, E> {
public:
    using value_type = void;
    using error_type = E;

    result() = default;
    result(E e) : state_(std::in_place_index<1>, std::move(e)) {} // NOLINT: implicit by design

    [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }

    [[nodiscard]] E& failure() noexcept { return *std::get_if<1>(&state_); }
    [[nodiscard]] E const& failure() const noexcept { return *std::get_if<1>(&state_); }

    void value() const {
        if (!has_value()) {
            throw exception(failure());
        }
    }

private:
    std::variant<std::monostate, E> state_;
};

} // namespace refract
