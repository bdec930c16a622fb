// refract.jwt: keys, tokens, grants.
#include "convert.hpp"

#include <refract/core/time.hpp>
#include <refract/jwt/grant.hpp>
#include <refract/jwt/sign.hpp>
#include <refract/jwt/verify.hpp>

#include <optional>
#include <string>

#include <boost/json.hpp>
#include <pybind11/stl.h>

namespace refract::python {

namespace {

namespace json = boost::json;
constexpr char const* jwt_module = "refract.jwt";

/// Text or bytes.
std::string bytes_of(py::handle value, char const* what) {
    if (PyUnicode_Check(value.ptr())) {
        return std::string(text_of(value));
    }
    if (PyBytes_Check(value.ptr())) {
        return py::cast<std::string>(value);
    }
    throw py::type_error(std::string(what) + " has to be text or bytes.");
}

jwt::algorithm algorithm_of(std::string_view name) {
    auto const found = jwt::parse_algorithm(name);
    if (!found) {
        raise({errc::unsupported_algorithm, "There is no algorithm " + std::string(name) + ".", {}});
    }
    return *found;
}

jwt::key make_key(py::handle material, std::string_view algorithm, bool allow_weak) {
    auto const a = algorithm_of(algorithm);
    auto const bytes = bytes_of(material, "A key");
    jwt::key_options const options{.allow_weak_keys = allow_weak, .sign_with_weak_keys = allow_weak};
    return value_or_raise(jwt::is_symmetric(a) ? jwt::key::from_secret(a, bytes, options) : jwt::key::from_pem(a, bytes, options), token_error);
}

/// A Key, or what one is made of.
jwt::key key_of(py::handle value, std::string_view algorithm) {
    return py::isinstance<jwt::key>(value) ? value.cast<jwt::key>() : make_key(value, algorithm, false);
}

std::int64_t seconds_of(std::optional<double> now) { return now ? static_cast<std::int64_t>(*now) : now_ms() / 1000; }

json::object claims_of(py::handle claims) {
    json::parse_options deep;
    deep.max_depth = 256; // more than to_json() lets through
    auto parsed = json::parse(to_json(claims), {}, deep);
    if (!parsed.is_object()) {
        throw py::type_error("Claims have to be a mapping.");
    }
    return std::move(parsed.as_object());
}

py::object claims_object(json::object const& claims) { return from_json(json::serialize(claims)); }

py::list grant_list(std::vector<jwt::grant> const& grants) {
    auto const make = value_class("Grant");
    py::list out;
    for (auto const& g : grants) {
        out.append(make(g.target, g.action));
    }
    return out;
}

void bind_key(py::module_& m) {
    py::class_<jwt::key> c(m, "Key", "A key bound to one algorithm, so that a token can't choose how it is checked.");
    c.attr("__module__") = jwt_module;
    c.def(py::init([](py::object const& material, std::string_view algorithm, bool allow_weak) {
        return make_key(material, algorithm, allow_weak);
    }), py::arg("material"), py::arg("algorithm") = "HS256", py::kw_only(), py::arg("allow_weak") = false,
          "A shared secret (HS256, HS384, HS512) or a key in PEM (RS256, RS384, RS512, ES256, EdDSA).\n\n"
          "Raises TokenError for a key shorter than the algorithm's RFC demands, unless allow_weak.");
    c.def_property_readonly("algorithm", [](jwt::key const& k) { return jwt::name(k.bound_to()); }, "HS256, ...");
    c.def_property_readonly("can_sign", [](jwt::key const& k) { return k.can_sign(); }, "A secret or a private key.");
    c.def("__repr__", [](jwt::key const& k) { return "<refract.jwt.Key " + std::string(jwt::name(k.bound_to())) + ">"; });
}

} // namespace

void bind_jwt(py::module_& m) {
    bind_key(m);
    m.def("sign", [](py::object const& claims, py::object const& key, std::string_view algorithm) {
        auto const k = key_of(key, algorithm);
        auto const c = claims_of(claims);
        return value_or_raise(unlocked([&] { return jwt::sign(c, k); }), token_error);
    }, py::arg("claims"), py::arg("key"), py::arg("algorithm") = "HS256", "A token in compact form. The key is a Key, or what one is made of.");
    m.def("verify", [](std::string_view token, py::object const& key, std::string_view algorithm, std::int64_t leeway, std::optional<double> now,
                       bool require_expiration) {
        auto const k = key_of(key, algorithm);
        jwt::verify_options options;
        options.leeway_seconds = leeway;
        options.require_expiration = require_expiration;
        return claims_object(value_or_raise(unlocked([&] { return jwt::verify(token, k, seconds_of(now), options); }), token_error));
    }, py::arg("token"), py::arg("key"), py::arg("algorithm") = "HS256", py::kw_only(), py::arg("leeway") = 0, py::arg("now") = py::none(),
          py::arg("require_expiration") = false,
          "The claims of a token that is signed with the key and valid now. Raises TokenError.\n\nUnits: leeway in seconds, now in seconds since 1970.");
    m.def("decode_unverified", [](std::string_view token) {
        auto const parts = value_or_raise(jwt::parse_token(token), token_error);
        return value_class("Token")(claims_object(parts.header), claims_object(parts.claims), py::bytes(parts.signature));
    }, py::arg("token"), "A token taken apart: nothing says that it can be trusted. Raises TokenError.");
    m.def("grants", [](py::object const& token) {
        auto const claims = PyUnicode_Check(token.ptr()) ? value_or_raise(jwt::parse_token(text_of(token)), token_error).claims : claims_of(token);
        return grant_list(value_or_raise(jwt::parse_grants(claims), token_error));
    }, py::arg("token"), "What a management token, or its claims, allow. The signature is not checked. Raises TokenError.");
    m.def("check_management_token", [](std::optional<std::string> const& authorization, py::object const& secret, std::string_view service,
                                       std::string_view stage, std::optional<double> now) {
        auto const key = bytes_of(secret, "A secret");
        auto const header = authorization ? std::optional<std::string_view>(*authorization) : std::nullopt;
        auto const checked = unlocked([&] { return jwt::check_management_token(header, key, service, stage, seconds_of(now)); });
        if (!checked) {
            auto const& why = checked.failure();
            throw_object(py::module_::import("refract.errors").attr("TokenError")(why.message, py::arg("code") = why.code));
        }
    }, py::arg("authorization"), py::arg("secret"), py::arg("service"), py::arg("stage"), py::kw_only(), py::arg("now") = py::none(),
          "Checks the Authorization header of a management call as a Prisma 1 server does. Raises TokenError with the server's code.");
}

} // namespace refract::python
