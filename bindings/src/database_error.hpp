// What a database refuses, as an exception.
#pragma once

#include "convert.hpp"

#include <refract/db/error.hpp>

namespace refract::python {

/// Raises refract.DatabaseError. Whoever writes SQL is told what the database says about it.
[[noreturn]] inline void raise_database_error(db::error const& e) {
    auto code = errc::statement_failed;
    switch (e.kind) {
    case db::error_kind::unavailable: code = errc::unavailable; break;
    case db::error_kind::connection_lost: code = errc::connection_lost; break;
    case db::error_kind::queue_full: code = errc::queue_full; break;
    case db::error_kind::timeout: code = errc::timeout; break;
    default: break;
    }
    raise({code, e.server_text.empty() ? e.message : e.server_text, {}});
}

} // namespace refract::python
