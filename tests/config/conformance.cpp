// The original's own cases of configurations: tests/vectors/conformance/config.json.
#include <refract/config/server_config.hpp>

#include <fstream>
#include <iterator>
#include <map>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <catch2/catch.hpp>

using namespace refract;

namespace {

boost::json::array read_cases() {
    std::ifstream file(std::string(REFRACT_TEST_DATA) + "/vectors/conformance/config.json", std::ios::binary);
    REQUIRE(file);
    std::string const text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    return boost::json::parse(text).as_array();
}

/// Scala's Option as the cases write it.
boost::json::value option(std::optional<std::string> const& value) {
    return value ? boost::json::object{{"$some", *value}} : boost::json::object{{"$none", true}};
}

std::optional<std::string> unless_empty(std::string const& text) { return text.empty() ? std::nullopt : std::optional(text); }

/// What the original's accessors give of a parsed configuration.
boost::json::value as_original(config::server_config const& c) {
    boost::json::array databases;
    for (auto const& d : c.databases) {
        databases.push_back({{"name", d.name}, {"connector", config::name(d.type)}, {"host", d.host}, {"port", d.port},
                             {"user", d.user}, {"password", option(unless_empty(d.password))},
                             {"database", option(unless_empty(d.database))}, {"schema", option(d.schema)},
                             {"managementSchema", option(d.management_schema)}, {"ssl", d.ssl}, {"rawAccess", d.raw_access},
                             {"connectionLimit", boost::json::object{{"$some", d.connection_limit}}}});
    }
    return {{"port", c.port}, {"managementApiSecret", option(c.management_secret)}, {"databases", std::move(databases)}};
}

/// The original needs no secret, and warns; here somebody has to say that none is wanted.
char const* open_environment(char const* name) { return std::string_view(name) == "REFRACT_ALLOW_OPEN" ? "1" : nullptr; }

/// Follows `ops` through what a configuration was parsed to.
boost::json::value value_of(result<config::server_config> const& parsed, boost::json::array const& ops) {
    boost::json::value at;
    bool inside = false;
    for (auto const& op : ops) {
        std::string const kind(op.at(0).as_string());
        std::string const name(op.at(1).as_string());
        if (!inside && name == "isSuccess") {
            return parsed.has_value();
        }
        if (!inside && (name == "get" || name == "failed")) {
            inside = name == "get";
            at = inside && parsed ? as_original(*parsed) : boost::json::value("InvalidConfiguration");
        } else if (kind == "path") {
            REQUIRE(name == "[0]");
            at = boost::json::value(at.as_array().at(0));
        } else if (name == "length") {
            return at.as_array().size();
        } else {
            REQUIRE(kind == "get");
            at = boost::json::value(at.as_object().at(name));
        }
    }
    return at;
}

} // namespace

TEST_CASE("parse_server_config: the original's cases", "[config][server_config]") {
    int checks = 0;
    for (auto const& value : read_cases()) {
        INFO(value.at("name").as_string().c_str());
        std::map<std::string, result<config::server_config>> parsed;
        for (auto const& step : value.at("steps").as_array()) {
            auto const& s = step.as_object();
            if (s.at("kind") == "config") {
                parsed.emplace(s.at("as").as_string().c_str(),
                               config::parse_server_config(std::string_view(s.at("text").as_string()), open_environment));
                continue;
            }
            REQUIRE(s.at("kind") == "expect");
            auto const got = value_of(parsed.at(s.at("ref").as_string().c_str()), s.at("ops").as_array());
            INFO(boost::json::serialize(s) << " got " << boost::json::serialize(got));
            auto const& matcher = s.at("matcher");
            CHECK((matcher == "equals" || matcher == "contains" || matcher == "is_a"));
            CHECK(got == s.at("expected"));
            ++checks;
        }
    }
    CHECK(checks > 0);
}
