// Test that the header is self-contained.
#include <refract/graphql/coerce.hpp>

#include <refract/core/text.hpp>
#include <refract/graphql/build_schema.hpp>
#include <refract/graphql/parse.hpp>
#include <refract/graphql/select_operation.hpp>

#include <catch2/catch.hpp>

#include <string>

using namespace refract;
using namespace refract::graphql;

namespace {

schema const& shop() {
    static auto const s = build_schema(R"(
        scalar Json
        scalar DateTime
        scalar Long
        enum Color { RED GREEN }
        input Inner { key: String! n: Int = 7 color: Color = RED tags: [String!] }
        input Outer { a: Inner, many: [Inner!], meta: Json, at: DateTime, big: Long, id: ID, f: Float, ok: Boolean }
        type Query { f(in: Outer, n: Int = 3, must: Int!, list: [Int], opt: String, lists: [[Int]]): Int  g(in: Outer!, n: Int! = 5): Int }
    )")
                           .value();
    return s;
}

char const* json_value(input const& v) {
    return v.kind == input_kind::object || v.kind == input_kind::list ? nullptr : "Not valid JSON";
}

char const* date_value(input const& v) { return v.kind == input_kind::string ? nullptr : "Date value expected"; }

char const* long_value(input const& v) {
    return v.kind == input_kind::integer && !v.out_of_range ? nullptr : "Long value expected";
}

scalar_checks checks() {
    scalar_checks c;
    c.set("Json", {nullptr, json_value});
    c.set("DateTime", {nullptr, date_value});
    c.set("Long", {nullptr, long_value});
    return c;
}

input object(std::vector<input_field> fields) { return make_input(std::move(fields)); }

/// A coerced value on one line, with the origin of its leaves: `3`, `"x"@v/a/0`, `RED=` for a default.
std::string shown(coerced const& v) {
    std::string out;
    switch (v.kind) {
    case coerced_kind::null: out = "null"; break;
    case coerced_kind::boolean: out = v.boolean ? "true" : "false"; break;
    case coerced_kind::integer: out = v.out_of_range ? v.text : std::to_string(v.integer); break;
    case coerced_kind::floating: append_json(out, make_input(v.floating)); out += 'f'; break;
    case coerced_kind::string: append_json_string(out, v.text); break;
    case coerced_kind::enumeration: out = v.text; break;
    case coerced_kind::list:
        for (auto const& item : v.items) {
            out += (out.empty() ? "" : " ") + shown(item);
        }
        return "[" + out + "]";
    case coerced_kind::object:
        for (auto const& f : v.fields) {
            out += (out.empty() ? "" : " ") + f.name + ":" + shown(f.value);
        }
        return "{" + out + "}";
    }
    if (!v.origin.variable.empty()) {
        out += "@" + v.origin.variable + v.origin.path;
    }
    return v.origin.is_default ? out + "=" : out;
}

std::string shown(std::vector<coerced_field> const& all) {
    std::string out;
    for (auto const& f : all) {
        out += (out.empty() ? "" : " ") + f.name + ":" + shown(f.value);
    }
    return out;
}

/// The arguments of the first field, or the messages.
std::string run(std::string_view query, input const& variables = {}) {
    auto const doc = parse(query).value();
    auto const& operation = *select_operation(doc, "").value();
    auto const values = coerce_variables(shop(), doc, operation, variables, checks());
    if (!values) {
        std::string out;
        for (auto const& v : values.failure()) {
            out += v.message.substr(0, v.message.find(" (line ")) + "\n";
        }
        return out;
    }
    auto const& node = operation.selections[0];
    auto const* const f = shop().query->find_field(node.name);
    auto const arguments = coerce_arguments(doc, f->arguments, node.arguments, *values);
    return arguments ? shown(*arguments) : arguments.failure().message.substr(0, arguments.failure().message.find(" (line "));
}

} // namespace

TEST_CASE("graphql::coerce_arguments: literals, defaults, lists of one", "[graphql][coerce]") {
    CHECK(run("{ f(must: 1) }") == "n:3= must:1");
    CHECK(run("{ f(must: 1, n: null, opt: null) }") == "n:null must:1 opt:null");
    CHECK(run("{ f(must: 1, n: 2, list: 5) }") == "n:2 must:1 list:[5]");
    CHECK(run("{ f(must: 1, n: 2, list: [1, null]) }") == "n:2 must:1 list:[1 null]");
    CHECK(run("{ f(must: 1, n: 2, lists: 5) }") == "n:2 must:1 lists:[[5]]");
    CHECK(run("{ f(must: 1, n: 2, lists: [5, [6]]) }") == "n:2 must:1 lists:[[5] [6]]");
    CHECK(run("{ g(in: {a: {key: \"k\", tags: \"t\"}}) }") == R"(in:{a:{key:"k" n:7= color:RED= tags:["t"]}} n:5=)");
    CHECK(run("{ g(in: {id: 12, f: 1, big: 12345678901, meta: {x: [1, {y: null}]}}) }") ==
          R"(in:{meta:{x:[1 {y:null}]} big:12345678901 id:"12" f:1f} n:5=)");
    CHECK(run("{ g(in: {big: 123456789012345678901, id: 123456789012345678901, f: 123456789012345678901}) }") ==
          R"(in:{big:123456789012345678901 id:"123456789012345678901" f:123456789012345683968f} n:5=)");
}

TEST_CASE("graphql::coerce_arguments: fields keep the order of their type, nulls stay", "[graphql][coerce]") {
    CHECK(run("{ g(in: {ok: true, a: null, id: null}) }") == "in:{a:null id:null ok:true} n:5=");
}

TEST_CASE("graphql::coerce_arguments: variables bring their origin", "[graphql][coerce]") {
    auto const query = "query ($v: Outer!, $n: Int!, $s: String) { g(in: $v, n: $n) }";
    CHECK(run(query, object({{"n", make_input(4)},
                             {"v", object({{"many", object({{"key", make_input("k")}})},
                                           {"meta", object({{"a/b", make_input(std::vector<input>{make_input(1)})}})},
                                           {"id", make_input(5)}})}})) ==
          R"(in:{many:[{key:"k"@v/many/key n:7= color:RED=}] meta:{a/b:[1@v/meta/a~1b/0]} id:"5"@v/id} n:4@n)");
    CHECK(run("query ($k: String!, $n: Int, $c: Color) { g(in: {a: {key: $k, n: $n, color: $c}}) }",
              object({{"k", make_input("x")}, {"c", make_input("GREEN")}})) ==
          R"(in:{a:{key:"x"@k n:7= color:GREEN@c}} n:5=)");
}

TEST_CASE("graphql::coerce_arguments: absent variables are absent, null ones are null", "[graphql][coerce]") {
    auto const query = "query ($o: String, $i: Int, $l: Int) { f(must: 1, opt: $o, n: $i, list: [$l, 2]) }";
    CHECK(run(query) == "n:3= must:1 list:[null 2]");
    CHECK(run(query, object({{"o", {}}, {"i", {}}})) == "n:null@i must:1 list:[null 2] opt:null@o");
    CHECK(run("query ($ok: Boolean) { g(in: {ok: $ok}) }") == "in:{} n:5=");
    CHECK(run("query ($i: Int = 9) { f(must: 1, n: $i) }") == "n:9@i= must:1");
    CHECK(run("query ($i: Int = 9) { f(must: $i) }", object({{"i", {}}})) ==
          "Null value was provided for the NotNull Type 'Int!' at path 'must'.");
    CHECK(run("query ($i: Int = 9) { f(must: $i) }") == "n:3= must:9@i=");
}

TEST_CASE("graphql::coerce_variables: numbers", "[graphql][coerce]") {
    auto const query = "query ($n: Int!) { g(in: {}, n: $n) }";
    CHECK(run(query, object({{"n", make_input(3.0)}})) == "in:{} n:3@n");
    CHECK(run(query, object({{"n", make_input(3.5)}})) ==
          "Variable '$n' expected value of type 'Int!' but got: 3.5. Reason: Int value expected\n");
    CHECK(run(query, object({{"n", make_input(std::int64_t{2147483648})}})) ==
          "Variable '$n' expected value of type 'Int!' but got: 2147483648. Reason: Value is too big to fit in Int\n");
    CHECK(run("query ($f: Float) { g(in: {f: $f}) }", object({{"f", make_input(3)}})) == "in:{f:3f@f} n:5=");
}

TEST_CASE("graphql::coerce_variables: Sangria's texts and the place of the definition", "[graphql][coerce]") {
    auto const doc = parse("query (\n  $v: Outer!) { g(in: $v) }").value();
    auto const values = coerce_variables(shop(), doc, doc.definitions[0], {}, checks());
    REQUIRE_FALSE(values);
    REQUIRE(values.failure().size() == 1);
    CHECK(values.failure()[0].message == "Variable '$v' expected value of type 'Outer!' but value is undefined. Reason: Expected "
                                         "non-null value, found null. (line 2, column 3):\n  $v: Outer!) { g(in: $v) }\n  ^");
    CHECK(values.failure()[0].locations.size() == 1);
}

TEST_CASE("graphql::coerce_variables: reasons", "[graphql][coerce]") {
    auto const query = "query ($v: Outer!) { g(in: $v) }";
    auto const got = [](std::string const& json, std::string const& reason) {
        return "Variable '$v' expected value of type 'Outer!' but got: " + json + ". Reason: " + reason + "\n";
    };
    CHECK(run(query, object({{"v", {}}})) == got("null", "Expected non-null value, found null."));
    CHECK(run(query, object({{"v", make_input(1)}})) == got("1", "Expected 'Outer', found not an object."));
    CHECK(run(query, object({{"v", object({{"a", object({})}})}})) ==
          got(R"({"a":{}})", "'a.key' Expected non-null value, found null."));
    CHECK(run(query, object({{"v", object({{"x", make_input(1)}, {"id", make_input(true)}})}})) ==
          got(R"({"x":1,"id":true})", "'id' String or Int value expected") +
              got(R"({"x":1,"id":true})", "'x' Field 'x' is not defined in the input type 'Outer'."));
    auto const list = make_input(std::vector<input>{object({{"key", make_input("k")}, {"color", make_input("BLUE")}}),
                                                    object({{"key", make_input("k")}, {"n", make_input("1")}})});
    CHECK(run(query, object({{"v", object({{"many", list}})}})) ==
          got(R"({"many":[{"key":"k","color":"BLUE"},{"key":"k","n":"1"}]})",
              "'many[0].color' Enum value 'BLUE' is undefined in enum type 'Color'. Known values are: RED, GREEN.") +
              got(R"({"many":[{"key":"k","color":"BLUE"},{"key":"k","n":"1"}]})", "'many[0].n' Int value expected"));
    CHECK(run(query, object({{"v", object({{"meta", make_input("[1]")}})}})) ==
          got(R"({"meta":"[1]"})", "'meta' Not valid JSON"));
    CHECK(run(query, object({{"v", object({{"at", make_input(1)}})}})) == got(R"({"at":1})", "'at' Date value expected"));
}

TEST_CASE("graphql::coerce_variables: bounded", "[graphql][coerce]") {
    std::vector<input> many(5'000, make_input(true));
    auto const doc = parse("query ($l: [Int]) { f(must: 1, list: $l) }").value();
    auto const values = coerce_variables(shop(), doc, doc.definitions[0], object({{"l", make_input(std::move(many))}}), checks());
    REQUIRE_FALSE(values);
    CHECK(values.failure().size() == limits{}.max_errors);
}

TEST_CASE("graphql::append_json: compact JSON", "[graphql][input]") {
    std::string out;
    append_json(out, object({{"a\"\n\x01", make_input(std::vector<input>{{}, make_input(true), make_input(-1), make_input(0.5)})},
                             {"b", object({})}}));
    CHECK(out == R"({"a\"\n\u0001":[null,true,-1,0.5],"b":{}})");
}

TEST_CASE("graphql::select_operation: by name, or the only one", "[graphql][select_operation]") {
    auto const two = parse("query A { a } mutation B { b } fragment F on X { c }").value();
    CHECK((*select_operation(two, "B"))->name == "B");
    CHECK(select_operation(two, "").failure().message == "Must provide operation name if query contains multiple operations");
    CHECK(select_operation(two, "C").failure().message == "Unknown operation name 'C'");
    auto const one = parse("{ a }").value();
    CHECK((*select_operation(one, ""))->name.empty());
    CHECK(select_operation(one, "A").failure().message == "Unknown operation name 'A'");
    auto const none = parse("fragment F on X { c }").value();
    CHECK(select_operation(none, "").failure().message == "Must provide an operation.");
    CHECK(find_fragment(two, "F") == &two.definitions[2]);
    CHECK(find_fragment(two, "G") == nullptr);
}
