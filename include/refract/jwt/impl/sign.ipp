#pragma once

#include <refract/jwt/base64url.hpp>
#include <refract/jwt/sign.hpp>

#include <boost/json/serialize.hpp>

namespace refract::jwt {

REFRACT_DECL result<std::string> sign(boost::json::object const& claims, key const& k) {
    std::string const header = "{\"alg\":\"" + std::string(name(k.bound_to())) + "\",\"typ\":\"JWT\"}";
    std::string text = encode_base64url(header) + "." + encode_base64url(boost::json::serialize(claims));
    auto const signature = k.sign(text);
    if (!signature) {
        return signature.failure();
    }
    text += '.';
    text += encode_base64url(*signature);
    return text;
}

} // namespace refract::jwt
