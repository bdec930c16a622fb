// Test that the header is self-contained.
#include <refract/datamodel/legacy.hpp>

#include <refract/datamodel/sdl.hpp>

#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace {

using namespace refract::datamodel;

std::vector<std::string> field_names(model const& m) {
    std::vector<std::string> out;
    for (auto const& f : m.fields) {
        out.push_back((f.is_hidden ? "-" : "") + f.name);
    }
    return out;
}

} // namespace

TEST_CASE("datamodel::detect_syntax: a directive only v1.1 knows decides, else a unique id", "[datamodel][legacy]") {
    struct {
        std::string_view text;
        syntax_version alone;
        syntax_version after_legacy;
    } const cases[] = {
        {"", syntax_version::v1_1, syntax_version::v1_1},
        {"type A { id: ID! @unique }", syntax_version::legacy, syntax_version::legacy},
        {"type A { s: String } type B { id: ID! @unique }", syntax_version::legacy, syntax_version::legacy},
        {"type A { id: ID! }", syntax_version::v1_1, syntax_version::legacy},
        {"type A { s: String }", syntax_version::v1_1, syntax_version::legacy},
        {"type A { id: ID! @id }", syntax_version::v1_1, syntax_version::v1_1},
        {"type A { id: ID! @unique c: DateTime! @createdAt }", syntax_version::v1_1, syntax_version::v1_1},
        {"type A { id: ID! @unique c: DateTime! @updatedAt }", syntax_version::v1_1, syntax_version::v1_1},
        {"type A { id: ID! @unique l: [Int!]! @scalarList(strategy: RELATION) }", syntax_version::v1_1, syntax_version::v1_1},
        {"type A { id: ID! @unique s: String @db(name: \"t\") }", syntax_version::v1_1, syntax_version::v1_1},
        {"type A @db(name: \"t\") { id: ID! @unique }", syntax_version::v1_1, syntax_version::v1_1},
        {"type A { id: ID! @unique a: A @relation(name: \"R\", link: INLINE) }", syntax_version::v1_1, syntax_version::v1_1},
        {"type A { id: ID! @unique } type R @relationTable { a: A b: A }", syntax_version::v1_1, syntax_version::v1_1},
    };
    for (auto const& c : cases) {
        INFO(c.text);
        CHECK(parse_sdl(c.text, postgres_capabilities).version == c.alone);
        CHECK(parse_sdl(c.text, postgres_capabilities, {.follows_legacy = true}).version == c.after_legacy);
    }
}

TEST_CASE("datamodel::parse_sdl: a legacy datamodel gets its system fields and join tables", "[datamodel][legacy]") {
    auto const p = parse_sdl(
        "type User { id: ID! @unique name: String @default(value: \"x\") age: Int @default(value: \"7\") tags: [String!]! posts: [Post!]! @relation(name: \"Author\") }"
        " type Post { createdAt: DateTime! title: String! @unique author: User @relation(name: \"Author\", onDelete: CASCADE) }"
        " type Tag @pgTable(name: \"t\") { id: UUID! @unique s: Boolean! @pgColumn(name: \"c\") @default(value: \"true\") }",
        postgres_capabilities
    );
    REQUIRE(p.ok());
    CHECK(p.model.version == syntax_version::legacy);
    auto const& user = p.model.models[0];
    auto const& post = p.model.models[1];
    auto const& tag = p.model.models[2];
    CHECK(field_names(user) == std::vector<std::string>{"id", "name", "age", "tags", "posts", "-updatedAt", "-createdAt"});
    CHECK(field_names(post) == std::vector<std::string>{"createdAt", "title", "author", "-id", "-updatedAt"});
    CHECK(post.id().name == "id");
    CHECK(post.id().is_unique);
    CHECK(post.id().column == "id");
    CHECK(post.fields[0].is_created_at);
    CHECK(post.find("updatedAt")->is_updated_at);
    CHECK(user.find("age")->default_value->text == "7");
    CHECK(tag.table == "Tag");
    CHECK(tag.find("s")->column == "s");
    REQUIRE(p.model.relations.size() == 1);
    auto const& r = p.model.relations[0];
    CHECK(r.link == refract::datamodel::link{.table = "_Author", .column_a = "A", .column_b = "B", .id_column = "id"});
    CHECK(r.on_delete_a == on_delete::cascade);
    CHECK(p.model.back(post.fields[2]).name == "posts");
}

TEST_CASE("datamodel::parse_sdl: a legacy datamodel of somebody else's tables", "[datamodel][legacy]") {
    parse_options const options{.follows_legacy = false, .owns_tables = false};
    auto const p = parse_sdl(
        "type User @pgTable(name: \"users\") { id: Int! @unique mail: String @pgColumn(name: \"m\")"
        " posts: [Post!]! groups: [Group!]! @pgRelationTable(table: \"member\", relationColumn: \"user_id\", targetColumn: \"group_id\") }"
        " type Post { id: ID! @unique author: User @pgRelation(column: \"author_id\") }"
        " type Group { id: ID! @unique users: [User!]! others: [Other!]! } type Other { id: ID! @unique groups: [Group!]! }",
        postgres_capabilities, options
    );
    REQUIRE(p.ok());
    auto const& dm = p.model;
    CHECK(dm.models[0].table == "users");
    CHECK(field_names(dm.models[0]) == std::vector<std::string>{"id", "mail", "posts", "groups"});
    CHECK(dm.models[0].find("mail")->column == "m");
    auto const& member = dm.relations[dm.find_relation("GroupToUser")];
    CHECK(member.link == refract::datamodel::link{.table = "member", .column_a = "group_id", .column_b = "user_id"});
    auto const& author = dm.relations[dm.find_relation("PostToUser")];
    CHECK(author.link.kind == link_kind::inline_column);
    CHECK(author.link.column == "author_id");
    CHECK(dm.models[author.link.in_model].name == "Post");
    auto const& plain = dm.relations[dm.find_relation("GroupToOther")];
    CHECK(plain.link == refract::datamodel::link{.table = "_GroupToOther", .column_a = "A", .column_b = "B"});

    auto const missing = parse_sdl("type A { id: ID! @unique } type B { s: String }", postgres_capabilities, options);
    REQUIRE(missing.errors.size() == 1);
    CHECK(missing.errors[0].description ==
          "The required field `id` is missing and has to have the format: id: ID! @unique or id: UUID! @unique or id: Int! @unique.");
}

TEST_CASE("datamodel::check_legacy_fields: the texts of each rule", "[datamodel][legacy]") {
    struct {
        std::string_view field;
        std::string_view description;
    } const cases[] = {
        {"createdAt: DateTime", "The field `createdAt` is reserved and has to have the format: createdAt: DateTime!."},
        {"updatedAt: String!", "The field `updatedAt` is reserved and has to have the format: updatedAt: DateTime!."},
        {"x: [Int!]! @default(value: \"1\")", "List fields cannot have defaultValues."},
        {"x: E @default(value: \"C\")", "The defaultValue contains an invalid enumValue."},
        {"x: Int @default(value: \"one\")", "Invalid value 'one' for type Int."},
        {"x: Boolean @default(value: \"yes\")", "Invalid value 'yes' for type Boolean."},
        {"x: Float @default(value: \"\")", "Invalid value '' for type Float."},
        {"x: DateTime @default(value: \"soon\")", "Invalid value 'soon' for type DateTime."},
        {"x: Int @defaultValue(value: \"1\")", "You are using a '@defaultValue' directive. Prisma uses '@default(value: \"Value as String\")' "
                                               "to declare default values."},
        {"x: [Int]", "The scalar field `x` has the wrong format: `[Int]` Possible Formats: `Int`, `Int!`, `[Int!]` or `[Int!]!`"},
        {"x: A @relation(onDelete: CASCADE)", "The field `x` specifies the directive `@relation` but it's missing the required argument "
                                              "`name`."},
        {"x: A @relation(name: \"R\", onDelete: NEVER)", "not a valid value for onDelete"},
        {"x: String @rename(oldName: 1)", "not a valid value for oldName"},
        {"x: String @unique @unique", "The field `x` specifies a directive more than once. Directives must appear exactly once on a field."},
    };
    for (auto const& c : cases) {
        INFO(c.field);
        auto const p = parse_sdl("type A { id: ID! @unique " + std::string(c.field) + " } enum E { A B }", postgres_capabilities);
        CHECK(p.version == syntax_version::legacy);
        REQUIRE(p.errors.size() == 1);
        CHECK(p.errors[0].type == "A");
        CHECK(p.errors[0].description == c.description);
    }
    for (auto const* id : {"id: String! @unique", "id: ID @unique", "id: Int! @unique"}) {
        INFO(id);
        auto const p = parse_sdl("type A { " + std::string(id) + " }", postgres_capabilities);
        REQUIRE(p.errors.size() == 1);
        CHECK(p.errors[0].description == "The field `id` is reserved and has to have the format: id: ID! @unique or id: UUID! @unique.");
    }
}

TEST_CASE("datamodel::parse_sdl: a legacy relation named on one side only", "[datamodel][legacy]") {
    auto const p = parse_sdl(
        "type A { id: ID! @unique b: B @relation(name: \"R\") c: B @relation(name: \"S\") } type B { id: ID! @unique a: A }",
        postgres_capabilities
    );
    REQUIRE(p.errors.size() == 2);
    CHECK(p.errors[0].description ==
          "You are trying to set the relation 'R' from `A` to `B` and are only providing a relation directive on `A`. Since there is also "
          "a relation field without a relation directive on `B` pointing towards `A` that is ambiguous. Please provide the same relation "
          "directive on `B` if this is supposed to be the same relation. If you meant to create two separate relations without "
          "backrelations please provide a relation directive with a different name on `B`.");
}
