// Test that the header is self-contained.
#include <refract/migrate/infer.hpp>

#include <refract/datamodel/sdl.hpp>
#include <refract/migrate/schema_json.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include <boost/json.hpp>
#include <catch2/catch.hpp>

namespace {

using namespace refract;

datamodel::datamodel model_of(std::string_view text) {
    auto capabilities = datamodel::sqlite_capabilities;
    capabilities.scalar_lists_embedded = true; // lists without a directive, as the vectors have them
    auto parsed = datamodel::parse_sdl(text, capabilities);
    for (auto const& e : parsed.errors) {
        UNSCOPED_INFO(e.type << ": " << e.description);
    }
    REQUIRE(parsed.ok());
    return std::move(parsed.model);
}

std::vector<std::string> kinds(std::vector<migrate::step> const& steps) {
    std::vector<std::string> out;
    auto const printed = boost::json::parse(migrate::print_steps_json(steps));
    for (auto const& s : printed.as_array()) {
        out.emplace_back(s.at("discriminator").as_string());
    }
    return out;
}

migrate::step step_of(boost::json::array const& a) {
    auto const text = [&](std::size_t i) { return std::string(a.at(i).as_string()); };
    auto const maybe = [&](std::size_t i) { return a.at(i).is_null() ? std::nullopt : std::optional<std::string>(text(i)); };
    if (text(0) == "UpdateModel") {
        return migrate::update_model{text(1), text(2)};
    }
    if (text(0) == "DeleteModel") {
        return migrate::delete_model{text(1)};
    }
    if (text(0) == "CreateField") {
        return migrate::create_field{text(1), text(2)};
    }
    REQUIRE(text(0) == "UpdateField");
    return migrate::update_field{text(1), text(2), text(3), maybe(4)};
}

} // namespace

TEST_CASE("migrate::infer: the original's cases", "[migrate][infer]") {
    std::ifstream file(REFRACT_TEST_DATA "/vectors/migrate/infer_steps.json");
    std::string const text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    auto const cases = boost::json::parse(text);
    REQUIRE(!cases.as_array().empty());
    for (auto const& c : cases.as_array()) {
        DYNAMIC_SECTION(std::string(c.at("name").as_string())) {
            auto const previous = model_of(std::string(c.at("previous").as_string()));
            auto next = model_of(std::string(c.at("next").as_string()));
            for (auto& m : next.models) {
                m.stable_id = "new"; // the vectors compare datamodels that know nothing of each other
            }
            for (auto const& r : c.at("renamedFields").as_array()) {
                auto& fields = next.models[next.find_model(r.at(2).as_string().c_str())].fields;
                auto const at = std::find_if(fields.begin(), fields.end(), [&](auto const& f) { return f.name == r.at(3).as_string(); });
                REQUIRE(at != fields.end());
                at->old_name = r.at(1).as_string().c_str();
            }
            auto const steps = migrate::infer(previous, next).value();
            INFO(migrate::print_steps_json(steps));
            CHECK(static_cast<std::int64_t>(steps.size()) == c.at("count").as_int64());
            for (auto const& wanted : c.at("contains").as_array()) {
                CHECK(std::find(steps.begin(), steps.end(), step_of(wanted.as_array())) != steps.end());
            }
        }
    }
}

TEST_CASE("migrate::infer: the order of steps", "[migrate][infer]") {
    auto const previous = model_of("type A { id: ID! @id gone: String changed: String b: B r: Gone } type B { id: ID! @id as: [A] }"
                                   " type Gone { id: ID! @id } enum E { X } enum F { X }");
    auto const next = model_of("type A { id: ID! @id changed: Int made: String b: B @db(name: \"b_id\") m: Made } type B { id: ID! @id as: [A] }"
                               " type Made { id: ID! @id } enum F { X Y } enum G { X }");
    CHECK(kinds(migrate::infer(previous, next).value()) ==
          std::vector<std::string>{"DeleteRelation", "DeleteField", "DeleteField", "DeleteModel", "DeleteEnum",  "UpdateEnum",
                                   "UpdateField",    "UpdateField", "UpdateModel", "UpdateRelation", "CreateEnum", "CreateModel",
                                   "CreateField",    "CreateField", "CreateField", "CreateRelation"});
}

TEST_CASE("migrate::infer: nothing changed, no steps", "[migrate][infer]") {
    auto const* text = "type A { id: ID! @id a: String! @default(value: \"x\") b: B @relation(link: INLINE) e: E s: A t: [B] @relation(name: \"T\") }"
                       " type B { id: Int! @id a: A us: [B] @relation(name: \"U\") } enum E { X Y }";
    auto parsed = datamodel::parse_sdl(text, datamodel::sqlite_capabilities);
    if (!parsed.ok()) { // the mix of named and unnamed relations between two models may be refused: without it, then
        parsed = datamodel::parse_sdl("type A { id: ID! @id a: String! @default(value: \"x\") b: B @relation(link: INLINE) e: E s: A }"
                                      " type B { id: Int! @id a: A us: [B] @relation(name: \"U\") } enum E { X Y }",
                                      datamodel::sqlite_capabilities);
    }
    REQUIRE(parsed.ok());
    CHECK(migrate::infer(parsed.model, parsed.model).value().empty());
    auto const stored = migrate::parse_schema_json(migrate::print_schema_json(parsed.model)).value();
    CHECK(migrate::infer(stored, parsed.model).value().empty());
    CHECK(migrate::infer(parsed.model, stored).value().empty());
}

TEST_CASE("migrate::infer: which relation is which", "[migrate][infer]") {
    struct {
        char const* name;
        char const* before;
        char const* after;
        std::vector<std::string> relation_steps;
    } const cases[] = {
        {"a name is given", "b: B", "b: B @relation(name: \"N\")", {"UpdateRelation"}},
        {"a name is taken away", "b: B @relation(name: \"N\")", "b: B", {"UpdateRelation"}},
        {"another name", "b: B @relation(name: \"N\")", "b: B @relation(name: \"M\")", {"DeleteRelation", "CreateRelation"}},
        {"a rename", "b: B @relation(name: \"N\")", "b: B @relation(name: \"M\", oldName: \"N\")", {"UpdateRelation"}},
        {"another column", "b: B", "b: B @db(name: \"x\")", {"UpdateRelation"}},
        {"one more", "b: B @relation(name: \"N\")", "b: B @relation(name: \"N\") c: B @relation(name: \"M\")", {"CreateRelation"}},
        {"one less", "b: B @relation(name: \"N\") c: B @relation(name: \"M\")", "b: B @relation(name: \"N\")", {"DeleteRelation"}},
        {"required", "b: B", "b: B!", {}},
    };
    for (auto const& c : cases) {
        DYNAMIC_SECTION(c.name) {
            auto const model = [](char const* field) {
                return model_of(std::string("type A { id: ID! @id ") + field + " } type B { id: ID! @id }");
            };
            auto all = kinds(migrate::infer(model(c.before), model(c.after)).value());
            all.erase(
                std::remove_if(all.begin(), all.end(), [](auto const& k) { return k.find("Relation") == std::string::npos; }), all.end()
            );
            CHECK(all == c.relation_steps);
        }
    }
}

TEST_CASE("migrate::infer: ambiguous relations", "[migrate][infer]") {
    auto const one = model_of("type A { id: ID! @id b: B } type B { id: ID! @id }");
    auto const two = model_of("type A { id: ID! @id b: B @relation(name: \"N\") c: B @relation(name: \"M\") } type B { id: ID! @id }");
    auto const split = migrate::infer(one, two);
    REQUIRE_FALSE(split);
    CHECK(split.failure().code == errc::relation_ambiguity);
    CHECK(split.failure().message ==
          "There is a relation ambiguity during the migration. Please first name the old relation on your schema. The ambiguity is on a "
          "relation between A and B. Please name relations or change the schema in steps.");
    auto const joined = migrate::infer(two, one);
    REQUIRE_FALSE(joined);
    CHECK(joined.failure().message ==
          "There is a relation ambiguity during the migration. The ambiguity is on a relation between A and B. Please name relations or "
          "change the schema in steps.");
}

TEST_CASE("migrate::restore_old_names: a stored datamodel is matched as the deployed one was", "[migrate][infer]") {
    auto const previous = model_of("type A { id: ID! @id a: E b: B @relation(name: \"R\") } type B { id: ID! @id } enum E { X }");
    auto const next = model_of("type C @rename(oldName: \"A\") { id: ID! @id c: F @rename(oldName: \"a\") b: B @relation(name: \"S\", oldName: \"R\") }"
                               " type B { id: ID! @id } enum F @rename(oldName: \"E\") { X }");
    auto const steps = migrate::infer(previous, next).value();
    auto stored = migrate::parse_schema_json(migrate::print_schema_json(next)).value();
    CHECK(migrate::infer(previous, stored).value() != steps);
    migrate::restore_old_names(steps, stored);
    CHECK(migrate::infer(previous, stored).value() == steps);
}
