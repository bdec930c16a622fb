// Reads the JSON files of tests/vectors.
#pragma once

#include <refract/jwt/key.hpp>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <catch2/catch.hpp>

inline boost::json::value read_vectors(std::string const& path) {
    std::ifstream file(std::string(REFRACT_TEST_DATA) + "/vectors/" + path, std::ios::binary);
    REQUIRE(file);
    std::string const text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    return boost::json::parse(text);
}

inline std::string text_of(boost::json::value const& value) { return std::string(value.as_string()); }

/// A key of any secret, which signs too.
inline refract::jwt::key short_key(std::string_view secret) {
    refract::jwt::key_options options;
    options.allow_weak_keys = true;
    options.sign_with_weak_keys = true;
    return refract::jwt::key::from_secret(refract::jwt::algorithm::hs256, secret, options).value();
}
