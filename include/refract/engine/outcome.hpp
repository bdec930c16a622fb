// What running a plan gives: a value, or a plan failure.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/result.hpp>
#include <refract/db/error.hpp>
#include <refract/plan/failure.hpp>

namespace refract::engine {

template <class T> using outcome = refract::result<T, plan::failure>;

/// A database's error as a plan failure: unavailable, timeout, overloaded, value_refused, or internal with the database's words for the log.
REFRACT_DECL plan::failure to_failure(db::error const& e);

} // namespace refract::engine

#ifdef REFRACT_HEADER_ONLY
#include <refract/engine/impl/outcome.ipp>
#endif
