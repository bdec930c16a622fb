#pragma once

#include <refract/jwt/algorithm.hpp>

namespace refract::jwt {

REFRACT_DECL std::string_view name(algorithm a) noexcept {
    switch (a) {
    case algorithm::hs256: return "HS256";
    case algorithm::hs384: return "HS384";
    case algorithm::hs512: return "HS512";
    case algorithm::rs256: return "RS256";
    case algorithm::rs384: return "RS384";
    case algorithm::rs512: return "RS512";
    case algorithm::es256: return "ES256";
    case algorithm::eddsa: break;
    }
    return "EdDSA";
}

REFRACT_DECL std::optional<algorithm> parse_algorithm(std::string_view text) noexcept {
    for (algorithm const a : {algorithm::hs256, algorithm::hs384, algorithm::hs512, algorithm::rs256, algorithm::rs384,
                              algorithm::rs512, algorithm::es256, algorithm::eddsa}) {
        if (text == name(a)) {
            return a;
        }
    }
    return std::nullopt;
}

REFRACT_DECL bool is_symmetric(algorithm a) noexcept { return a <= algorithm::hs512; }

} // namespace refract::jwt
