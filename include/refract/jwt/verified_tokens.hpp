// Tokens a key has verified before, so that the next request with the same one need not be computed again.
// See: jwt/key.hpp, jwt/grant.hpp.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/result.hpp>
#include <refract/jwt/token_grant.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace refract::jwt {

inline constexpr std::size_t max_kept_tokens = 512;        ///< of one key
inline constexpr std::size_t max_kept_token_bytes = 2'048; ///< a longer token is verified anew each time

/// What is known of a token whose signature was right. Units: seconds since 1970.
struct verified_token {
    double starts = -std::numeric_limits<double>::infinity();
    double expires = std::numeric_limits<double>::infinity();
    result<std::vector<grant>> grants; ///< of a management token

    [[nodiscard]] bool valid_at(std::int64_t now) const noexcept {
        return static_cast<double>(now) >= starts && static_cast<double>(now) < expires;
    }
};

/// The tokens one key has verified. It goes with its key: another secret has another one.
///
/// Shape: texts are compared in constant time. A token that expired is never found: whoever checks it asks valid_at() first.
/// Thread safety: all members. Bound: max_kept_tokens; the ones not used for longest go first, half of them at a time.
class verified_tokens {
public:
    /// Null if it is not known.
    REFRACT_DECL std::shared_ptr<verified_token const> find(std::string_view token);
    REFRACT_DECL void keep(std::string_view token, std::shared_ptr<verified_token const> known);
    REFRACT_DECL std::size_t size() const;

private:
    struct entry {
        std::string token;
        std::shared_ptr<verified_token const> known;
    };
    using generation = std::unordered_map<std::size_t, entry>; // by hash of the text: of two that collide one is kept

    REFRACT_DECL void add(std::size_t hash, entry e);

    mutable std::mutex mutex_;
    generation young_;
    generation old_;
};

} // namespace refract::jwt

#ifdef REFRACT_HEADER_ONLY
#include <refract/jwt/impl/verified_tokens.ipp>
#endif
