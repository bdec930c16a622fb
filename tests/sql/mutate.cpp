// Test that the header is self-contained.
#include <refract/sql/mutate.hpp>

#include <array>
#include <sql/music.hpp>

using namespace refract;

namespace {

struct fixture : test::music_targets {
    fixture() : music_targets("music$dev") {}
};

std::string inputs(sql::fragment const& f) {
    std::string out;
    for (auto const& p : f.parameters()) {
        out += p.from == sql::parameter::source::input ? std::to_string(p.input) : "o";
    }
    return out;
}

} // namespace

TEST_CASE("sql::mutate: rows", "[sql][mutate]") {
    fixture const f;
    auto const artist = f.model("Artist");
    std::array const fields{f.field("Artist", "id"), f.field("Artist", "name")};
    CHECK(
        sql::insert_record(f.postgres, artist, fields, false).text() ==
        R"(INSERT INTO "music$dev"."Artist" ("id", "name") VALUES ($1, $2))"
    );
    CHECK(
        sql::insert_record(f.sqlite, artist, fields, true).text() ==
        R"(INSERT INTO "Artist" ("id", "name") VALUES (?, ?) RETURNING "id")"
    );
    CHECK(sql::insert_record(f.sqlite, artist, {}, true).text() == R"(INSERT INTO "Artist" DEFAULT VALUES RETURNING "id")");
    auto const two = sql::insert_records(f.sqlite, artist, fields, 2);
    CHECK(two.text() == R"(INSERT INTO "Artist" ("id", "name") VALUES (?, ?), (?, ?))");
    CHECK(inputs(two) == "0123");
    CHECK(
        sql::update_record(f.sqlite, artist, std::span(fields).subspan(1)).text() ==
        R"(UPDATE "Artist" SET "name" = ? WHERE "id" = ?)"
    );
    CHECK(sql::select_id(f.sqlite, artist, fields[1]).text() == R"(SELECT "id" FROM "Artist" WHERE "name" = ?)");
    CHECK(sql::delete_records(f.sqlite, artist, 3).text() == R"(DELETE FROM "Artist" WHERE "id" IN (?, ?, ?))");
}

TEST_CASE("sql::mutate: inline relations from both ends", "[sql][mutate]") {
    fixture const f;
    auto const artist = f.model("Artist");
    auto const album = f.model("Album");
    auto const albums = f.field("Artist", "albums");
    auto const of = f.field("Album", "artist");
    CHECK(sql::holds_key(f.sqlite, f.dm.field_at(album, of)));
    CHECK(!sql::holds_key(f.sqlite, f.dm.field_at(artist, albums)));
    CHECK(sql::column_of(f.sqlite, album, of) == "artist_id");
    struct {
        sql::fragment made;
        char const* text;
        char const* inputs;
    } const cases[] = {
        {sql::select_related(f.sqlite, artist, albums, 1), R"(SELECT DISTINCT "id" FROM "Album" WHERE "artist_id" = ?)", "0"},
        {sql::select_related(f.sqlite, album, of, 2),
         R"(SELECT DISTINCT "artist_id" FROM "Album" WHERE "id" IN (?, ?) AND "artist_id" IS NOT NULL)", "01"},
        {sql::find_any_related(f.sqlite, artist, albums, 1), R"(SELECT 1 FROM "Album" WHERE "artist_id" = ? LIMIT 1)", "0"},
        {sql::unlink_all(f.sqlite, artist, albums, 1), R"(UPDATE "Album" SET "artist_id" = NULL WHERE "artist_id" = ?)", "0"},
        {sql::unlink_all(f.sqlite, album, of, 1), R"(UPDATE "Album" SET "artist_id" = NULL WHERE "id" = ?)", "0"},
        {sql::unlink(f.sqlite, artist, albums), R"(UPDATE "Album" SET "artist_id" = NULL WHERE "artist_id" = ? AND "id" = ?)",
         "01"},
        {sql::link(f.sqlite, artist, albums, 2), R"(UPDATE "Album" SET "artist_id" = ? WHERE "id" IN (?, ?))", "012"},
        {sql::link(f.sqlite, album, of, 1), R"(UPDATE "Album" SET "artist_id" = ? WHERE "id" = ?)", "10"},
        {sql::select_id_and_connected(f.sqlite, artist, albums, f.field("Album", "id")),
         R"(SELECT t0."id", CASE WHEN t0."artist_id" = ? THEN 1 ELSE 0 END FROM "Album" AS t0 WHERE t0."id" = ?)", "10"},
        {sql::select_id_and_connected(f.sqlite, album, of, f.field("Artist", "name")),
         R"(SELECT t0."id", CASE WHEN EXISTS (SELECT 1 FROM "Album" AS t1 WHERE t1."id" = ? AND t1."artist_id" = t0."id") THEN 1 ELSE 0 END FROM "Artist" AS t0 WHERE t0."name" = ?)",
         "10"},
    };
    for (auto const& c : cases) {
        CHECK(c.made.text() == c.text);
        CHECK(inputs(c.made) == c.inputs);
    }
}

TEST_CASE("sql::mutate: relation tables", "[sql][mutate]") {
    fixture const f;
    auto const track = f.model("Track");
    auto const playlists = f.field("Track", "playlists");
    CHECK(
        sql::select_related(f.postgres, track, playlists, 1).text() ==
        R"(SELECT DISTINCT "A" FROM "music$dev"."_PlaylistToTrack" WHERE "B" = $1)"
    );
    auto const link = sql::link(f.postgres, track, playlists, 2);
    CHECK(
        link.text() == R"(INSERT INTO "music$dev"."_PlaylistToTrack" ("B", "A") VALUES ($1, $2), ($3, $4) ON CONFLICT DO NOTHING)"
    );
    CHECK(inputs(link) == "0102");
    CHECK(
        sql::unlink(f.postgres, track, playlists).text() ==
        R"(DELETE FROM "music$dev"."_PlaylistToTrack" WHERE "B" = $1 AND "A" = $2)"
    );
}

TEST_CASE("sql::mutate: sets of records", "[sql][mutate]") {
    fixture const f;
    auto const name = f.field("Track", "name");
    auto const filter = test::compare(name, plan::comparison::equal, {plan::operand::at(0)});
    sql::record_set set;
    set.model = f.model("Track");
    std::array const fields{name};
    CHECK(sql::count_records(f.sqlite, set).text() == R"(SELECT count(*) FROM "Track" AS t0 WHERE 1 = 1)");
    set.filter = &filter;
    CHECK(sql::update_records(f.sqlite, set, fields).text() == R"(UPDATE "Track" AS t0 SET "name" = ? WHERE t0."name" = ?)");
    set.parent_model = f.model("Playlist");
    set.parent_field = f.field("Playlist", "tracks");
    CHECK(
        sql::delete_records(f.sqlite, set).text() ==
        R"(DELETE FROM "Track" AS t0 WHERE t0."id" IN (SELECT "B" FROM "_PlaylistToTrack" WHERE "A" = ?) AND t0."name" = ?)"
    );
    set.parent_model = f.model("Album");
    set.parent_field = f.field("Album", "tracks");
    CHECK(
        sql::select_ids(f.sqlite, set).text() == R"(SELECT t0."id" FROM "Track" AS t0 WHERE t0."album" = ? AND t0."name" = ?)"
    );
    auto const tags = f.field("Track", "tags");
    CHECK(
        sql::delete_list_values(f.sqlite, set, tags).text() ==
        R"(DELETE FROM "Track_tags" WHERE "nodeId" IN (SELECT t0."id" FROM "Track" AS t0 WHERE t0."album" = ? AND t0."name" = ?))"
    );
    set.parent_input = 1;
    auto const value = sql::insert_list_value(f.sqlite, set, tags, 1);
    CHECK(
        value.text() ==
        R"(INSERT INTO "Track_tags" ("nodeId", "position", "value") SELECT t0."id", 2000, ? FROM "Track" AS t0 WHERE t0."album" = ? AND t0."name" = ?)"
    );
    CHECK(inputs(value) == "01o");
}

TEST_CASE("sql::mutate: scalar lists and everything", "[sql][mutate]") {
    fixture const f;
    auto const tags = f.field("Track", "tags");
    CHECK(
        sql::insert_list_values(f.sqlite, f.model("Track"), tags, 1, 2).text() ==
        R"(INSERT INTO "Track_tags" ("nodeId", "position", "value") VALUES (?, 2000, ?), (?, 3000, ?))"
    );
    auto const truncate = sql::delete_everything(f.postgres);
    REQUIRE(truncate.size() == 1);
    CHECK(
        truncate.front().text() ==
        R"(TRUNCATE TABLE "music$dev"."_PlaylistToTrack", "music$dev"."Track_tags", "music$dev"."Artist", "music$dev"."Album", "music$dev"."Track", "music$dev"."Playlist" CASCADE)"
    );
    CHECK(sql::delete_everything(f.sqlite).size() == 6);
    CHECK(sql::max_ids(f.sqlite) * 2 <= sql::sqlite.max_parameters);
}
