// Reads the JSON files of tests/vectors/graphql.
#pragma once

#include <boost/json.hpp>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace refract::test {

inline std::string read_vector_file(std::string const& name) {
    std::ifstream file(std::string(REFRACT_TEST_DATA) + "/vectors/graphql/" + name, std::ios::binary);
    if (!file) {
        throw std::runtime_error("no test data: " + name);
    }
    return {std::istreambuf_iterator<char>(file), {}};
}

inline boost::json::object read_vectors(std::string const& name) {
    return boost::json::parse(read_vector_file(name)).as_object();
}

inline std::string text(boost::json::object const& from, char const* key) {
    return std::string(from.at(key).as_string());
}

inline std::string decode_hex(std::string const& digits) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
        bytes += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
    }
    return bytes;
}

} // namespace refract::test
