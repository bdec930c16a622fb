// Test that the header is self-contained.
#include <refract/datamodel/check.hpp>

#include <refract/datamodel/sdl.hpp>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <boost/json.hpp>
#include <catch2/catch.hpp>

namespace {

using namespace refract::datamodel;
namespace json = boost::json;

capabilities read_capabilities(json::array const& names) {
    capabilities can;
    for (auto const& n : names) {
        auto const& name = n.as_string();
        can.int_ids = can.int_ids || name == "IntIdCapability";
        can.uuid_ids = can.uuid_ids || name == "UuidIdCapability";
        can.sequences = can.sequences || name == "IdSequenceCapability";
        can.link_tables = can.link_tables || name == "RelationLinkTableCapability";
        can.link_lists = can.link_lists || name == "RelationLinkListCapability";
        can.embedded_types = can.embedded_types || name == "EmbeddedTypesCapability";
        can.scalar_lists_relation = can.scalar_lists_relation || name == "NonEmbeddedScalarListCapability";
        can.scalar_lists_embedded = can.scalar_lists_embedded || name == "EmbeddedScalarListsCapability";
    }
    return can;
}

void check_expectation(std::vector<problem> const& errors, json::object const& e) {
    auto const* position = e.if_contains("index");
    if (position == nullptr) {
        CHECK(errors.size() == static_cast<std::size_t>(e.at("expected").as_int64()));
        return;
    }
    REQUIRE(errors.size() > static_cast<std::size_t>(position->as_int64()));
    auto const& found = errors[static_cast<std::size_t>(position->as_int64())];
    auto const& what = e.at("get").as_string();
    if (what == "field" && e.at("expected").is_null()) {
        CHECK_FALSE(found.field);
        return;
    }
    auto const value = what == "type" ? found.type : what == "field" ? found.field.value_or("") : found.description;
    std::string const expected(e.at("expected").as_string());
    if (e.at("matcher").as_string() == "include") {
        CHECK_THAT(value, Catch::Contains(expected));
    } else {
        CHECK(value == expected);
    }
}

/// The first description for a datamodel, prefixed with `Type.field: `.
std::string first_error(std::string_view text, capabilities const& can = postgres_capabilities) {
    auto const p = parse_sdl(text, can);
    if (p.errors.empty()) {
        return "";
    }
    auto const& e = p.errors[0];
    return e.type + (e.field ? "." + *e.field : "") + ": " + e.description;
}

} // namespace

TEST_CASE("datamodel::check: what the original's specs expect", "[datamodel][check]") {
    std::ifstream file(REFRACT_TEST_DATA "/vectors/datamodel/validation.json");
    std::string const text((std::istreambuf_iterator<char>(file)), {});
    auto const cases = json::parse(text).as_array();
    REQUIRE(cases.size() > 20);
    for (auto const& c : cases) {
        DYNAMIC_SECTION(c.at("name").as_string().c_str()) {
            for (auto const& s : c.at("steps").as_array()) {
                auto const p = parse_sdl(s.at("datamodel").as_string(), read_capabilities(s.at("capabilities").as_array()));
                for (auto const& e : p.errors) {
                    UNSCOPED_INFO(e.type << "." << e.field.value_or("-") << ": " << e.description);
                }
                CHECK(p.errors.empty() == (s.at("outcome").as_string() == "ok"));
                for (auto const& e : s.at("expect").as_array()) {
                    check_expectation(p.errors, e.as_object());
                }
            }
        }
    }
}

TEST_CASE("datamodel::check: names the database would cut or keeps for itself", "[datamodel][check]") {
    std::string const long_name(64, 'x');
    auto const types = [&](std::string const& fields, std::string const& more = "") { return "type A { id: ID! @id " + fields + " } " + more; };
    CHECK(first_error(types(long_name + ": Int")) == "");
    auto const cut = long_name.substr(1);
    CHECK(first_error(types(long_name + "1: Int " + long_name + "2: Int")) ==
          "A." + long_name + "2: The field `" + long_name + "2` uses the column `" + cut + "`, which the field `" + long_name + "1` uses already.");
    CHECK(first_error("type T" + long_name + "1 { id: ID! @id } type T" + long_name + "2 { id: ID! @id }") ==
          "T" + long_name + "2: `T" + long_name + "2` uses the table `T" + long_name.substr(2) + "`, which `T" + long_name + "1` uses already.");
    auto const list = [&](char const* n) { return long_name + n + ": [Int] @scalarList(strategy: RELATION) "; };
    CHECK(first_error(types(list("1") + list("2"))) ==
          "A: `A` uses the table `A_" + long_name.substr(3) + "`, which `A` uses already.");
    auto const p = parse_sdl(types(list("1")), postgres_capabilities);
    REQUIRE(p.errors.empty());
    CHECK(p.model.models[0].list_table(p.model.models[0].fields[1]) == "A_" + long_name.substr(3));
    struct {
        std::string text;
        capabilities can;
        std::string expected;
    } const cases[] = {
        {types("ctid: Int"), postgres_capabilities,
         "A.ctid: The field `ctid` can't use the column `ctid`: the database has a column of that name in every table. Choose another with `@db(name: ...)`."},
        {types("x: Int @db(name: \"tableoid\")"), postgres_capabilities,
         "A.x: The field `x` can't use the column `tableoid`: the database has a column of that name in every table. Choose another with `@db(name: ...)`."},
        {types("b: B @db(name: \"xmin\")", "type B { id: ID! @id }"), postgres_capabilities,
         "A.b: The field `b` can't use the column `xmin`: the database has a column of that name in every table. Choose another with `@db(name: ...)`."},
        {types("bs: [B] @relation(name: \"R\")", "type B { id: ID! @id } type R @relationTable { cmin: A b: B }"), postgres_capabilities,
         "R: The link table `R` can't use the column `cmin`: the database has a column of that name in every table."},
        {types("ctid: Int @db(name: \"place\") xmin: [Int] @scalarList(strategy: RELATION)"), postgres_capabilities, ""},
        {types("ctid: Int xmax: Int"), sqlite_capabilities, ""},
        {"type SQLite_x { id: ID! @id }", sqlite_capabilities,
         "SQLite_x: The table `SQLite_x` can't be used: the database keeps names that start with `sqlite_` for itself."},
        {"type sqlite_x { id: ID! @id }", postgres_capabilities, ""},
    };
    for (auto const& c : cases) {
        CAPTURE(c.text);
        CHECK(first_error(c.text, c.can) == c.expected);
    }
}

TEST_CASE("datamodel::check: texts", "[datamodel][check]") {
    struct {
        char const* text;
        char const* expected;
    } const cases[] = {
        {"type A { id: ID! @id x: Foo! }", "A.x: The field `x` has the type `Foo!` but there's no type or enum declaration with that name."},
        {"type A { id: ID! @id x: [Foo!]! }",
         "A.x: The field `x` has the type `[Foo!]!` but there's no type or enum declaration with that name."},
        {"type A { id: ID! @id x: Int X: Int }",
         "A.x: The type `A` has a duplicate fieldName. The detection of duplicates is performed case insensitive. "},
        {"type String { id: ID! @id }", "String: The type `String` has is using a reserved type name. Please rename it."},
        {"type A { id: ID! @id x: Int @default }",
         "A.x: The field `x` specifies the directive `@default` but it's missing the required argument `value`."},
        {"type A { id: ID! @id x: [Int] @scalarList(strategy: RELATION) @default(value: 1) }",
         "A.x: The `@default` directive must only be placed on scalar fields that are not lists."},
        {"type A { id: ID! @id @default(value: \"x\") }", "A.id: The value \"x\" is not a valid default for fields of type GraphQLID."},
        {"type A { id: ID! @id x: Int @default(value: 2147483648) }",
         "A.x: The value 2147483648 is not a valid default for fields of type Int."},
        {"type A { id: ID! @id x: Int @default(value: 1.5) }", "A.x: The value 1.5 is not a valid default for fields of type Int."},
        {"type A { id: ID! @id x: DateTime @default(value: \"soon\") }",
         "A.x: The value \"soon\" is not a valid default for fields of type DateTime."},
        {"type A { id: ID! @id x: Json @default(value: \"{\") }", "A.x: The value \"{\" is not a valid default for fields of type Json."},
        {"enum E { X Y } type A { id: ID! @id x: E @default(value: Z) }",
         "A.x: The default value is invalid for this enum. Valid values are: X, Y."},
        {"enum E { X y } type A { id: ID! @id }",
         "E: The enum type `E` contains invalid enum values. The first character of each value must be an uppercase letter."},
        {"enum E type A { id: ID! @id e: E }", "E: The enum type `E` must have at least one value."},
        {"enum E { X _Y _Z } type A { id: ID! @id }",
         "E: The enum type `E` contains invalid enum values. Those are invalid: `_Y`, `_Z`."},
        {"type A { id: ID! @id b: B @relation(link: COLUMN) } type B { id: ID! @id }",
         "A.b: Valid values for the argument `link` are: INLINE,TABLE."},
        {"type A { id: ID! @id b: B @relation(name: 1) } type B { id: ID! @id }", "A.b: This argument must be a String."},
        {"type A { id: ID! @id x: String @db(name: \"\") }",
         "A.x: The argument `name` of the directive `@db` must be a name of 1 to 63 bytes without a NUL character."},
        {"type A { id: ID! @id x: String @db(name: \"id\") }",
         "A.x: The field `x` uses the column `id`, which the field `id` uses already."},
        {"type A @db(name: \"b\") { id: ID! @id } type B { id: ID! @id }", "B: `B` uses the table `B`, which `A` uses already."},
        {"type A { id: ID! @id x: Int @scalarList(strategy: RELATION) }",
         "A.x: Fields that are marked as `@scalarList` must be lists, e.g. `[Int]`."},
        {"type A { id: ID! @id x: [Int] }", "A.x: Valid values for the strategy argument of `@scalarList` are: RELATION."},
        {"type A @embedded { x: Int }", "A: The type `A` is marked as embedded but this connector does not support embedded types."},
        {"type A { id: ID! @id b1: B b2: B } type B { id: ID! @id }",
         "A.b1: The relation field `b1` must specify a `@relation` directive: `@relation(name: \"MyRelation\")`"},
        {"type A { id: ID! @id b: B @relation(name: \"r\") } type B { id: ID! @id }",
         "A.b: The field `b` has an invalid name in the `@relation` directive. It can only have up to 54 characters and must have the "
         "shape [A-Z][a-zA-Z0-9]*"},
        {"type A { id: ID! @id b: B @relation(name: \"R\") } type B { id: ID! @id a: A }",
         "A.b: You are trying to set the relation 'R' from `A` to `B` and are only providing a relation directive with a name on `A`. "
         "Please also provide the same named relation directive on the relation field on `B` pointing towards `A`."},
        {"type A { id: ID! @id b: B } type B { id: ID! @id a: A }",
         "A.b: The field `b` must provide a relation link mode. Either specify it on this field or the opposite field. Valid values are: "
         "`@relation(link: TABLE)`,`@relation(link: INLINE)`"},
        {"type A { id: ID! @id b: [B] @relation(link: INLINE) } type B { id: ID! @id a: A }",
         "A.b: This connector does not support the `INLINE` strategy for list relation fields. You could fix this by putting `link: "
         "INLINE` on the opposite field `a` in the model `B`."},
        {"type A { id: ID! @id b: [B] @db(name: \"x\") } type B { id: ID! @id }",
         "A.b: The field `b` specifies the `@db` directive. Relation fields must not specify this directive."},
        {"type B @rename(oldName: \"A\") { id: ID! @id } type C @rename(oldName: \"B\") { id: ID! @id }",
         "B: You renamed type `A` to `B`. But that is the old name of type `C`. Please do this in two steps."},
        {"type A { id: ID! @id bs: [B] @relation(name: \"L\") } type B { id: ID! @id as: [A] @relation(name: \"L\") } "
         "type L @relationTable { A: A! x: Int }",
         "L: A link table must specify exactly two relation fields."},
    };
    for (auto const& c : cases) {
        INFO(c.text);
        CHECK(first_error(c.text) == c.expected);
    }
}

TEST_CASE("datamodel::check: more than two fields of one relation", "[datamodel][check]") {
    auto const p = parse_sdl("type A { id: ID! @id b: B @relation(name: \"R\") } "
                             "type B { id: ID! @id a: A @relation(name: \"R\") a2: A @relation(name: \"R\") }", postgres_capabilities);
    REQUIRE(p.errors.size() == 3);
    for (auto const& e : p.errors) {
        CHECK(e.description == "A relation directive cannot appear more than twice. Relation name: 'R'");
    }
}

TEST_CASE("datamodel::deprecations: ids of link tables", "[datamodel][check]") {
    auto const p = parse_sdl("type A { id: ID! @id bs: [B] @relation(name: \"L\") } type B { id: ID! @id as: [A] @relation(name: \"L\") } "
                             "type L @relationTable { id: ID! @id A: A! B: B! }", postgres_capabilities);
    CHECK(p.ok());
    REQUIRE(p.warnings.size() == 1);
    CHECK(p.warnings[0].type == "L");
    CHECK(p.warnings[0].field == "id");
}
