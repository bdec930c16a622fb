// A small datamodel for the tests of SQL generation: albums of artists, tracks of albums, playlists of tracks.
#pragma once

#include <refract/datamodel/sdl.hpp>

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

inline plan::filter compare(datamodel::index field, plan::comparison op, std::vector<plan::operand> operands) {
    plan::filter f;
    f.kind = plan::filter_kind::compare;
    f.field = field;
    f.op = op;
    f.operands = std::move(operands);
    return f;
}

} // namespace refract::test
