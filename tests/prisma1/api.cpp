// Test that the header is self-contained.
#include <refract/prisma1/api.hpp>

#include <refract/datamodel/declaration.hpp>
#include <refract/datamodel/sdl.hpp>
#include <refract/graphql/parse.hpp>
#include <refract/prisma1/api_names.hpp>

#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

namespace {

using namespace refract;
using graphql::type_kind;

std::string read_vector(std::string const& name) {
    std::ifstream file(REFRACT_TEST_DATA "/vectors/datamodel/" + name);
    REQUIRE(file);
    return {std::istreambuf_iterator<char>(file), {}};
}

datamodel::datamodel parse_model(std::string_view text) {
    auto p = datamodel::parse_sdl(text, datamodel::postgres_capabilities);
    for (auto const& e : p.errors) {
        INFO(e.type << "." << e.field.value_or("") << ": " << e.description);
        REQUIRE(p.ok());
    }
    REQUIRE(p.ok());
    return std::move(p.model);
}

graphql::schema api(std::string_view text, prisma1::api_options const& options = {}) {
    return prisma1::build_api_schema(parse_model(text), options);
}

std::string line(graphql::input_value const& v) { return v.name + ": " + graphql::to_string(v.type); }

std::string line(graphql::field const& f) {
    std::string arguments;
    for (auto const& a : f.arguments) {
        arguments += (arguments.empty() ? "" : ", ") + line(a);
    }
    return f.name + (arguments.empty() ? "" : "(" + arguments + ")") + ": " + graphql::to_string(f.type);
}

/// The members of a type, one a line, as SDL spells them; `(absent)` if there is no such type.
std::vector<std::string> lines(graphql::schema const& s, std::string_view name) {
    auto const* t = s.find(name);
    if (t == nullptr) {
        return {"(absent)"};
    }
    std::vector<std::string> out;
    for (auto const* i : t->interfaces) {
        out.push_back("implements " + i->name);
    }
    for (auto const& f : t->fields) {
        out.push_back(line(f));
    }
    for (auto const& f : t->input_fields) {
        out.push_back(line(f));
    }
    for (auto const& v : t->values) {
        out.push_back(v.name);
    }
    return out;
}

std::string spell(graphql::ast::type_reference const& t) { return datamodel::to_string(t); }

/// The same of a definition in a text.
std::vector<std::string> lines(graphql::ast::definition const& d) {
    std::vector<std::string> out;
    for (auto const& i : d.interfaces) {
        out.push_back("implements " + std::string(i.name));
    }
    for (auto const& f : d.fields) {
        std::string arguments;
        for (auto const& a : f.arguments) {
            arguments += (arguments.empty() ? "" : ", ") + std::string(a.name) + ": " + spell(*a.type);
        }
        out.push_back(std::string(f.name) + (arguments.empty() ? "" : "(" + arguments + ")") + ": " + spell(*f.type));
    }
    for (auto const& f : d.input_fields) {
        out.push_back(std::string(f.name) + ": " + spell(*f.type));
    }
    for (auto const& v : d.values) {
        out.push_back(std::string(v.name));
    }
    return out;
}

using text_lines = std::vector<std::string>;

/// Every type a schema mentions is one of its own, and no composite type is empty.
void require_closed(graphql::schema const& s) {
    std::set<graphql::type const*> own;
    for (auto const& t : s.types()) {
        own.insert(t.get());
    }
    for (auto const& t : s.types()) {
        INFO(t->name);
        CHECK((t->kind == type_kind::scalar || t->fields.size() + t->input_fields.size() + t->values.size() > 0));
        for (auto const& f : t->fields) {
            CHECK(own.count(f.type.named()) == 1);
            for (auto const& a : f.arguments) {
                CHECK(own.count(a.type.named()) == 1);
                CHECK(a.type.named()->is_input());
            }
        }
        for (auto const& f : t->input_fields) {
            CHECK(own.count(f.type.named()) == 1);
            CHECK(f.type.named()->is_input());
        }
    }
}

} // namespace

TEST_CASE("prisma1::build_api_schema: the whole API of a datamodel, name for name", "[prisma1][api]") {
    auto const s = api(read_vector("appendix_a.prisma"));
    auto const text = read_vector("appendix_a.graphql");
    auto const expected = graphql::parse(text);
    REQUIRE(expected);
    std::set<std::string> names;
    for (auto const& d : expected->definitions) {
        INFO(d.name);
        CHECK(lines(s, d.name) == lines(d));
        names.insert(std::string(d.name));
    }
    for (auto const* m : {"User", "Post", "Cat", "Profile"}) {
        names.insert({m + std::string("Connection"), m + std::string("Edge"), std::string("Aggregate") + m});
    }
    names.insert({"Node", "PageInfo", "BatchPayload", "MutationType", "DateTime", "Json", "Long", "UUID"});
    std::set<std::string> found;
    for (auto const& t : s.types()) {
        if (t->name.rfind("__", 0) != 0 && t->name != "Int" && t->name != "Float" && t->name != "String" && t->name != "Boolean" &&
            t->name != "ID") {
            found.insert(t->name);
        }
    }
    CHECK(found == names);
    require_closed(s);
}

TEST_CASE("prisma1::build_api_schema: shared types", "[prisma1][api]") {
    auto const s = api("type User { id: ID! @id }");
    CHECK(lines(s, "Node") == text_lines{"id: ID!"});
    CHECK(lines(s, "PageInfo") ==
          text_lines{"hasNextPage: Boolean!", "hasPreviousPage: Boolean!", "startCursor: String", "endCursor: String"});
    CHECK(lines(s, "UserConnection") == text_lines{"pageInfo: PageInfo!", "edges: [UserEdge]!", "aggregate: AggregateUser!"});
    CHECK(lines(s, "UserEdge") == text_lines{"node: User!", "cursor: String!"});
    CHECK(lines(s, "AggregateUser") == text_lines{"count: Int!"});
    CHECK(lines(s, "BatchPayload") == text_lines{"count: Long!"});
    CHECK(lines(s, "MutationType") == text_lines{"CREATED", "UPDATED", "DELETED"});
    CHECK(s.find("Node")->description == "An object with an ID");
    CHECK(s.find("BatchPayload")->description == "");
    CHECK(s.find("UserWhereInput")->find_input_field("id")->description == "");
    CHECK(s.find("UserWhereInput")->find_input_field("id_not_in")->description == "All values that are not contained in given list.");
    CHECK(s.find("UserWhereInput")->find_input_field("NOT")->description == "Logical NOT on all given filters combined by AND.");
    CHECK(s.query->find_field("node")->description == "Fetches an object given its ID");
    CHECK(s.query->find_field("users")->argument("where")->description == "");
    CHECK_FALSE(s.query->find_field("users")->argument("orderBy")->description);
}

TEST_CASE("prisma1::build_api_schema: inputs with a hidden back field", "[prisma1][api]") {
    auto const s = api("type User { id: ID! @id name: String! } "
                       "type B { id: ID! @id rel: User @relation(link: INLINE) c: C @relation(link: INLINE) } "
                       "type C { id: ID! @id name: String! @unique b: B }");
    CHECK(lines(s, "BCreateInput") == text_lines{"id: ID", "rel: UserCreateOneInput", "c: CCreateOneWithoutBInput"});
    CHECK(lines(s, "BUpdateOneWithoutCInput") ==
          text_lines{"create: BCreateWithoutCInput", "connect: BWhereUniqueInput", "disconnect: Boolean", "delete: Boolean",
                     "update: BUpdateWithoutCDataInput", "upsert: BUpsertWithoutCInput"});
    CHECK(lines(s, "BUpdateWithoutCDataInput") == text_lines{"rel: UserUpdateOneInput"});
    CHECK(lines(s, "UserUpdateOneInput") ==
          text_lines{"create: UserCreateInput", "connect: UserWhereUniqueInput", "disconnect: Boolean", "delete: Boolean",
                     "update: UserUpdateDataInput", "upsert: UserUpsertNestedInput"});
    CHECK(lines(s, "UserUpsertNestedInput") == text_lines{"update: UserUpdateDataInput!", "create: UserCreateInput!"});
    CHECK(s.find("BUpdateManyMutationInput") == nullptr);
    CHECK(s.mutation->find_field("updateManyBs") == nullptr);
    CHECK(s.mutation->find_field("deleteManyBs") != nullptr);
    require_closed(s);
}

TEST_CASE("prisma1::build_api_schema: lists with a hidden back field", "[prisma1][api]") {
    auto const s = api("type Todo { id: ID! @id comments: [Comment] } type Comment { id: ID! @id text: String! }");
    CHECK(lines(s, "CommentUpdateManyInput") ==
          text_lines{"create: [CommentCreateInput!]", "connect: [CommentWhereUniqueInput!]", "set: [CommentWhereUniqueInput!]",
                     "disconnect: [CommentWhereUniqueInput!]", "delete: [CommentWhereUniqueInput!]",
                     "update: [CommentUpdateWithWhereUniqueNestedInput!]", "updateMany: [CommentUpdateManyWithWhereNestedInput!]",
                     "deleteMany: [CommentScalarWhereInput!]", "upsert: [CommentUpsertWithWhereUniqueNestedInput!]"});
    CHECK(lines(s, "CommentUpdateWithWhereUniqueNestedInput") ==
          text_lines{"where: CommentWhereUniqueInput!", "data: CommentUpdateDataInput!"});
    CHECK(lines(s, "CommentUpsertWithWhereUniqueNestedInput") ==
          text_lines{"where: CommentWhereUniqueInput!", "update: CommentUpdateDataInput!", "create: CommentCreateInput!"});
}

TEST_CASE("prisma1::build_api_schema: self relations", "[prisma1][api]") {
    auto const s = api("type User { id: ID! @id name: String! @unique friend: User! @relation(name: \"F\" link: INLINE) "
                       "friendOf: User! @relation(name: \"F\") }");
    CHECK(lines(s, "UserCreateInput") == text_lines{"id: ID", "name: String!", "friend: UserCreateOneWithoutFriendOfInput!",
                                                    "friendOf: UserCreateOneWithoutFriendInput!"});
    CHECK(lines(s, "UserUpdateWithoutFriendDataInput") ==
          text_lines{"name: String", "friendOf: UserUpdateOneRequiredWithoutFriendInput"});
}

TEST_CASE("prisma1::build_api_schema: inputs without fields are left out", "[prisma1][api]") {
    auto const s = api("type A { id: ID! @id bs: [B] } type B { id: Int! @id a: A }");
    CHECK(lines(s, "BCreateManyWithoutAInput") == text_lines{"connect: [BWhereUniqueInput!]"});
    CHECK(lines(s, "BUpdateManyWithoutAInput") ==
          text_lines{"connect: [BWhereUniqueInput!]", "set: [BWhereUniqueInput!]", "disconnect: [BWhereUniqueInput!]",
                     "delete: [BWhereUniqueInput!]", "deleteMany: [BScalarWhereInput!]"});
    require_closed(s);
    auto const lone = api("type A { id: Int! @id }");
    CHECK(line(*lone.mutation->find_field("createA")) == "createA: A!");
    CHECK(lone.mutation->find_field("updateA") == nullptr);
    CHECK(lone.mutation->find_field("upsertA") == nullptr);
    CHECK(lines(lone, "A") == text_lines{"id: Int!"});
    require_closed(lone);
}

TEST_CASE("prisma1::build_api_schema: who gives the id", "[prisma1][api]") {
    CHECK(lines(api("type U { id: ID! @id(strategy: NONE) n: Int! }"), "UCreateInput") == text_lines{"id: ID!", "n: Int!"});
    CHECK(lines(api("type U { id: ID! @id n: Int! @default(value: 1) }"), "UCreateInput") == text_lines{"id: ID", "n: Int"});
    auto const key = api("type U { key: ID! @id n: Int }");
    CHECK(key.find("U")->interfaces.empty());
}

TEST_CASE("prisma1::build_api_schema: no models", "[prisma1][api]") {
    auto const s = api("");
    CHECK(lines(s, "Query") == text_lines{"node(id: ID!): Node"});
    CHECK(s.mutation == nullptr);
    CHECK(s.subscription == nullptr);
    auto const raw = api("", {.raw_access = true, .database_names = {"default", "other"}});
    CHECK(lines(raw, "Mutation") == text_lines{"executeRaw(database: PrismaDatabase, query: String!): Json!"});
    CHECK(lines(raw, "PrismaDatabase") == text_lines{"default", "other"});
    require_closed(raw);
}

TEST_CASE("prisma1::build_api_schema: names that collide", "[prisma1][api]") {
    auto const s = api("type Post { id: ID! @id } type Posts { id: ID! @id } type PostConnection { id: ID! @id } "
                       "type PostWhereInput { id: ID! @id posts: [Post] } type AggregatePost { id: ID! @id name: String name_not: Int }");
    require_closed(s);
    CHECK(s.find("PostConnection")->find_field("id") != nullptr);
    CHECK(s.find("PostWhereInput")->kind == type_kind::object);
    std::set<std::string> names;
    for (auto const& f : s.query->fields) {
        CHECK(names.insert(f.name).second);
    }
    names.clear();
    for (auto const& f : s.find("AggregatePostWhereInput")->input_fields) {
        CHECK(names.insert(f.name).second);
    }
}

TEST_CASE("prisma1::build_private_schema: reset and validation", "[prisma1][api]") {
    auto const s = prisma1::build_private_schema();
    CHECK(lines(s, "Query") == text_lines{"validateSubscriptionQuery(query: String!): SubscriptionQueryValidationResult!"});
    CHECK(lines(s, "SubscriptionQueryValidationResult") == text_lines{"errors: [String!]!"});
    CHECK(lines(s, "Mutation") == text_lines{"resetData: Boolean"});
    require_closed(s);
}

TEST_CASE("prisma1::api_names: finds everything the schema offers", "[prisma1][api_names]") {
    auto const dm = parse_model(read_vector("appendix_a.prisma"));
    auto const s = prisma1::build_api_schema(dm, {.raw_access = true});
    prisma1::api_names const names(dm);
    using graphql::ast::operation_type;
    std::pair<operation_type, graphql::type const*> const roots[] = {
        {operation_type::query, s.query}, {operation_type::mutation, s.mutation}, {operation_type::subscription, s.subscription}};
    for (auto const& [operation, root] : roots) {
        for (auto const& f : root->fields) {
            INFO(f.name);
            auto const* found = names.find_root(operation, f.name);
            REQUIRE(found != nullptr);
            if (found->model != datamodel::none) {
                CHECK(prisma1::root_field_name(found->action, dm.models[found->model]) == f.name);
            }
        }
    }
    for (datamodel::index m = 0; m < dm.models.size(); ++m) {
        for (auto const& f : s.find(dm.models[m].name + "WhereInput")->input_fields) {
            if (f.name == "AND" || f.name == "OR" || f.name == "NOT") {
                continue;
            }
            auto const* found = names.find_filter(m, f.name);
            INFO(f.name);
            REQUIRE(found != nullptr);
            CHECK(dm.models[m].fields[found->field].name + std::string(prisma1::suffix(found->op)) == f.name);
        }
        for (auto const& v : s.find(dm.models[m].name + "OrderByInput")->values) {
            auto const* found = names.find_order(m, v.name);
            REQUIRE(found != nullptr);
            CHECK(dm.models[m].fields[found->field].name + (found->descending ? "_DESC" : "_ASC") == v.name);
        }
    }
    CHECK(names.find_root(operation_type::query, "createUser") == nullptr);
    CHECK(names.find_filter(0, "tags") == nullptr);
    CHECK(names.find_field(0, "title") == 1);
    CHECK(names.find_field(0, "nope") == datamodel::none);
}
