// Test that the header is self-contained.
#include <refract/prisma1/over_http.hpp>

#include <catch2/catch.hpp>

using namespace refract;
using prisma1::http_answer;
using prisma1::http_rules;
using prisma1::refusal;

namespace {

using pairs = std::vector<std::pair<std::string, std::string>>;

std::string body_of(pairs const& parameters) {
    auto const body = prisma1::body_of_parameters(parameters, {});
    return body ? *body : body.failure().message;
}

} // namespace

TEST_CASE("apply_rules: status, media type and data", "[prisma1][over_http]") {
    std::string const refused = R"({"data":null,"errors":[]})";
    struct {
        int status;
        refusal why;
        int json;
        int graphql_response;
    } const cases[] = {
        {200, refusal::document, 200, 400}, {500, refusal::document, 200, 400},    {500, refusal::malformed, 400, 400},
        {415, refusal::malformed, 415, 415}, {200, refusal::token, 200, 401},      {200, refusal::not_found, 200, 404},
        {200, refusal::busy, 200, 429},     {200, refusal::unavailable, 200, 503}, {405, refusal::method, 405, 405},
        {500, refusal::internal, 500, 500},
    };
    for (auto const& c : cases) {
        INFO(c.status << ' ' << static_cast<int>(c.why));
        http_answer const answer{c.status, "application/json", refused, {}, c.why};
        auto const original = prisma1::apply_rules(http_rules::original, answer, "x");
        CHECK(original.status == c.status);
        CHECK(original.body == refused);
        auto const json = prisma1::apply_rules(http_rules::json, answer, "x");
        CHECK(json.status == c.json);
        CHECK(json.content_type == "application/json");
        CHECK(json.body == R"({"errors":[]})");
        auto const specified = prisma1::apply_rules(http_rules::graphql_response, answer, "x");
        CHECK(specified.status == c.graphql_response);
        CHECK(specified.content_type == "application/graphql-response+json; charset=utf-8");
        CHECK(specified.body == R"({"errors":[]})");
    }
}

TEST_CASE("apply_rules: what was run is left as it is", "[prisma1][over_http]") {
    http_answer answer;
    answer.body = R"({"data":null,"errors":[]})";
    CHECK(prisma1::apply_rules(http_rules::graphql_response, answer, "x").body == answer.body);
    answer.why = refusal::not_graphql;
    CHECK(prisma1::apply_rules(http_rules::graphql_response, answer, "x").content_type == "application/json");
    answer = {};
    answer.shared_body = std::make_shared<std::string const>("[1]");
    CHECK(prisma1::apply_rules(http_rules::graphql_response, answer, "x").content_type == "application/json");
    answer = {400, "text/plain", "so", {}, refusal::malformed};
    CHECK(prisma1::apply_rules(http_rules::json, answer, "local:c1").body == R"({"errors":[{"message":"so","requestId":"local:c1"}]})");
}

TEST_CASE("body_of_parameters: the same as a POST", "[prisma1][over_http]") {
    CHECK(body_of({}) == "{}");
    CHECK(body_of({{"x", "y"}, {"query", "{\"}"}}) == R"({"query":"{\"}"})");
    CHECK(body_of({{"variables", R"({"a":1})"}, {"operationName", "A"}, {"query", "q"}, {"extensions", "{}"}}) ==
          R"({"query":"q","operationName":"A","variables":{"a":1},"extensions":{}})");
    CHECK(body_of({{"query", "a"}, {"query", "b"}}) == "The parameter 'query' is there twice.");
    for (char const* const json : {"", "{", "{}}", "{},\"query\":\"b\"", "nothing"}) {
        INFO(json);
        CHECK(body_of({{"variables", json}}).substr(0, 39) == "The parameter 'variables' is not JSON: ");
    }
}

TEST_CASE("check_parameters: a query, and extensions that are an object", "[prisma1][over_http]") {
    auto const fault = [](std::string_view body) {
        prisma1::json_tape json;
        REQUIRE(json.parse(body, {}));
        auto const checked = prisma1::check_parameters(json);
        return checked ? std::string() : checked.failure().message;
    };
    CHECK(fault(R"({"query":""})").empty());
    CHECK(fault(R"({"query":"a","extensions":{}})").empty());
    CHECK(fault(R"({"query":"a","extensions":null})").empty());
    CHECK(fault("[]").empty());
    CHECK(fault("{}") == "The key 'query' must be a string.");
    CHECK(fault(R"({"query":null})") == "The key 'query' must be a string.");
    CHECK(fault(R"({"query":"a","extensions":[]})") == "The key 'extensions' must be an object.");
}
