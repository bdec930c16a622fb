// Test that the header is self-contained.
#include <refract/graphql/parse.hpp>

#include <pthread.h>

#include <catch2/catch.hpp>

#include "vector_cases.hpp"

using namespace refract;
namespace ast = refract::graphql::ast;
using test::text;

namespace {

/// The tree in the shape of graphql-js; with places where the tree has both ends.
class tree_writer {
public:
    explicit tree_writer(bool with_places) : with_places_(with_places) {}

    [[nodiscard]] boost::json::value write(ast::value const& v) const {
        constexpr char const* kinds[] = {"Variable",  "IntValue",  "FloatValue", "StringValue", "BooleanValue",
                                         "NullValue", "EnumValue", "ListValue",  "ObjectValue"};
        boost::json::object to{{"kind", kinds[static_cast<std::size_t>(v.kind)]}};
        place(to, v.at.offset, v.end);
        switch (v.kind) {
        case ast::value_kind::variable: to["name"] = name(v.text, v.at.offset + 1); break;
        case ast::value_kind::string:
            to["value"] = v.text;
            to["block"] = v.block;
            break;
        case ast::value_kind::boolean: to["value"] = v.text == "true"; break;
        case ast::value_kind::null: break;
        case ast::value_kind::list: to["values"] = write_all(v.items); break;
        case ast::value_kind::object: to["fields"] = write_all(v.fields); break;
        default: to["value"] = v.text;
        }
        return to;
    }

    [[nodiscard]] boost::json::value write(ast::type_reference const& t) const {
        constexpr char const* kinds[] = {"NamedType", "ListType", "NonNullType"};
        boost::json::object to{{"kind", kinds[static_cast<std::size_t>(t.kind)]}};
        place(to, t.at.offset, t.end);
        if (t.kind == ast::type_reference_kind::named) {
            to["name"] = name(t.name, t.at.offset);
        } else {
            to["type"] = write(*t.of);
        }
        return to;
    }

    [[nodiscard]] boost::json::value write(ast::definition const& d) const {
        boost::json::object to{{"kind", definition_kind(d)}};
        place(to, d.at.offset, d.end);
        if (!d.name.empty()) {
            to["name"] = name(d.name, d.name_at.offset);
        }
        to["directives"] = write_all(d.directives);
        switch (d.kind) {
        case ast::definition_kind::operation:
            to["operation"] = operation(d.operation);
            to["variableDefinitions"] = boost::json::array();
            to["selectionSet"] = selection_set(d.selections);
            break;
        case ast::definition_kind::schema: to["operationTypes"] = write_all(d.operation_types); break;
        case ast::definition_kind::object_type:
        case ast::definition_kind::interface_type:
            to["interfaces"] = named_types(d.interfaces);
            to["fields"] = write_all(d.fields);
            break;
        case ast::definition_kind::union_type: to["types"] = named_types(d.members); break;
        case ast::definition_kind::enum_type: to["values"] = write_all(d.values); break;
        case ast::definition_kind::input_object_type: to["fields"] = write_all(d.input_fields); break;
        case ast::definition_kind::directive: {
            to.erase("directives");
            to["arguments"] = write_all(d.input_fields);
            to["repeatable"] = d.repeatable;
            boost::json::array locations;
            for (auto const& l : d.locations) {
                locations.push_back(name(l.name, l.at.offset));
            }
            to["locations"] = locations;
            break;
        }
        default: break;
        }
        return to;
    }

private:
    void place(boost::json::object& to, std::uint32_t start, std::uint32_t end) const {
        if (with_places_) {
            to["loc"] = {{"start", start}, {"end", end}};
        }
    }

    [[nodiscard]] boost::json::value name(std::string_view value, std::uint32_t start) const {
        boost::json::object to{{"kind", "Name"}, {"value", value}};
        place(to, start, start + static_cast<std::uint32_t>(value.size()));
        return to;
    }

    [[nodiscard]] boost::json::value write(ast::object_field const& f) const {
        boost::json::object to{{"kind", "ObjectField"}, {"name", name(f.name, f.at.offset)}, {"value", write(f.value)}};
        place(to, f.at.offset, f.value.end);
        return to;
    }

    [[nodiscard]] boost::json::value write(ast::argument const& a) const {
        return {{"kind", "Argument"}, {"name", name(a.name, a.at.offset)}, {"value", write(a.value)}};
    }

    [[nodiscard]] boost::json::value write(ast::directive const& d) const {
        return {{"kind", "Directive"}, {"name", name(d.name, 0)}, {"arguments", write_all(d.arguments)}};
    }

    [[nodiscard]] boost::json::value write(ast::selection const& s) const {
        boost::json::object to{
            {"kind", "Field"},
            {"name", name(s.name, 0)},
            {"arguments", write_all(s.arguments)},
            {"directives", write_all(s.directives)}};
        if (s.has_selections) {
            to["selectionSet"] = selection_set(s.selections);
        }
        return to;
    }

    [[nodiscard]] boost::json::value write(ast::operation_type_definition const& o) const {
        return {
            {"kind", "OperationTypeDefinition"},
            {"operation", operation(o.operation)},
            {"type", {{"kind", "NamedType"}, {"name", name(o.type, 0)}}}};
    }

    [[nodiscard]] boost::json::value write(ast::enum_value_definition const& v) const {
        return {{"kind", "EnumValueDefinition"}, {"name", name(v.name, 0)}, {"directives", write_all(v.directives)}};
    }

    [[nodiscard]] boost::json::value write(ast::field_definition const& f) const {
        return {
            {"kind", "FieldDefinition"},
            {"name", name(f.name, 0)},
            {"arguments", write_all(f.arguments)},
            {"type", write(*f.type)},
            {"directives", write_all(f.directives)}};
    }

    [[nodiscard]] boost::json::value write(ast::input_value_definition const& v) const {
        boost::json::object to{
            {"kind", "InputValueDefinition"},
            {"name", name(v.name, 0)},
            {"type", write(*v.type)},
            {"directives", write_all(v.directives)}};
        if (v.default_value != nullptr) {
            to["defaultValue"] = write(*v.default_value);
        }
        return to;
    }

    [[nodiscard]] boost::json::value selection_set(graphql::list<ast::selection> const& items) const {
        return {{"kind", "SelectionSet"}, {"selections", write_all(items)}};
    }

    [[nodiscard]] boost::json::array named_types(graphql::list<ast::name_reference> const& items) const {
        boost::json::array to;
        for (auto const& item : items) {
            to.push_back({{"kind", "NamedType"}, {"name", name(item.name, item.at.offset)}});
        }
        return to;
    }

    template <class Node> [[nodiscard]] boost::json::array write_all(graphql::list<Node> const& items) const {
        boost::json::array to;
        for (auto const& item : items) {
            to.push_back(write(item));
        }
        return to;
    }

    static char const* operation(ast::operation_type o) {
        constexpr char const* names[] = {"query", "mutation", "subscription"};
        return names[static_cast<std::size_t>(o)];
    }

    static std::string definition_kind(ast::definition const& d) {
        constexpr char const* names[] = {"Operation",     "Fragment",  "Schema",   "ScalarType",      "ObjectType",
                                         "InterfaceType", "UnionType", "EnumType", "InputObjectType", "Directive"};
        return std::string(names[static_cast<std::size_t>(d.kind)]) + (d.extension ? "Extension" : "Definition");
    }

    bool with_places_;
};

void remove_places(boost::json::value& v) {
    if (auto* const object = v.if_object()) {
        object->erase("loc");
        for (auto& member : *object) {
            remove_places(member.value());
        }
    } else if (auto* const array = v.if_array()) {
        for (auto& item : *array) {
            remove_places(item);
        }
    }
}

void check_document(graphql::document const& doc, boost::json::value expected) {
    auto const& definitions = expected.at("definitions").as_array();
    REQUIRE(doc.definitions.size() == definitions.size());
    for (std::size_t i = 0; i < definitions.size(); ++i) {
        auto const& place = definitions[i].at("loc").as_object();
        CHECK(doc.definitions[i].at.offset == place.at("start").as_int64());
        CHECK(doc.definitions[i].end == place.at("end").as_int64());
        auto bare = definitions[i];
        remove_places(bare);
        CHECK(tree_writer(false).write(doc.definitions[i]) == bare);
    }
}

graphql::parse_options options_of(boost::json::object const& c) {
    graphql::parse_options options;
    if (auto const* const given = c.if_contains("options")) {
        auto const& o = given->as_object();
        options.allow_fragment_variables = o.contains("allowLegacyFragmentVariables");
        if (auto const* const max_tokens = o.if_contains("maxTokens")) {
            options.max_tokens = static_cast<std::uint32_t>(max_tokens->as_int64());
        }
    }
    return options;
}

template <class Document> error failure_of(result<Document> r) {
    return r ? error{errc::ok, {}, {}} : r.failure();
}

error failure_of(std::string const& function, std::string const& source, graphql::parse_options const& options) {
    if (function == "parseValue") {
        return failure_of(graphql::parse_value(source, options));
    }
    if (function == "parseConstValue") {
        return failure_of(graphql::parse_const_value(source, options));
    }
    if (function == "parseType") {
        return failure_of(graphql::parse_type(source, options));
    }
    return failure_of(graphql::parse(source, options));
}

std::string repeated(std::string_view part, std::size_t times) {
    std::string to;
    for (std::size_t i = 0; i < times; ++i) {
        to += part;
    }
    return to;
}

} // namespace

TEST_CASE("graphql::parse: what graphql-js accepts", "[graphql][parse]") {
    auto const file = test::read_vectors("parser_accept.json");
    for (auto const& entry : file.at("cases").as_array()) {
        auto const& c = entry.as_object();
        auto const source = text(c, "source");
        auto const function = text(c, "fn");
        CAPTURE(function, source);
        auto const options = options_of(c);
        CHECK(failure_of(function, source, options).message == "");
        auto const* const expected = c.if_contains("ast");
        if (expected == nullptr) {
            continue;
        }
        if (function == "parseValue") {
            CHECK(tree_writer(true).write(graphql::parse_value(source).value().value) == *expected);
        } else if (function == "parseConstValue") {
            CHECK(tree_writer(true).write(graphql::parse_const_value(source).value().value) == *expected);
        } else if (function == "parseType") {
            CHECK(tree_writer(true).write(graphql::parse_type(source).value().type) == *expected);
        } else {
            check_document(graphql::parse(source).value(), *expected);
        }
    }
}

TEST_CASE("graphql::parse: graphql-js' errors", "[graphql][parse]") {
    auto const file = test::read_vectors("parser_reject.json");
    for (auto const& entry : file.at("cases").as_array()) {
        auto const& c = entry.as_object();
        auto const source = text(c, "source");
        auto const function = text(c, "fn");
        CAPTURE(function, source);
        auto const actual = failure_of(function, source, options_of(c));
        REQUIRE(actual.code != errc::ok);
        auto const& expected = c.at("error").as_object();
        if (auto const* const locations = expected.if_contains("locations")) {
            CHECK(actual.message == text(expected, "message"));
            CHECK(actual.where.line == locations->at(0).at("line").as_int64());
            CHECK(actual.where.column == locations->at(0).at("column").as_int64());
        } else if (auto const* const message = expected.if_contains("message")) {
            CHECK_THAT(actual.message, Catch::StartsWith(std::string(message->as_string())));
        }
    }
}

TEST_CASE("graphql::parse: libgraphqlparser's cases", "[graphql][parse]") {
    auto const accepted = test::read_vectors("libgraphqlparser_accept.json");
    for (auto const& entry : accepted.at("cases").as_array()) {
        auto const source = text(entry.as_object(), "source");
        CAPTURE(source);
        CHECK(failure_of(graphql::parse(source)).message == "");
    }
    auto const refused = test::read_vectors("libgraphqlparser_reject.json");
    for (auto const& entry : refused.at("cases").as_array()) {
        auto const source = text(entry.as_object(), "source");
        CAPTURE(source);
        CHECK_FALSE(graphql::parse(source).has_value());
    }
    for (auto const& entry : refused.at("ill_formed_utf8").as_array()) {
        auto const source = test::decode_hex(text(entry.as_object(), "source_hex"));
        CHECK(failure_of(graphql::parse(source)).code == errc::invalid_utf8);
    }
}

TEST_CASE("graphql::parse: messages of single faults", "[graphql][parse]") {
    struct sample {
        char const* source;
        char const* message;
        location where;
    };
    constexpr sample samples[] = {
        {"", "Unexpected <EOF>.", {1, 1, 0}},
        {"{ a", "Expected Name, found <EOF>.", {1, 4, 3}},
        {"{ }", "Expected Name, found \"}\".", {1, 3, 2}},
        {"{ a() }", "Expected Name, found \")\".", {1, 5, 4}},
        {"{ a(b) }", "Expected \":\", found \")\".", {1, 6, 5}},
        {"{ a(b: ) }", "Unexpected \")\".", {1, 8, 7}},
        {"{ a(b: $) }", "Expected Name, found \")\".", {1, 9, 8}},
        {"{ a @ }", "Expected Name, found \"}\".", {1, 7, 6}},
        {"query Q", "Expected \"{\", found <EOF>.", {1, 8, 7}},
        {"query ($a) { a }", "Expected \":\", found \")\".", {1, 10, 9}},
        {"query ($a: [Int) { a }", "Expected \"]\", found \")\".", {1, 16, 15}},
        {"query ($a: Int = $b) { a }", "Unexpected variable \"$b\" in constant value.", {1, 18, 17}},
        {"query ($a: Int @d(b: $b)) { a }", "Unexpected variable \"$b\" in constant value.", {1, 22, 21}},
        {"type A { b: C(d: E) }", "Expected Name, found \"(\".", {1, 14, 13}},
        {"type A {}", "Expected Name, found \"}\".", {1, 9, 8}},
        {"\"a\" extend type B @c", "Unexpected description, only GraphQL definitions support descriptions.", {1, 1, 0}},
        {"\"a\" { b }", "Unexpected description, descriptions are not supported on shorthand queries.", {1, 1, 0}},
        {"\"a\" \"b\" type C", "Unexpected String \"b\".", {1, 5, 4}},
        {"extend directive @a on FIELD", "Unexpected Name \"directive\".", {1, 8, 7}},
        {"schema @a", "Expected \"{\", found <EOF>.", {1, 10, 9}},
        {"schema { subscribe: S }", "Unexpected Name \"subscribe\".", {1, 10, 9}},
        {"directive a on FIELD", "Expected \"@\", found Name \"a\".", {1, 11, 10}},
        {"directive @a FIELD", "Expected \"on\", found Name \"FIELD\".", {1, 14, 13}},
        {"{ a(b: \"\"\"c\"\"\" d) }", "Expected \":\", found \")\".", {1, 17, 16}},
        {"{ a } \"b\"", "Unexpected <EOF>.", {1, 10, 9}},
    };
    for (auto const& s : samples) {
        CAPTURE(s.source);
        auto const actual = failure_of(graphql::parse(s.source));
        CHECK(actual.code == errc::syntax);
        CHECK(actual.message == "Syntax Error: " + std::string(s.message));
        CHECK(actual.where == s.where);
    }
}

TEST_CASE("graphql::parse: the tree of an operation", "[graphql][parse]") {
    auto const doc = graphql::parse("mutation M($a: [Int!]! = [1, 2] @v) @d(x: \"\\u{1F600}\") {\n"
                                    "  one: two(three: {four: $a, five: null}) @include(if: true) { six }\n"
                                    "  ...Seven @skip(if: false)\n  ... on Eight { nine }\n  ... { ten }\n}\n"
                                    "fragment Seven on Eleven { twelve }")
                         .value();
    REQUIRE(doc.definitions.size() == 2);
    auto const& m = doc.definitions[0];
    CHECK(m.kind == ast::definition_kind::operation);
    CHECK(m.operation == ast::operation_type::mutation);
    CHECK_FALSE(m.shorthand);
    CHECK(m.name == "M");
    CHECK(m.name_at == location{1, 10, 9});
    REQUIRE(m.variables.size() == 1);
    auto const& a = m.variables[0];
    CHECK(a.name == "a");
    CHECK(a.at == location{1, 12, 11});
    CHECK(a.type->kind == ast::type_reference_kind::non_null);
    CHECK(a.type->of->of->of->name == "Int");
    REQUIRE(a.default_value != nullptr);
    CHECK(a.default_value->items.size() == 2);
    CHECK(a.directives[0].name == "v");
    CHECK(m.directives[0].arguments[0].value.text == "\xF0\x9F\x98\x80");

    REQUIRE(m.selections.size() == 4);
    auto const& one = m.selections[0];
    CHECK(one.kind == ast::selection_kind::field);
    CHECK(one.alias == "one");
    CHECK(one.name == "two");
    CHECK(one.response_key() == "one");
    CHECK(one.at == location{2, 3, 59});
    CHECK(one.name_at.column == 8);
    CHECK(one.arguments[0].value.fields[0].value.kind == ast::value_kind::variable);
    CHECK(one.arguments[0].value.fields[0].value.text == "a");
    CHECK(one.arguments[0].value.fields[1].value.kind == ast::value_kind::null);
    CHECK(one.directives[0].arguments[0].value.kind == ast::value_kind::boolean);
    CHECK(one.has_selections);
    CHECK(one.selections[0].name == "six");
    CHECK_FALSE(one.selections[0].has_selections);

    CHECK(m.selections[1].kind == ast::selection_kind::fragment_spread);
    CHECK(m.selections[1].name == "Seven");
    CHECK(m.selections[1].directives.size() == 1);
    CHECK(m.selections[2].kind == ast::selection_kind::inline_fragment);
    CHECK(m.selections[2].type_condition == "Eight");
    CHECK(m.selections[3].type_condition.empty());
    CHECK(m.selections[3].selections[0].name == "ten");

    auto const& seven = doc.definitions[1];
    CHECK(seven.kind == ast::definition_kind::fragment);
    CHECK(seven.name == "Seven");
    CHECK(seven.type_condition == "Eleven");
}

TEST_CASE("graphql::parse: descriptions", "[graphql][parse]") {
    auto const doc = graphql::parse("\"\"\"\n  a\n\"\"\" type T { \"b\" f(\"c\" x: Int): Int } \"\" enum E { \"d\" V }").value();
    auto const& t = doc.definitions[0];
    CHECK(t.has_description);
    CHECK(t.description == "a");
    CHECK(t.at == location{1, 1, 0});
    CHECK(t.name_at.line == 3);
    CHECK(t.fields[0].description == "b");
    CHECK(t.fields[0].arguments[0].description == "c");
    CHECK(doc.definitions[1].has_description);
    CHECK(doc.definitions[1].description.empty());
    CHECK(doc.definitions[1].values[0].description == "d");
}

TEST_CASE("graphql::parse: counts tokens as graphql-js", "[graphql][parse]") {
    CHECK(graphql::parse("{ foo }").value().token_count == 3);
    CHECK(graphql::parse("{ foo(bar: \"baz\") }").value().token_count == 8);
}

TEST_CASE("graphql::parse: own_source and moving keep every node", "[graphql][parse]") {
    graphql::parse_options options;
    options.own_source = true;
    auto moved = [&] {
        std::string const source = "{ a(b: \"c\\n\") }";
        return graphql::parse(source, options).value();
    }();
    auto const doc = std::move(moved);
    CHECK(doc.text == "{ a(b: \"c\\n\") }");
    CHECK(doc.definitions[0].selections[0].name == "a");
    CHECK(doc.definitions[0].selections[0].arguments[0].value.text == "c\n");
}

TEST_CASE("graphql::parse: an empty text", "[graphql][parse]") {
    graphql::parse_options options;
    options.allow_empty = true;
    CHECK(graphql::parse(" # nothing\n", options).value().definitions.empty());
    CHECK_FALSE(graphql::parse(" # nothing\n").has_value());
}

TEST_CASE("graphql::parse: limits", "[graphql][parse]") {
    graphql::parse_options options;
    options.max_depth = 3;
    CHECK(graphql::parse("{ a { b { c } } }", options).has_value());
    auto const deep = failure_of(graphql::parse("{ a { b { c { d } } } }", options));
    CHECK(deep.code == errc::depth_exceeded);
    CHECK(deep.message == "Syntax Error: Document contains more than 3 levels of nesting. Parsing aborted.");
    CHECK(deep.where == location{1, 13, 12});
    CHECK(graphql::parse("{ a(b: [[1]]) }", options).has_value());
    CHECK(failure_of(graphql::parse("{ a(b: [[[1]]]) }", options)).code == errc::depth_exceeded);
    CHECK(failure_of(graphql::parse("{ a(b: {c: {d: {e: 1}}}) }", options)).code == errc::depth_exceeded);
    CHECK(failure_of(graphql::parse_type("[[[[Int]]]]", options)).code == errc::depth_exceeded);
    CHECK(graphql::parse(repeated("{ a { b } }", 10), options).has_value());

    options = {};
    options.max_tokens = 4;
    CHECK(failure_of(graphql::parse("{ a b c }", options)).code == errc::tokens_exceeded);
    options = {};
    options.max_directives = 2;
    CHECK(graphql::parse("{ a @b c @d }", options).has_value());
    CHECK(failure_of(graphql::parse("{ a @b @c d @e }", options)).code == errc::limit_exceeded);
    options = {};
    options.max_document_bytes = 5;
    CHECK(graphql::parse("{ a }", options).has_value());
    CHECK(failure_of(graphql::parse("{ a } ", options)).code == errc::limit_exceeded);
}

TEST_CASE("graphql::parse: refuses what is not UTF-8", "[graphql][parse]") {
    auto const file = test::read_vectors("lone_surrogates.json");
    for (auto const& entry : file.at("cases").as_array()) {
        auto const bytes = test::decode_hex(text(entry.as_object(), "utf8_wtf_hex"));
        CHECK(failure_of(graphql::parse(bytes)).code == errc::invalid_utf8);
    }
    auto const cut = failure_of(graphql::parse("{ a\n  b(c: \"\xC3\x9F\xE2\x82\") }"));
    CHECK(cut.code == errc::invalid_utf8);
    CHECK(cut.where == location{2, 10, 14});
    CHECK(cut.message == "Syntax Error: Invalid character: byte 0xE2 is not UTF-8.");
    CHECK(failure_of(graphql::parse("{ a } #\xC3")).code == errc::invalid_utf8);
}

TEST_CASE("graphql::parse: deep nesting on a small stack", "[graphql][parse]") {
    auto const run = [](void*) -> void* {
        auto const braces = failure_of(graphql::parse(repeated("{ a ", 10'000) + repeated("}", 10'000)));
        auto const brackets = failure_of(graphql::parse("{ a(b: " + repeated("[", 1'000'000)));
        auto const types = failure_of(graphql::parse("query ($a: " + repeated("[", 1'000'000)));
        auto const objects = failure_of(graphql::parse("{ a(b: " + repeated("{c:", 100'000)));
        auto const all = braces.code == errc::depth_exceeded && brackets.code == errc::depth_exceeded &&
                         types.code == errc::depth_exceeded && objects.code == errc::depth_exceeded;
        return all ? reinterpret_cast<void*>(1) : nullptr;
    };
    pthread_attr_t attributes;
    REQUIRE(pthread_attr_init(&attributes) == 0);
    REQUIRE(pthread_attr_setstacksize(&attributes, std::size_t{512} << 10U) == 0);
    pthread_t thread{};
    REQUIRE(pthread_create(&thread, &attributes, run, nullptr) == 0);
    void* passed = nullptr;
    REQUIRE(pthread_join(thread, &passed) == 0);
    REQUIRE(pthread_attr_destroy(&attributes) == 0);
    CHECK(passed != nullptr);
}
