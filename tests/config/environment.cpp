// Test that the header is self-contained.
#include <refract/config/environment.hpp>

#include <catch2/catch.hpp>

using namespace refract;

namespace {

char const* variables(char const* name) {
    static std::string const large(40'000, 'x');
    std::string_view const wanted = name;
    return wanted == "A" ? "1" : wanted == "_b2" ? "${A}" : wanted == "LARGE" ? large.c_str() : nullptr;
}

/// The text after expansion, or the error's code as a number.
std::string expanded(std::string const& text) {
    config::yaml_node node;
    node.type = config::yaml_node::kind::scalar;
    node.text = text;
    auto const problems = config::expand_environment(node, variables);
    return problems.empty() ? node.text : std::to_string(static_cast<int>(problems.at(0).code));
}

} // namespace

TEST_CASE("expand_environment: references, escapes and dollars", "[config][environment]") {
    struct {
        std::string_view in, out;
    } const cases[] = {
        {"${A}", "1"},           {"x${A}y${A}", "x1y1"}, {"${_b2}", "${A}"},  {"$A", "$A"},          {"$", "$"},
        {"a$", "a$"},            {"$$", "$$"},           {"$${A}", "${A}"},   {"$$${A}", "$${A}"},   {"$$${", "$${"},
        {"${A", "400"},          {"${", "400"},          {"${}", "400"},      {"${ A}", "400"},      {"${A:-x}", "400"},
        {"${9}", "400"},         {"${NONE}", "404"},     {"${a}", "404"},     {"${LARGE}${LARGE}", "104"}, {"", ""},
    };
    for (auto const& c : cases) {
        INFO(c.in);
        CHECK(expanded(std::string(c.in)) == c.out);
    }
}

TEST_CASE("expand_environment: values at any depth, never keys", "[config][environment]") {
    auto document = config::parse_yaml("${A}: {list: ['${A}', x], other: '${A}'}\nlast: $A\n").value();
    CHECK(config::expand_environment(document, variables).empty());
    auto const* const inner = document.find("${A}");
    REQUIRE(inner != nullptr);
    CHECK(inner->find("list")->items.at(0).text == "1");
    CHECK(inner->find("other")->text == "1");
    CHECK_FALSE(document.find("last")->quoted);
    auto unset = config::parse_yaml("a: ${X}\nb: ${Y}\n").value();
    auto const problems = config::expand_environment(unset, nullptr);
    REQUIRE(problems.size() == 2);
    CHECK(problems[0].code == errc::missing_key);
    CHECK(problems[0].where.line == 1);
    CHECK(problems[1].where.line == 2);
    auto plain = config::parse_yaml("a: ${A}\n").value();
    CHECK(config::expand_environment(plain, variables).empty());
    CHECK(plain.find("a")->quoted);
}
