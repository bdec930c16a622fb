// What a management token allows.
// See: jwt/grant.hpp.
#pragma once

#include <string>

namespace refract::jwt {

/// One of the things a management token allows. `target` is `service/stage`; `*` fits any of them.
struct grant {
    std::string target{};
    std::string action{}; ///< never evaluated
};

} // namespace refract::jwt
