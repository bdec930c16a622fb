// Reads the JSON files of tests/vectors.
#pragma once

#include <fstream>
#include <iterator>
#include <string>

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
