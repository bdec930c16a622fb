#pragma once

#include <refract/engine/outcome.hpp>

namespace refract::engine {

REFRACT_DECL plan::failure to_failure(db::error const& e) {
    plan::failure f;
    f.code = e.sqlstate;
    f.server_text = e.server_text;
    f.message = e.server_text.empty() ? e.message : e.message + ": " + e.server_text;
    switch (e.kind) {
    case db::error_kind::unavailable:
    case db::error_kind::connection_lost:
        f.kind = plan::failure_kind::unavailable;
        f.message = e.message;
        break;
    case db::error_kind::queue_full: f.kind = plan::failure_kind::overloaded; break;
    case db::error_kind::timeout: f.kind = plan::failure_kind::timeout; break;
    case db::error_kind::invalid_text:
    case db::error_kind::value_out_of_range:
        f.kind = plan::failure_kind::value_refused;
        f.message = e.message;
        break;
    default: f.kind = plan::failure_kind::internal; break;
    }
    return f;
}

} // namespace refract::engine
