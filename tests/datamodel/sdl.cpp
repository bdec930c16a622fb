// Test that the header is self-contained.
#include <refract/datamodel/sdl.hpp>

#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace {

using namespace refract::datamodel;

parsed parse(std::string_view text) {
    auto p = parse_sdl(text, postgres_capabilities);
    for (auto const& e : p.errors) {
        UNSCOPED_INFO(e.type << "." << e.field.value_or("") << ": " << e.description);
    }
    return p;
}

/// Name, kind and place of each relation: `PostToUser inline Post.author a=Post.author b=User.posts`.
std::vector<std::string> relations(datamodel const& dm) {
    std::vector<std::string> out;
    for (auto const& r : dm.relations) {
        auto const& a = dm.models[r.model_a];
        auto const& b = dm.models[r.model_b];
        auto text = r.name;
        if (r.link.kind == link_kind::inline_column) {
            text += " inline " + dm.models[r.link.in_model].table + "." + r.link.column;
        } else {
            text += " table " + r.link.table + "(" + r.link.column_a + "," + r.link.column_b + ")" + r.link.id_column;
        }
        out.push_back(text + " a=" + a.name + "." + a.fields[r.field_a].name + " b=" + b.name + "." + b.fields[r.field_b].name);
    }
    return out;
}

std::vector<std::string> model_names(datamodel const& dm) {
    std::vector<std::string> out;
    for (auto const& m : dm.models) {
        out.push_back(m.name);
    }
    return out;
}

/// Every position of the datamodel points to what points back.
void require_consistent(datamodel const& dm) {
    for (index mi = 0; mi < dm.models.size(); ++mi) {
        auto const& m = dm.models[mi];
        for (index fi = 0; fi < m.fields.size(); ++fi) {
            auto const& f = m.fields[fi];
            if (!f.is_relation()) {
                CHECK(f.relation == none);
                CHECK_FALSE(f.column.empty());
                continue;
            }
            auto const& r = dm.relations.at(f.relation);
            CHECK((f.side == relation_side::a ? r.model_a : r.model_b) == mi);
            CHECK((f.side == relation_side::a ? r.field_a : r.field_b) == fi);
            CHECK(&dm.back(dm.back(f)) == &f);
            bool const owns = r.link.kind == link_kind::inline_column && r.link.in_model == mi && r.link.column_side == f.side;
            CHECK(f.column == (owns ? r.link.column : ""));
        }
    }
}

} // namespace

TEST_CASE("datamodel::parse_sdl: reads types, enums and fields", "[datamodel][sdl]") {
    auto const p = parse(R"(
        enum Role { ADMIN USER }
        type User @db(name: "users") {
          id: ID! @id
          email: String! @unique @db(name: "e_mail")
          role: Role! @default(value: USER)
          age: Int @default(value: -3)
          bio: String @default(value: "none \"yet\"")
          tags: [String!]! @scalarList(strategy: RELATION)
          createdAt: DateTime! @createdAt
          changed: DateTime @updatedAt
          nick: String @rename(oldName: "name")
        })");
    REQUIRE(p.ok());
    auto const& m = p.model.models.at(0);
    CHECK(m.table == "users");
    CHECK(m.id().name == "id");
    CHECK(m.id().type == field_type::id);
    CHECK(m.id().is_unique);
    CHECK(m.id().is_required);
    CHECK(m.find("email")->column == "e_mail");
    CHECK(m.find("email")->is_unique);
    CHECK(m.find("role")->type == field_type::enumeration);
    CHECK(p.model.enums.at(m.find("role")->enum_type).values == std::vector<std::string>{"ADMIN", "USER"});
    CHECK(m.find("role")->default_value->text == "USER");
    CHECK(m.find("age")->default_value->text == "-3");
    CHECK_FALSE(m.find("age")->is_required);
    CHECK(m.find("bio")->default_value->text == "none \"yet\"");
    CHECK(m.find("tags")->is_scalar_list());
    CHECK_FALSE(m.find("tags")->is_required);
    CHECK(m.list_table(*m.find("tags")) == "users_tags");
    CHECK(m.find("createdAt")->is_created_at);
    CHECK(m.find("changed")->is_updated_at);
    CHECK(m.find("nick")->old_name == "name");
    require_consistent(p.model);
}

TEST_CASE("datamodel::parse_sdl: an empty text is an empty datamodel", "[datamodel][sdl]") {
    for (auto const* text : {"", "  \n", "# nothing\n"}) {
        auto const p = parse(text);
        CHECK(p.ok());
        CHECK(p.model.models.empty());
    }
}

TEST_CASE("datamodel::parse_sdl: a text that is not GraphQL is one global error", "[datamodel][sdl]") {
    auto const p = parse_sdl("type User {", postgres_capabilities);
    REQUIRE(p.errors.size() == 1);
    CHECK(p.errors[0].type == "Global");
    CHECK_FALSE(p.errors[0].field);
    CHECK(p.errors[0].description.rfind("There's a syntax error in the data model. ", 0) == 0);
}

TEST_CASE("datamodel::parse_sdl: chooses how relations are stored", "[datamodel][sdl]") {
    struct {
        char const* name;
        char const* text;
        std::vector<std::string> expected;
    } const cases[] = {
        {"one to many: at the one", "type User { id: ID! @id posts: [Post] } type Post { id: ID! @id author: User! @db(name: \"by\") }",
         {"PostToUser inline Post.by a=Post.author b=User.posts"}},
        {"many to many: a table", "type Post { id: ID! @id cats: [Cat] } type Cat { id: ID! @id posts: [Post] }",
         {"CatToPost table _CatToPost(A,B) a=Cat.posts b=Post.cats"}},
        {"one to one: where it says", "type A { id: ID! @id b: B } type B { id: ID! @id a: A @relation(link: INLINE) }",
         {"AToB inline B.a a=A.b b=B.a"}},
        {"one to one by table", "type A { id: ID! @id b: B } type B { id: ID! @id a: A @relation(link: TABLE) }",
         {"AToB table _AToB(A,B) a=A.b b=B.a"}},
        {"single to-one: inline", "type A { id: ID! @id b: B } type B { id: ID! @id }",
         {"AToB inline A.b a=A.b b=B._MagicalBackRelation_AToB"}},
        {"single list: a table", "type A { id: ID! @id b: [B] } type B { id: ID! @id }",
         {"AToB table _AToB(A,B) a=A.b b=B._MagicalBackRelation_AToB"}},
        {"self relation: the smaller field name is A",
         "type A { id: ID! @id x: A @relation(name: \"R\" link: INLINE) b: [A] @relation(name: \"R\") }",
         {"R inline A.x a=A.b b=A.x"}},
        {"self relation with both ends to-one",
         "type U { id: ID! @id friend: U! @relation(name: \"F\" link: INLINE) friendOf: U! @relation(name: \"F\") }",
         {"F inline U.friend a=U.friend b=U.friendOf"}},
        {"self relation without back field: what is written is A", "type A { id: ID! @id z: A }",
         {"AToA inline A.z a=A.z b=A._MagicalBackRelation_AToA"}},
        {"named relations between the same types",
         "type A { id: ID! @id b1: B @relation(name: \"One\") b2: [B] @relation(name: \"Two\") } "
         "type B { id: ID! @id a2: A @relation(name: \"Two\") }",
         {"One inline A.b1 a=A.b1 b=B._MagicalBackRelation_One", "Two inline B.a2 a=A.b2 b=B.a2"}},
        {"relation table",
         "type A { id: ID! @id bs: [B] @relation(name: \"Link\") } type B { id: ID! @id as: [A] @relation(name: \"Link\") } "
         "type Link @relationTable @db(name: \"a_b\") { b: B! @db(name: \"b_id\") a: A! }",
         {"Link table a_b(a,b_id) a=A.bs b=B.as"}},
        {"relation table with an id",
         "type A { id: ID! @id bs: [B] @relation(name: \"Link\") } type B { id: ID! @id as: [A] @relation(name: \"Link\") } "
         "type Link @relationTable { id: ID! @id A: A! B: B! }",
         {"Link table Link(A,B)id a=A.bs b=B.as"}},
    };
    for (auto const& c : cases) {
        DYNAMIC_SECTION(c.name) {
            auto const p = parse(c.text);
            REQUIRE(p.ok());
            CHECK(relations(p.model) == c.expected);
            require_consistent(p.model);
        }
    }
}

TEST_CASE("datamodel::parse_sdl: models with a hidden back field come last", "[datamodel][sdl]") {
    auto const p = parse("type A { id: ID! @id } type B { id: ID! @id } type C { id: ID! @id b: B a: A }");
    REQUIRE(p.ok());
    CHECK(model_names(p.model) == std::vector<std::string>{"C", "B", "A"});
    auto const* hidden = p.model.models[1].find("_MagicalBackRelation_BToC");
    REQUIRE(hidden != nullptr);
    CHECK(hidden->is_hidden);
    CHECK(hidden->is_list);
    require_consistent(p.model);
}

TEST_CASE("datamodel::parse_sdl: onDelete belongs to the side it is written at", "[datamodel][sdl]") {
    auto const p = parse("type User { id: ID! @id posts: [Post] @relation(onDelete: CASCADE) } type Post { id: ID! @id author: User }");
    REQUIRE(p.ok());
    auto const& dm = p.model;
    CHECK(on_delete_of(dm, *dm.models[dm.find_model("User")].find("posts")) == on_delete::cascade);
    CHECK(on_delete_of(dm, *dm.models[dm.find_model("Post")].find("author")) == on_delete::set_null);
}

TEST_CASE("datamodel::parse_sdl: id strategies", "[datamodel][sdl]") {
    auto const p = parse("type A { id: Int! @id } type B { key: ID! @id(strategy: NONE) } "
                         "type C { id: Int! @id(strategy: SEQUENCE) @sequence(name: \"s\", initialValue: 5, allocationSize: 7) } "
                         "type D { id: UUID! @id }");
    REQUIRE(p.ok());
    CHECK(p.model.models[0].id().sequence == sequence{"A_id_seq", 1, 100});
    CHECK(p.model.models[1].id().strategy == id_strategy::client);
    CHECK_FALSE(p.model.models[1].id().sequence);
    CHECK(p.model.models[2].id().strategy == id_strategy::sequence);
    CHECK(p.model.models[2].id().sequence == sequence{"s", 5, 7});
    CHECK_FALSE(parse_sdl("type D { id: UUID! @id }", sqlite_capabilities).ok());
    CHECK(parse_sdl("type A { id: Int! @id }", sqlite_capabilities).ok());
}

TEST_CASE("datamodel::parse_sdl: two relations of one generated name are told apart", "[datamodel][sdl]") {
    auto const p = parse("type AToB { id: ID! @id c: C } type C { id: ID! @id } type A { id: ID! @id b: BToC } type BToC { id: ID! @id }");
    CHECK(p.errors.empty());
    REQUIRE(p.ambiguous_relation);
    CHECK(p.ambiguous_relation->code == refract::errc::ambiguous_relation);
    CHECK(p.ambiguous_relation->message ==
          "There was an error during the autogeneration of relation names.\nPrisma generated the name AToBToC twice, once for:\n"
          "A relation between AToB and C\nA relation between A and BToC\nPlease name at least one of the relations.");
}

TEST_CASE("datamodel::parse_sdl: other definitions are ignored", "[datamodel][sdl]") {
    auto const p = parse("scalar X input I { a: Int } interface N { id: ID! } type A { id: ID! @id @unknown(x: 1) } union U = A");
    REQUIRE(p.ok());
    CHECK(model_names(p.model) == std::vector<std::string>{"A"});
}

TEST_CASE("datamodel::parse_sdl: many directives are fine, too many relations of one type are not", "[datamodel][sdl]") {
    std::string models;
    std::string relations = "type A { id: ID! @id ";
    for (int i = 0; i < 1'500; ++i) {
        models += "type M" + std::to_string(i) + " { id: ID! @id name: String @unique }\n";
        relations += "f" + std::to_string(i) + ": B @relation(name: \"R" + std::to_string(i) + "\") ";
    }
    CHECK(parse(models).ok());
    auto const p = parse_sdl(relations + "} type B { id: ID! @id }", postgres_capabilities);
    REQUIRE(p.errors.size() == 1);
    CHECK(p.errors[0].type == "Global");
    CHECK(p.model.models.empty());
}
