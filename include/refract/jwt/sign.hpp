// Making tokens.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/result.hpp>
#include <refract/jwt/key.hpp>

#include <string>

#include <boost/json/object.hpp>

namespace refract::jwt {

/// A token in compact form with the header `{"alg":...,"typ":"JWT"}`.
///
/// Errors: those of key::sign().
/// Source: RFC 7515, section 5.1
REFRACT_DECL result<std::string> sign(boost::json::object const& claims, key const& k);

} // namespace refract::jwt

#ifdef REFRACT_HEADER_ONLY
#include <refract/jwt/impl/sign.ipp>
#endif
