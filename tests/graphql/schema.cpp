// Test that the header is self-contained.
#include <refract/graphql/schema.hpp>

#include <catch2/catch.hpp>

using namespace refract::graphql;

TEST_CASE("graphql::type_reference: wrappers nest and print", "[graphql][schema]") {
    type post;
    post.name = "Post";
    type_reference const named{&post};
    CHECK(to_string(named) == "Post");
    CHECK(to_string(named.non_null().list().non_null()) == "[Post!]!");
    CHECK(to_string(named.list().list()) == "[[Post]]");
    CHECK(named.non_null().non_null() == named.non_null());
    CHECK(named.non_null().nullable() == named);
    CHECK(named.list().non_null().unwrapped().unwrapped() == named);
    CHECK_FALSE(type_reference{});
}

TEST_CASE("graphql::schema: add returns the type that is there", "[graphql][schema]") {
    schema s;
    auto& a = s.add(type_kind::object, "A");
    CHECK(&s.add(type_kind::object, "A") == &a);
    CHECK(s.find("A") == &a);
    CHECK(s.find("B") == nullptr);
    CHECK(s.types().size() == 1);
}

TEST_CASE("graphql::schema: finish indexes members and finds possible types", "[graphql][schema]") {
    schema s;
    auto& node = s.add(type_kind::interface, "Node");
    auto& user = s.add(type_kind::object, "User");
    auto& color = s.add(type_kind::enumeration, "Color");
    s.add_built_in();
    user.interfaces.push_back(&node);
    for (auto* t : {&node, &user}) {
        t->fields.push_back(field{"id", type_reference{s.find("ID")}.non_null()});
    }
    color.values = {enum_value{"RED"}, enum_value{"GREEN"}};
    s.query = &user;
    s.finish();
    s.finish(); // a second time changes nothing

    REQUIRE(node.possible_types.size() == 1);
    CHECK(node.possible_types[0] == &user);
    CHECK(is_possible_type(node, user));
    CHECK(types_overlap(node, user));
    CHECK(user.find_field("id") == &user.fields[0]);
    CHECK(user.find_field("x") == nullptr);
    CHECK(color.find_value("GREEN") == &color.values[1]);
    CHECK(color.find_value("BLUE") == nullptr);

    auto const moved = std::move(s);
    CHECK(moved.find("User") == &user);
    CHECK(moved.find("User")->find_field("id") == &user.fields[0]);
}

TEST_CASE("graphql::schema: has what is built in", "[graphql][schema]") {
    schema s;
    s.add(type_kind::scalar, "Int").description = "mine";
    s.finish();
    for (auto const* name : {"Int", "Float", "String", "Boolean", "ID", "__Schema", "__Type", "__TypeKind", "__Field",
                             "__InputValue", "__EnumValue", "__Directive", "__DirectiveLocation"}) {
        INFO(name);
        REQUIRE(s.find(name) != nullptr);
        CHECK(is_built_in(*s.find(name)));
    }
    CHECK(s.find("Int")->description == "mine");
    for (auto const* name : {"include", "skip", "deprecated", "specifiedBy"}) {
        INFO(name);
        REQUIRE(s.find_directive(name) != nullptr);
        CHECK(is_built_in(*s.find_directive(name)));
    }
    CHECK(s.find_directive("skip")->argument("if")->is_required());
    CHECK(to_string(s.find("__Type")->find_field("fields")->type) == "[__Field!]");
    CHECK(s.find("__Type")->find_field("fields")->argument("includeDeprecated")->default_value == "false");
}
