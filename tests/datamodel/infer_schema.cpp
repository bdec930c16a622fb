// What the original's specs expect of the picture of the data.
#include <refract/datamodel/sdl.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>
#include <catch2/catch.hpp>

namespace {

using namespace refract::datamodel;
namespace json = boost::json;

capabilities read_capabilities(json::array const& names) {
    capabilities can;
    for (auto const& n : names) {
        can.link_tables = can.link_tables || n == "RelationLinkTableCapability";
        can.link_lists = can.link_lists || n == "RelationLinkListCapability";
        can.embedded_types = can.embedded_types || n == "EmbeddedTypesCapability";
    }
    return can;
}

/// The datamodel with the names the specs use for its parts.
json::object picture_of(datamodel const& dm) {
    json::array relations;
    for (auto const& r : dm.relations) {
        auto const action = [](on_delete o) { return o == on_delete::cascade ? "Cascade" : "SetNull"; };
        json::object manifestation{{"table", r.link.table}, {"modelAColumn", r.link.column_a}, {"modelBColumn", r.link.column_b}};
        if (!r.link.id_column.empty()) {
            manifestation["idColumn"] = r.link.id_column;
        }
        relations.push_back(json::object{
            {"name", r.name},
            {"modelAName", dm.models[r.model_a].name},
            {"modelBName", dm.models[r.model_b].name},
            {"modelAField", json::object{{"name", dm.field_at(r.model_a, r.field_a).name}}},
            {"modelAOnDelete", action(r.on_delete_a)},
            {"modelBOnDelete", action(r.on_delete_b)},
            {"manifestation", manifestation}});
    }
    json::array models;
    for (auto const& m : dm.models) {
        json::array fields;
        for (auto const& f : m.fields) {
            json::object field{{"name", f.name}, {"isUnique", f.is_unique}};
            if (f.is_relation()) {
                field["relation"] = relations[f.relation];
            }
            fields.push_back(field);
        }
        models.push_back(json::object{{"name", m.name}, {"isEmbedded", m.is_embedded}, {"fields", fields}});
    }
    return {{"relations", relations}, {"models", models}};
}

json::value named(json::array const& items, std::string_view name) {
    auto const at = std::find_if(items.begin(), items.end(), [&](auto const& i) { return i.at("name").as_string() == name; });
    return at == items.end() ? json::value() : *at;
}

json::value step(json::value const& from, std::string const& word) {
    auto const space = word.find(' ');
    if (space != std::string::npos) { // `model User`: one of the models
        auto const* items = from.as_object().if_contains(word.substr(0, space) + "s");
        return items == nullptr ? json::value() : named(items->as_array(), word.substr(space + 1));
    }
    if (from.is_object()) {
        auto const* part = from.as_object().if_contains(word);
        return part == nullptr ? json::value() : *part;
    }
    auto const& items = from.as_array();
    if (word == "size") {
        return static_cast<std::int64_t>(items.size());
    }
    if (word == "[0]") {
        return items.empty() ? json::value() : items.front();
    }
    json::array out;
    for (auto const& i : items) {
        out.push_back(word == "names" ? i.at("name") : i);
    }
    if (word == "reverse") {
        std::reverse(out.begin(), out.end());
    }
    return out;
}

} // namespace

TEST_CASE("datamodel::parse_sdl: the picture the original's specs expect", "[datamodel][sdl]") {
    std::ifstream file(REFRACT_TEST_DATA "/vectors/datamodel/infer_schema.json");
    std::string const text((std::istreambuf_iterator<char>(file)), {});
    auto const cases = json::parse(text).as_array();
    REQUIRE(cases.size() == 10);
    for (auto const& c : cases) {
        DYNAMIC_SECTION(c.at("name").as_string().c_str()) {
            auto const parsed = parse_sdl(c.at("datamodel").as_string(), read_capabilities(c.at("capabilities").as_array()));
            json::value const picture = picture_of(parsed.model);
            for (auto const& e : c.at("expect").as_array()) {
                json::value found = picture;
                for (auto const& word : e.at("path").as_array()) {
                    found = step(found, std::string(word.as_string()));
                }
                INFO(json::serialize(e) << " in " << json::serialize(picture));
                CHECK(found == e.at("expected"));
            }
        }
    }
}
