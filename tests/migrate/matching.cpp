// Test that the header is self-contained.
#include <refract/migrate/matching.hpp>

#include <refract/datamodel/sdl.hpp>
#include <refract/migrate/infer.hpp>
#include <refract/migrate/schema_json.hpp>

#include <string>

#include <catch2/catch.hpp>

namespace {

using namespace refract;

datamodel::datamodel people(std::string const& left, std::string const& right) {
    auto parsed = datamodel::parse_sdl("type Person { id: ID! @id " + left + " @relation(name: \"R\") " + right + " @relation(name: \"R\") }",
                                       datamodel::sqlite_capabilities);
    REQUIRE(parsed.ok());
    return std::move(parsed.model);
}

} // namespace

TEST_CASE("migrate::adopt_sides: a relation of a model with itself keeps its direction", "[migrate][matching]") {
    struct {
        std::string left;
        std::string right;
        std::string side_a; ///< the field at side A
    } const cases[] = {
        {"follows: [Person]", "followers: [Person]", "followers"},
        {"adores: [Person] @rename(oldName: \"follows\")", "followers: [Person]", "followers"},
        {"follows: [Person]", "zealots: [Person] @rename(oldName: \"followers\")", "zealots"},
        {"follows: [Person]", "zealots: [Person]", "zealots"}, // the one that stays says which is which
        {"boss: Person", "followers: [Person]", "followers"},
    };
    auto const previous = people("follows: [Person]", "followers: [Person]");
    for (auto const& c : cases) {
        INFO(c.left << " " << c.right);
        auto next = people(c.left, c.right);
        auto const m = migrate::match(previous, next).value();
        migrate::adopt_sides(previous, next, m);
        auto const& r = next.relations.at(0);
        auto const& person = next.models[0];
        CHECK(person.fields[r.field_a].name == c.side_a);
        CHECK(person.fields[r.field_a].side == datamodel::relation_side::a);
        CHECK(person.fields[r.field_b].side == datamodel::relation_side::b);
        if (r.link.kind == datamodel::link_kind::inline_column) {
            CHECK(person.fields[r.link.column_side == datamodel::relation_side::a ? r.field_a : r.field_b].name == "boss");
        }
        // as it is stored, so it is read
        auto const stored = migrate::parse_schema_json(migrate::print_schema_json(next)).value();
        CHECK(stored.relations[0].field_a == r.field_a);
        CHECK(migrate::infer(stored, next).value().empty());
    }
}
