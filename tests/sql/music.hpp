// A small datamodel for the tests of SQL generation: albums of artists, tracks of albums, playlists of tracks.
#pragma once

#include <refract/datamodel/sdl.hpp>
#include <refract/sql/condition.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

namespace refract::test {

inline datamodel::datamodel music() {
    auto parsed = datamodel::parse_sdl(
        R"(type Artist { id: ID! @id name: String! @unique albums: [Album] }
           type Album { id: ID! @id title: String! year: Int artist: Artist @db(name: "artist_id") tracks: [Track] }
           type Track { id: ID! @id name: String! tags: [String] @scalarList(strategy: RELATION) album: Album playlists: [Playlist] }
           type Playlist { id: ID! @id name: String! tracks: [Track] })",
        datamodel::postgres_capabilities
    );
    REQUIRE(parsed.errors.empty());
    return std::move(parsed.model);
}

/// The store on both databases.
struct music_targets {
    explicit music_targets(std::string schema) : postgres{&dm, std::move(schema), &sql::postgres} {}
    music_targets(music_targets const&) = delete;
    music_targets& operator=(music_targets const&) = delete;

    datamodel::datamodel dm = music();
    sql::target postgres;
    sql::target sqlite{&dm, "", &sql::sqlite};

    [[nodiscard]] datamodel::index model(std::string_view name) const { return dm.find_model(name); }
    [[nodiscard]] datamodel::index field(std::string_view m, std::string_view name) const {
        return dm.models[model(m)].find_index(name);
    }
};

inline plan::filter compare(datamodel::index field, plan::comparison op, std::vector<plan::operand> operands) {
    plan::filter f;
    f.kind = plan::filter_kind::compare;
    f.field = field;
    f.op = op;
    f.operands = std::move(operands);
    return f;
}

} // namespace refract::test
