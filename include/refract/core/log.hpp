// One-line structured logs: JSON objects, one per event, written in one piece.
#pragma once

#include <refract/core/config.hpp>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace refract::log {

/// How much an event matters; a logger drops what is below its own level.
enum class level : std::uint8_t {
    debug, ///< for developers
    info,  ///< normal life: start, stop, deploys
    warn,  ///< something the operator should look at
    error, ///< a request failed through no fault of the client
    off,   ///< as a threshold: log nothing
};

/// The level's name in lower case: `debug`, `info`, `warn`, `error`, `off`.
REFRACT_DECL std::string_view name(level l) noexcept;

/// Reads a level's name. False if there is no such level; `out` is then untouched.
REFRACT_DECL bool parse_level(std::string_view text, level& out) noexcept;

/// One key and value of an event.
///
/// Shape: refers to the texts it is made of. A secret is passed with `redacted`, never as its text.
class field {
public:
    field(std::string_view key, std::string_view text) noexcept : key_(key), text_(text) {}
    field(std::string_view key, std::string const& text) noexcept : key_(key), text_(text) {}
    field(std::string_view key, char const* text) noexcept : key_(key), text_(text) {}
    field(std::string_view key, std::int64_t number) noexcept : key_(key), number_(number), kind_(kind::number) {}
    field(std::string_view key, int number) noexcept : key_(key), number_(number), kind_(kind::number) {}
    field(std::string_view key, std::uint32_t number) noexcept : key_(key), number_(number), kind_(kind::number) {}
    field(std::string_view key, std::size_t number) noexcept
        : key_(key), number_(static_cast<std::int64_t>(number)), kind_(kind::number) {}
    field(std::string_view key, bool truth) noexcept : key_(key), number_(truth ? 1 : 0), kind_(kind::truth) {}

    /// Appends `"key":value`.
    void append_to(std::string& out) const;

private:
    enum class kind : std::uint8_t { text, number, truth };
    std::string_view key_;
    std::string_view text_{};
    std::int64_t number_ = 0;
    kind kind_ = kind::text;
};

/// A field that says whether a secret is set, and nothing else about it: `"<set>"` or `"<unset>"`.
REFRACT_DECL field redacted(std::string_view key, std::string_view secret) noexcept;

/// One event as text: `{"time":"...","level":"info","event":"...",...}` and a line end.
REFRACT_DECL std::string format(level l, std::string_view event, std::initializer_list<field> fields);

/// Events below this level are dropped by write(). Initially level::info. Safe from any thread.
REFRACT_DECL void set_threshold(level l) noexcept;

/// Whether events of this level are written: ask before preparing expensive fields.
REFRACT_DECL bool enabled(level l) noexcept;

/// Writes one event to the standard error stream, in one call so that lines of several threads don't mix.
///
/// Errors: a stream that can't be written to is ignored: logging must not stop the server.
REFRACT_DECL void write(level l, std::string_view event, std::initializer_list<field> fields = {});

} // namespace refract::log

#ifdef REFRACT_HEADER_ONLY
#include <refract/core/impl/log.ipp>
#endif
