#pragma once

#include <refract/jwt/verified_tokens.hpp>

#include <functional>
#include <utility>

#include <openssl/crypto.h>

namespace refract::jwt {

REFRACT_DECL void verified_tokens::add(std::size_t hash, entry e) {
    if (young_.size() >= max_kept_tokens / 2) {
        old_ = std::move(young_);
        young_.clear();
    }
    young_.insert_or_assign(hash, std::move(e));
}

REFRACT_DECL std::shared_ptr<verified_token const> verified_tokens::find(std::string_view token) {
    auto const hash = std::hash<std::string_view>()(token);
    std::lock_guard const hold(mutex_);
    bool const is_old = !young_.contains(hash);
    auto& from = is_old ? old_ : young_;
    auto const at = from.find(hash);
    if (at == from.end() || at->second.token.size() != token.size() ||
        CRYPTO_memcmp(at->second.token.data(), token.data(), token.size()) != 0) {
        return nullptr;
    }
    auto known = at->second.known;
    if (is_old) {
        auto moved = std::move(at->second);
        old_.erase(at);
        add(hash, std::move(moved));
    }
    return known;
}

REFRACT_DECL void verified_tokens::keep(std::string_view token, std::shared_ptr<verified_token const> known) {
    if (token.size() > max_kept_token_bytes) {
        return;
    }
    std::lock_guard const hold(mutex_);
    add(std::hash<std::string_view>()(token), {std::string(token), std::move(known)});
}

REFRACT_DECL std::size_t verified_tokens::size() const {
    std::lock_guard const hold(mutex_);
    return young_.size() + old_.size();
}

} // namespace refract::jwt
