// Test that the header is self-contained.
#include <refract/graphql/introspection.hpp>

#include <refract/core/text.hpp>
#include <refract/graphql/build_schema.hpp>
#include <refract/graphql/parse.hpp>
#include <refract/graphql/select_operation.hpp>
#include <refract/graphql/validate.hpp>

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <string>

using namespace refract;
using namespace refract::graphql;

namespace {

schema const& zoo() {
    static auto const s = build_schema(R"(
        "A living thing" interface Animal { name: String! }
        type Cat implements Animal { name: String!, lives: Int @deprecated(reason: "too \"many\""), meow(times: Int = 1, old: Int @deprecated): [String!]! }
        type Dog implements Animal { name: String! }
        union Pet = Cat | Dog
        enum Size { SMALL LARGE @deprecated }
        input Filter { size: Size = SMALL, names: [String!]! = ["a"] }
        scalar Date @specifiedBy(url: "https://example.org/date")
        directive @mark(on: Boolean = true) repeatable on FIELD | QUERY
        type Query { pets(filter: Filter): [Pet], animal: Animal }
        type Mutation { feed: Date }
    )")
                           .value();
    return s;
}

std::string answer(schema const& s, std::string_view query, input const& variables = {}) {
    auto const doc = parse(query).value();
    for (auto const& v : validate(s, doc)) {
        FAIL(v.message);
    }
    auto const& operation = *select_operation(doc, "").value();
    auto const values = coerce_variables(s, doc, operation, variables, scalar_checks{});
    REQUIRE(values);
    field_collector const collector(s, doc, *values);
    std::string out = "{";
    for (auto const& f : collector.collect(operation.selections, *s.query)) {
        REQUIRE(is_introspection_field(f.name()));
        if (out.size() > 1) {
            out += ',';
        }
        append_json_string(out, f.response_key);
        out += ':';
        append_introspection(out, collector, *s.query, f).value();
    }
    return out + "}";
}

std::string answer(std::string_view query, input const& variables = {}) { return answer(zoo(), query, variables); }

} // namespace

TEST_CASE("graphql::append_introspection: types of every kind", "[graphql][introspection]") {
    struct {
        std::string_view query, expected;
    } const cases[] = {
        {"{ __typename }", R"({"__typename":"Query"})"},
        {"{ t: __typename }", R"({"t":"Query"})"},
        {"{ __type(name: \"Nope\") { name } }", R"({"__type":null})"},
        {"{ __type(name: \"Animal\") { __typename kind name description possibleTypes { name } interfaces { name } fields { name } "
         "inputFields { name } enumValues { name } ofType { name } specifiedByURL } }",
         R"({"__type":{"__typename":"__Type","kind":"INTERFACE","name":"Animal","description":"A living thing",)"
         R"("possibleTypes":[{"name":"Cat"},{"name":"Dog"}],"interfaces":[],"fields":[{"name":"name"}],"inputFields":null,)"
         R"("enumValues":null,"ofType":null,"specifiedByURL":null}})"},
        {"{ __type(name: \"Cat\") { fields { name isDeprecated deprecationReason args { name defaultValue } type { kind name ofType { "
         "kind ofType { kind ofType { kind name } } } } } interfaces { name } possibleTypes { name } } }",
         R"({"__type":{"fields":[{"name":"name","isDeprecated":false,"deprecationReason":null,"args":[],"type":{"kind":"NON_NULL",)"
         R"("name":null,"ofType":{"kind":"SCALAR","ofType":null}}},{"name":"meow","isDeprecated":false,"deprecationReason":null,)"
         R"("args":[{"name":"times","defaultValue":"1"}],"type":{"kind":"NON_NULL","name":null,"ofType":{"kind":"LIST",)"
         R"("ofType":{"kind":"NON_NULL","ofType":{"kind":"SCALAR","name":"String"}}}}}],"interfaces":[{"name":"Animal"}],)"
         R"("possibleTypes":null}})"},
        {"{ __type(name: \"Cat\") { fields(includeDeprecated: true) { name deprecationReason args(includeDeprecated: true) { name "
         "isDeprecated } } } }",
         R"({"__type":{"fields":[{"name":"name","deprecationReason":null,"args":[]},{"name":"lives","deprecationReason":)"
         R"("too \"many\"","args":[]},{"name":"meow","deprecationReason":null,"args":[{"name":"times","isDeprecated":false},)"
         R"({"name":"old","isDeprecated":true}]}]}})"},
        {"{ __type(name: \"Size\") { enumValues { name } all: enumValues(includeDeprecated: true) { name isDeprecated } } }",
         R"({"__type":{"enumValues":[{"name":"SMALL"}],"all":[{"name":"SMALL","isDeprecated":false},)"
         R"({"name":"LARGE","isDeprecated":true}]}})"},
        {"{ __type(name: \"Filter\") { kind inputFields { name defaultValue type { name } } } }",
         R"({"__type":{"kind":"INPUT_OBJECT","inputFields":[{"name":"size","defaultValue":"SMALL","type":{"name":"Size"}},)"
         R"({"name":"names","defaultValue":"[\"a\"]","type":{"name":null}}]}})"},
        {"{ __type(name: \"Date\") { kind specifiedByURL specifiedByUrl } }",
         R"({"__type":{"kind":"SCALAR","specifiedByURL":"https://example.org/date","specifiedByUrl":"https://example.org/date"}})"},
        {"{ __type(name: \"Pet\") { kind possibleTypes { name } fields { name } } }",
         R"({"__type":{"kind":"UNION","possibleTypes":[{"name":"Cat"},{"name":"Dog"}],"fields":null}})"},
        {"{ __schema { queryType { name } mutationType { name } subscriptionType { name } description } }",
         R"({"__schema":{"queryType":{"name":"Query"},"mutationType":{"name":"Mutation"},"subscriptionType":null,"description":null}})"},
    };
    for (auto const& c : cases) {
        DYNAMIC_SECTION(c.query) { CHECK(answer(c.query) == c.expected); }
    }
}

TEST_CASE("graphql::append_introspection: keys merge and follow the selection", "[graphql][introspection]") {
    CHECK(answer("{ __type(name: \"Dog\") { b: name a: kind } ...F __type(name: \"Dog\") { a: kind fields { x: name } } } "
                 "fragment F on Query { __type(name: \"Dog\") { fields { y: name } ... on __Type { c: name } } }") ==
          R"({"__type":{"b":"Dog","a":"OBJECT","fields":[{"y":"name","x":"name"}],"c":"Dog"}})");
}

TEST_CASE("graphql::append_introspection: variables, skip and include", "[graphql][introspection]") {
    auto const query = "query ($n: String!, $yes: Boolean!, $no: Boolean = false) { __type(name: $n) { name @include(if: $yes) kind "
                       "@skip(if: $yes) ... @include(if: $no) { description } fields(includeDeprecated: $yes) { name } } }";
    CHECK(answer(query, make_input(std::vector<input_field>{{"n", make_input("Cat")}, {"yes", make_input(true)}})) ==
          R"({"__type":{"name":"Cat","fields":[{"name":"name"},{"name":"lives"},{"name":"meow"}]}})");
    CHECK(answer(query, make_input(std::vector<input_field>{
                            {"n", make_input("Cat")}, {"yes", make_input(false)}, {"no", make_input(true)}})) ==
          R"({"__type":{"kind":"OBJECT","description":null,"fields":[{"name":"name"},{"name":"meow"}]}})");
}

TEST_CASE("graphql::append_introspection: directives", "[graphql][introspection]") {
    auto const all = boost::json::parse(
        answer("{ __schema { directives { name isRepeatable locations args { name type { name } defaultValue } } } }"));
    auto const& directives = all.at("__schema").at("directives").as_array();
    REQUIRE(directives.size() == 5);
    for (auto const& d : directives) {
        if (d.at("name").as_string() == "mark") {
            CHECK(d.at("isRepeatable").as_bool());
            CHECK(boost::json::serialize(d.at("locations")) == R"(["FIELD","QUERY"])");
            CHECK(boost::json::serialize(d.at("args")) == R"([{"name":"on","type":{"name":"Boolean"},"defaultValue":"true"}])");
        }
    }
}

TEST_CASE("graphql::append_introspection: the whole schema, itself included", "[graphql][introspection]") {
    auto const all = boost::json::parse(
        answer("query IntrospectionQuery { __schema { types { ...FullType } } } fragment FullType on __Type { kind name description "
               "fields(includeDeprecated: true) { name args { ...InputValue } type { ...TypeRef } } inputFields { ...InputValue } "
               "interfaces { ...TypeRef } enumValues(includeDeprecated: true) { name } possibleTypes { ...TypeRef } } fragment "
               "InputValue on __InputValue { name type { ...TypeRef } defaultValue } fragment TypeRef on __Type { kind name ofType { "
               "kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { "
               "kind name } } } } } } } }"));
    auto const& types = all.at("__schema").at("types").as_array();
    CHECK(types.size() == zoo().types().size());
    CHECK(types[0].at("name").as_string() == "Animal");
}

TEST_CASE("graphql::append_introspection: an answer that multiplies is cut off", "[graphql][introspection]") {
    std::string query = "{ __schema { types { ";
    std::string closing = "} } }";
    for (int i = 0; i < 10; ++i) {
        query += "fields { type { fields { name } ofType { fields { type { ";
        closing += " } } } } }";
    }
    query += "name " + closing;
    auto const doc = parse(query).value();
    variable_values const none;
    field_collector const collector(zoo(), doc, none);
    std::string out;
    auto const root = collector.collect(doc.definitions[0].selections, *zoo().query);
    auto const done = append_introspection(out, collector, *zoo().query, root[0], 1'000);
    REQUIRE_FALSE(done);
    CHECK(done.failure().code == errc::limit_exceeded);
    CHECK(out.size() < 2'000);
}

TEST_CASE("graphql::field_collector: fragments apply by type", "[graphql][collect_fields]") {
    auto const doc = parse("{ animal { a: name ... on Cat { lives } ...D ... on Animal { b: name a: name } ... { c: name } } } "
                           "fragment D on Dog { d: name ...D }")
                         .value();
    variable_values const none;
    field_collector const collector(zoo(), doc, none);
    auto const keys = [&](std::string_view type_name) {
        std::string out;
        for (auto const& f : collector.collect(doc.definitions[0].selections[0].selections, *zoo().find(type_name))) {
            out += std::string(f.response_key) + std::to_string(f.nodes.size()) + " ";
        }
        return out;
    };
    CHECK(keys("Cat") == "a2 lives1 b1 c1 ");
    CHECK(keys("Dog") == "a2 d1 b1 c1 ");
}
