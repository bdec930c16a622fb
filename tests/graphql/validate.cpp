// Test that the header is self-contained.
#include <refract/graphql/validate.hpp>

#include <refract/graphql/build_schema.hpp>
#include <refract/graphql/parse.hpp>

#include <catch2/catch.hpp>

#include <string>

using namespace refract;
using namespace refract::graphql;

namespace {

schema const& blog() {
    static auto const s = build_schema(R"(
        scalar DateTime
        interface Node { id: ID! }
        type User implements Node { id: ID!, email: String!, role: Role, posts(first: Int, where: PostWhereInput): [Post!] }
        type Post implements Node { id: ID!, title: String!, author: User!, at: DateTime }
        enum Role { ADMIN USER }
        input PostWhereInput { title: String, AND: [PostWhereInput!], rating_gt: Float, id_in: [ID!] }
        input UserCreateOneWithoutPostsInput { create: UserCreateInput, connect: ID }
        input UserCreateInput { email: String!, role: Role, age: Int, ok: Boolean, at: DateTime }
        input PostCreateInput { title: String!, author: UserCreateOneWithoutPostsInput! }
        type Query { users: [User]!, user(id: ID!): User, node(id: ID!): Node, search(text: String = "x"): String }
        type Mutation {
            createPost(data: PostCreateInput!): Post!
            createUser(data: UserCreateInput!): User!
            many(data: [UserCreateInput!]!): Int
            age(n: Int, f: Float, b: Boolean, id: ID, role: Role, ids: [ID!], at: DateTime): Int
        }
        type Subscription { a: Int, b: Int }
        scalar Anything
        extend type Mutation { any(v: Anything!): Int }
    )")
                           .value();
    return s;
}

char const* date_literal(ast::value const& v) {
    return v.kind == ast::value_kind::string && v.text != "nonsense" ? nullptr : "Date value expected";
}

validate_options sangria() {
    validate_options options;
    options.checks.set("DateTime", {date_literal, nullptr});
    return options;
}

std::vector<violation> check(std::string_view query, validate_options const& options = sangria()) {
    auto const doc = parse(query).value();
    return validate(blog(), doc, options);
}

/// The first line of each message without the place, and the number of places.
std::vector<std::string> texts(std::string_view query) {
    std::vector<std::string> found;
    for (auto const& v : check(query)) {
        found.push_back(v.message.substr(0, v.message.find(" (line ")));
    }
    return found;
}

} // namespace

TEST_CASE("graphql::validate: a Sangria message ends with the source line and a caret", "[graphql][validate]") {
    auto const found = check("{ users { foo } }");
    REQUIRE(found.size() == 1);
    CHECK(found[0].message == "Cannot query field 'foo' on type 'User'. (line 1, column 11):\n{ users { foo } }\n          ^");
    CHECK(found[0].locations == std::vector<location>{{1, 11, 10}});
}

TEST_CASE("graphql::validate: a missing required input field", "[graphql][validate]") {
    auto const found = check("mutation { createPost(data: {title: \"x\"}) { id } }");
    REQUIRE(found.size() == 1);
    CHECK(found[0].message ==
          "Argument 'data' expected type 'PostCreateInput!' but got: {title: \"x\"}. Reason: 'author' Not-null field 'author' of "
          "type 'UserCreateOneWithoutPostsInput!' defined in the 'PostCreateInput' input type is missing. (line 1, column "
          "29):\nmutation { createPost(data: {title: \"x\"}) { id } }\n                            ^");
    CHECK(found[0].locations.size() == 1);
}

TEST_CASE("graphql::validate: every place has its excerpt, lines apart", "[graphql][validate]") {
    auto const found = check("query A($a: Int) {\r\n  users { id }\n}\nquery B { users { id } search(text: $b) }");
    REQUIRE(found.size() == 2);
    CHECK(found[0].message == "Variable '$a' is not used in operation A. (line 1, column 9):\nquery A($a: Int) {\n        ^");
    CHECK(found[1].message ==
          "Variable '$b' is not defined by operation 'B'. (line 4, column 37):\nquery B { users { id } search(text: $b) }\n"
          "                                    ^\n (line 4, column 1):\nquery B { users { id } search(text: $b) }\n^");
}

TEST_CASE("graphql::validate: Sangria's texts", "[graphql][validate]") {
    struct {
        std::string_view query;
        std::vector<std::string> expected;
    } const cases[] = {
        {"{ users { id } }", {}},
        {"{ user(id: 1) { emial } }", {"Cannot query field 'emial' on type 'User'. Did you mean 'email'?"}},
        {"{ node(id: 1) { email } }",
         {"Cannot query field 'email' on type 'Node'. Did you mean to use an inline fragment on 'User'?"}},
        {"{ user(id: 1, di: 2) { id } }", {"Unknown argument 'di' on field 'user' of type 'Query'. Did you mean 'id'?"}},
        {"{ users @skip(unless: true, if: true) { id } }", {"Unknown argument 'unless' on directive 'skip'."}},
        {"{ user { id } }", {"Field 'user' argument 'id' of type 'ID!' is required but not provided."}},
        {"{ users @skip { id } }", {"Field 'skip' argument 'if' of type 'Boolean!' is required but not provided."}},
        {"{ users }", {"Field 'users' of type 'User' must have a sub selection."}},
        {"{ users { id { x } } }", {"Field 'id' of type 'ID' must not have a sub selection."}},
        {"query A($x: Int, $y: Nope) { users(first: $x) { id } }",
         {"Variable '$y' cannot be non input type 'Nope'.", "Unknown type 'Nope'. Did you mean 'Node' or 'Role'?",
          "Unknown argument 'first' on field 'users' of type 'Query'.", "Variable '$y' is not used in operation A."}},
        {"query ($x: String) { user(id: $x) { id } }",
         {"Variable '$x' of type 'String' used in position expecting type 'ID!'."}},
        {"query ($x: ID = \"1\") { user(id: $x) { id } }", {}},
        {"query ($x: ID! = \"1\") { user(id: $x) { id } }",
         {"Variable '$x' of type 'ID!' is required and will never use the default value. Perhaps you meant to use type 'ID'."}},
        {"query ($x: Int = \"1\") { user(id: 1) { posts(first: $x) { id } } }",
         {"Variable '$x' of type 'Int' has invalid default value: \"1\". Reason: Int value expected"}},
        {"{ user(id: $x) { id } }", {"Variable '$x' is not defined."}},
        {"query ($x: Int) { users { id } }", {"Variable '$x' is not used."}},
        {"query ($x: ID!, $x: ID!) { user(id: $x) { id } }", {"There can be only one variable named 'x'."}},
        {"fragment F on User { id } { users { id } }", {"Fragment 'F' is not used."}},
        {"{ users { ...F } }", {"Unknown fragment 'F'."}},
        {"{ users { ...F } } fragment F on User { id ...G } fragment G on User { ...F }",
         {"Cannot spread fragment 'F' within itself via 'G'."}},
        {"{ users { ...F } } fragment F on User { id ...F }", {"Cannot spread fragment 'F' within itself."}},
        {"{ users { ... on Post { id } } }",
         {"Fragment cannot be spread here as objects of type 'User' can never be of type 'Post'."}},
        {"{ users { ...F } } fragment F on Post { id }",
         {"Fragment 'F' cannot be spread here as objects of type 'User' can never be of type 'Post'."}},
        {"{ users { ... on Role { id } } }", {"Fragment cannot condition on non composite type 'Role'."}},
        {"{ users @nope { id } }", {"Unknown directive 'nope'."}},
        {"query @skip(if: true) { users { id } }", {"Directive 'skip' may not be used on query operation."}},
        {"{ users @skip(if: true) @skip(if: true) { id } }", {"The directive 'skip' can only be used once at this location."}},
        {"{ users { id } } query A { users { id } }", {"This anonymous operation must be the only defined operation."}},
        {"query A { users { id } } query A { users { id } }", {"There can only be one operation named 'A'."}},
        {"{ user(id: 1, id: 2) { id } }", {"There can be only one argument named 'id'."}},
        {"mutation { createUser(data: {email: \"a\", email: \"b\"}) { id } }",
         {"There can be only one input field named 'email'."}},
        {"{ a: users { id } a: user(id: 1) { id } }",
         {"Field 'a' conflict because 'users' and 'user' are different fields. Use different aliases on the fields to fetch both "
          "if this was intentional."}},
        {"{ user(id: 1) { id } user(id: 2) { id } }",
         {"Field 'user' conflict because they have differing arguments. Use different aliases on the fields to fetch both if this "
          "was intentional."}},
        {"{ users { x: id } users { x: email } }",
         {"Field 'users' conflict because subfields 'x' conflict because 'id' and 'email' are different fields. Use different "
          "aliases on the fields to fetch both if this was intentional."}},
        {"{ users { id } } type A { a: Int }", {"The 'A' definition is not executable."}},
        {"subscription { a b }", {}},
        {"{ __schema { types { name } } __type(name: \"User\") { kind } __typename users { __typename } }", {}},
        {"{ users { __schema { types { name } } } }", {"Cannot query field '__schema' on type 'User'."}},
    };
    for (auto const& c : cases) {
        DYNAMIC_SECTION(c.query) { CHECK(texts(c.query) == c.expected); }
    }
}

TEST_CASE("graphql::validate: reasons why a literal does not fit", "[graphql][validate]") {
    struct {
        std::string_view argument, literal;
        std::vector<std::string> reasons;
    } const cases[] = {
        {"n", "\"1\"", {"Int value expected"}},
        {"n", "1.5", {"Int value expected"}},
        {"n", "2147483648", {"Value is too big to fit in Int"}},
        {"n", "-2147483648", {}},
        {"n", "null", {}},
        {"f", "1", {}},
        {"f", "1e400", {"Float or Int value is too big to fit in double"}},
        {"f", "\"1\"", {"Float or Int value expected"}},
        {"b", "1", {"Boolean value expected"}},
        {"id", "1.5", {"String or Int value expected"}},
        {"id", "123456789012345678901", {}},
        {"role", "\"ADMIN\"", {"Enum value expected"}},
        {"role", "BOSS", {"Enum value 'BOSS' is undefined in enum type 'Role'. Known values are: ADMIN, USER."}},
        {"ids", "[1, true, \"x\", 2.5]",
         {"'[1]' String or Int value expected", "'[3]' String or Int value expected"}},
        {"ids", "true", {"'[0]' String or Int value expected"}},
        {"ids", "7", {}},
        {"ids", "[null]", {"'[0]' String or Int value expected"}},
        {"at", "\"nonsense\"", {"Date value expected"}},
        {"at", "\"2016\"", {}},
    };
    for (auto const& c : cases) {
        auto const query = "mutation { age(" + std::string(c.argument) + ": " + std::string(c.literal) + ") }";
        DYNAMIC_SECTION(query) {
            std::vector<std::string> reasons;
            for (auto const& text : texts(query)) {
                reasons.push_back(text.substr(text.find("Reason: ") + 8));
            }
            CHECK(reasons == c.reasons);
        }
    }
}

TEST_CASE("graphql::validate: paths and places of nested literals", "[graphql][validate]") {
    auto const query = "mutation { createPost(data: {title: 1, author: {create: {email: \"e\", age: \"x\", nope: 1}, bad: $v}}) { id } }";
    auto const found = check(query);
    REQUIRE(found.size() == 5);
    auto const reason = [&](std::size_t i) {
        auto const text = found[i].message.substr(0, found[i].message.find(" (line "));
        return text.substr(text.find("Reason: ") + 8);
    };
    CHECK(reason(0) == "'title' String value expected");
    CHECK(found[0].locations == std::vector<location>{{1, 29, 28}, {1, 30, 29}});
    CHECK(reason(1) == "'author.bad' Field 'bad' is not defined in the input type 'UserCreateOneWithoutPostsInput'.");
    CHECK(reason(2) == "'author.create.nope' Field 'nope' is not defined in the input type 'UserCreateInput'.");
    CHECK(reason(3) == "'author.create.age' Int value expected");
    CHECK(found[3].locations.size() == 4);
    CHECK(found[4].message.substr(0, 28) == "Variable '$v' is not defined");
}

TEST_CASE("graphql::validate: an object is expected, a list may be one value", "[graphql][validate]") {
    CHECK(texts("mutation { createUser(data: 1) { id } }") ==
          std::vector<std::string>{"Argument 'data' expected type 'UserCreateInput!' but got: 1. Reason: Expected "
                                   "'UserCreateInput', found not an object."});
    CHECK(texts("mutation { many(data: {email: \"a\"}) }").empty());
    CHECK(texts("mutation { any(v: {a: [1, null]}) }").empty());
    CHECK(texts("mutation { any(v: null) }") ==
          std::vector<std::string>{
              "Argument 'v' expected type 'Anything!' but got: null. Reason: Expected non-null value, found null."});
    CHECK(texts("mutation { many(data: {email: 1}) }") ==
          std::vector<std::string>{"Argument 'data' expected type '[UserCreateInput!]!' but got: {email: 1}. Reason: "
                                   "'[0].email' String value expected"});
    CHECK(texts("mutation { many(data: null) }") ==
          std::vector<std::string>{"Argument 'data' expected type '[UserCreateInput!]!' but got: null. Reason: Expected "
                                   "non-null value, found null."});
}

TEST_CASE("graphql::validate: the same key on different object types merges", "[graphql][validate]") {
    auto const s = build_schema(R"(
        type Query { steps: [Step] }
        interface Step { type: String! }
        type CreateEnum implements Step { type: String! name: String! values: [String!]! }
        type CreateField implements Step { type: String! model: String! name: String! typeName: String! unique: Boolean!
            default: String }
        type UpdateField implements Step { type: String! name: String! newName: String isUnique: Boolean unique: Boolean
            default: String values: [Int] }
    )")
                       .value();
    auto const fine = parse(R"({ steps { type __typename
        ... on CreateEnum { name ce_values: values }
        ... on CreateField { model name cf_isUnique: unique cf_default: default }
        ... on UpdateField { name newName isUnique: unique default } } })")
                          .value();
    CHECK(validate(s, fine).empty());
    auto const types_differ = parse("{ steps { ... on CreateEnum { values } ... on UpdateField { values } } }").value();
    CHECK(validate(s, types_differ).size() == 1);
}

TEST_CASE("graphql::validate: limits are violations that name them", "[graphql][validate]") {
    validate_options options;
    SECTION("depth, through fragments") {
        options.bounds.max_selection_depth = 4;
        CHECK(check("{ users { posts { author { id } } } }", options).empty());
        auto const found =
            check("query Q { users { ...F } } fragment F on User { posts { author { posts { id } } } }", options);
        REQUIRE(found.size() == 1);
        CHECK(found[0].message.find("Operation 'Q' has fields nested deeper than max_selection_depth allows (4).") == 0);
    }
    SECTION("fields, multiplied by fragments") {
        std::string query = "{ users { ...F0 } }";
        for (int i = 0; i < 40; ++i) {
            auto const next = "F" + std::to_string(i + 1);
            query += " fragment F" + std::to_string(i) + " on User { a: posts { author { ..." + next + " } } b: posts { author { ..." +
                     next + " } } }";
        }
        query += " fragment F40 on User { id }";
        options.bounds.max_selection_depth = 1000;
        auto const found = check(query, options);
        REQUIRE_FALSE(found.empty());
        CHECK(found[0].message.find("The operation has more fields than max_fields allows (20000).") == 0);
    }
    SECTION("aliases") {
        options.bounds.max_aliases = 2;
        CHECK(check("{ a: search b: search }", options).empty());
        CHECK(check("{ a: search b: search c: search }", options).size() == 1);
    }
    SECTION("root fields, those of fragments too") {
        options.bounds.max_root_fields = 2;
        CHECK(check("{ search users { id role email } }", options).empty());
        auto const found = check("{ search ...F } fragment F on Query { ... { a: search b: search } }", options);
        REQUIRE(found.size() == 1);
        CHECK(found[0].message.find("The operation has more root fields than max_root_fields allows (2).") == 0);
    }
    SECTION("variables") {
        options.bounds.max_variables = 1;
        auto const found = check("query ($a: Int, $b: Int) { search }", options);
        REQUIRE_FALSE(found.empty());
        CHECK(found[0].message.find("The operation has more variables than max_variables allows (1).") == 0);
    }
    SECTION("operations and fragments") {
        options.bounds.max_operations = 1;
        options.bounds.max_fragments = 1;
        auto const operations = check("query A { search } query B { search nope }", options);
        REQUIRE(operations.size() == 1);
        CHECK(operations[0].message == "The document has more operations than max_operations allows (1).");
        auto const fragments = check("{ ...A ...B } fragment A on Query { search } fragment B on Query { search }", options);
        REQUIRE(fragments.size() == 1);
        CHECK(fragments[0].message == "The document has more fragments than max_fragments allows (1).");
    }
    SECTION("errors") {
        options.bounds.max_errors = 3;
        auto const found = check("{ a b c d e f }", options);
        REQUIRE(found.size() == 4);
        CHECK(found[3].message == "Too many validation errors, error limit reached. Validation aborted.");
    }
}

TEST_CASE("graphql::validate: introspection inside one that is too deep is not reported again", "[graphql][validate]") {
    validate_options options;
    options.style = message_style::graphql_js;
    options.rules = {rule::max_introspection_depth};
    std::string const deep = "{ fields { type { fields { type { fields { name } } } } } }";
    auto const found = check("{ a: __schema { types " + deep + " __schema { types " + deep + " } } b: __type(name: \"A\") " + deep + " }", options);
    REQUIRE(found.size() == 2);
    for (auto const& v : found) {
        CHECK(v.message == "Maximum introspection depth exceeded");
    }
    CHECK(found[0].locations.front().column == 3);
    CHECK(found[1].locations.front().column == 164);
}

TEST_CASE("graphql::validate: hostile documents end quickly", "[graphql][validate]") {
    std::string query;
    SECTION("one key many times") {
        query = "{ users {";
        for (int i = 0; i < 10'000; ++i) {
            query += " id";
        }
        query += " } }";
    }
    SECTION("nested fragments with many fields each") {
        query = "{ users { ...F0 ...F1 } }";
        for (int i = 0; i < 300; ++i) {
            query += " fragment F" + std::to_string(i) + " on User { posts { author { id email role ...F" + std::to_string((i * 7 + 1) % 300) +
                     " ...F" + std::to_string((i * 11 + 3) % 300) + " } } }";
        }
    }
    SECTION("a long chain of fragments") {
        query = "{ users { ...F0 ...F0 } }";
        for (int i = 0; i < 9'000; ++i) {
            query += " fragment F" + std::to_string(i) + " on User { ...F" + std::to_string(i + 1) + " }";
        }
        query += " fragment F9000 on User { id }";
    }
    SECTION("a long ring of fragments") {
        query = "{ users { ...F0 } }";
        for (int i = 0; i < 9'000; ++i) {
            query += " fragment F" + std::to_string(i) + " on User { id ...F" + std::to_string((i + 1) % 9'000) + " }";
        }
    }
    SECTION("many operations over many fragments") {
        query = "fragment F0 on User { id }";
        for (int i = 1; i < 3'000; ++i) {
            query += " fragment F" + std::to_string(i) + " on User { ...F" + std::to_string(i - 1) + " }";
        }
        for (int i = 0; i < 3'000; ++i) {
            query += " query Q" + std::to_string(i) + " { users { ...F2999 } }";
        }
    }
    SECTION("long lines and many errors") {
        query = "{" + std::string(500'000, ' ');
        for (int i = 0; i < 1'000; ++i) {
            query += " nope" + std::to_string(i);
        }
        query += "}";
    }
    for (auto const style : {message_style::sangria, message_style::graphql_js}) {
        validate_options options;
        options.style = style;
        auto const found = check(query, options);
        CHECK(found.size() <= options.bounds.max_errors + 1);
        for (auto const& v : found) {
            CHECK(v.message.size() < 2 * max_message_bytes);
            CHECK(v.locations.size() <= max_locations);
        }
    }
}

TEST_CASE("graphql::validate: suggestions can be switched off", "[graphql][validate]") {
    validate_options options;
    options.suggestions = false;
    auto const found = check("{ user(id: 1) { emial } }", options);
    REQUIRE(found.size() == 1);
    CHECK(found[0].message.find("Did you mean") == std::string::npos);
}
