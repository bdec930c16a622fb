// Test that the header is self-contained.
#include <refract/sql/select.hpp>

#include "music.hpp"

using namespace refract;

namespace {

plan::item scalar(datamodel::model const& m, std::string const& name) {
    plan::item i;
    i.key = '"' + name + "\":";
    i.field = m.find_index(name);
    return i;
}

/// `{ artists(first: 2) { name albums { title artist { name } tracks(skip: 1) { tags } } } }`
plan::read three_levels(datamodel::datamodel const& dm) {
    auto const& artist = dm.models[dm.find_model("Artist")];
    auto const& album = dm.models[dm.find_model("Album")];
    auto const& track = dm.models[dm.find_model("Track")];
    auto tracks = std::make_unique<plan::read>();
    tracks->model = dm.find_model("Track");
    tracks->order.push_back({track.id_field, false});
    tracks->page.skip = plan::operand::at(1);
    auto tags = scalar(track, "tags");
    tags.kind = plan::item_kind::scalar_list;
    tracks->select.items.push_back(std::move(tags));

    auto by = std::make_unique<plan::read>();
    by->model = dm.find_model("Artist");
    by->select.items.push_back(scalar(artist, "name"));

    auto albums = std::make_unique<plan::read>();
    albums->model = dm.find_model("Album");
    albums->order.push_back({album.id_field, false});
    albums->select.items.push_back(scalar(album, "title"));
    auto album_artist = scalar(album, "artist");
    album_artist.kind = plan::item_kind::to_one;
    album_artist.read = std::move(by);
    albums->select.items.push_back(std::move(album_artist));
    auto album_tracks = scalar(album, "tracks");
    album_tracks.kind = plan::item_kind::to_many;
    album_tracks.read = std::move(tracks);
    albums->select.items.push_back(std::move(album_tracks));

    plan::read root;
    root.model = dm.find_model("Artist");
    root.order = {{artist.find_index("name"), true}, {artist.id_field, false}};
    root.page.first = plan::operand::at(0);
    root.select.items.push_back(scalar(artist, "name"));
    auto artist_albums = scalar(artist, "albums");
    artist_albums.kind = plan::item_kind::to_many;
    artist_albums.read = std::move(albums);
    root.select.items.push_back(std::move(artist_albums));
    return root;
}

/// `{ albums(orderBy: title_ASC) { artist { name } } }`
plan::read albums_with_artists(datamodel::datamodel const& dm) {
    auto const& album = dm.models[dm.find_model("Album")];
    auto artist = std::make_unique<plan::read>();
    artist->model = dm.find_model("Artist");
    artist->select.items.push_back(scalar(dm.models[artist->model], "name"));
    auto item = scalar(album, "artist");
    item.kind = plan::item_kind::to_one;
    item.read = std::move(artist);
    plan::read root;
    root.model = dm.find_model("Album");
    root.order = {{album.find_index("title"), false}, {album.id_field, false}};
    root.select.items.push_back(std::move(item));
    return root;
}

std::vector<std::string> texts(sql::dialect const& d) {
    auto const dm = test::music();
    auto root = three_levels(dm);
    sql::target const t{&dm, "s", &d};
    auto const compiled = sql::compile_select(root, sql::level_kind::list, t);
    std::vector<std::string> out;
    for (auto const& l : compiled.levels) {
        out.push_back(l.text.text());
    }
    return out;
}

} // namespace

TEST_CASE("sql::compile_select: one statement per list, children joined to their parents' page", "[sql][select]") {
    auto const sql = texts(sql::postgres);
    REQUIRE(sql.size() == 4);
    std::string const artists = R"((SELECT t1.* FROM "s"."Artist" t1 ORDER BY t1."name" DESC, t1."id" LIMIT $1) t0)";
    CHECK(sql[0] == R"(SELECT t0."name", t0."id" FROM )" + artists + R"( ORDER BY t0."name" DESC, t0."id")");
    std::string const of_artists = R"( JOIN (SELECT t0."id" FROM )" + artists + R"() t4(k) ON t4.k = t2."artist_id")";
    CHECK(
        sql[1] == R"(SELECT t2."artist_id", t2."title", t5."name", t2."id" FROM "s"."Album" t2)" + of_artists +
                      R"( LEFT JOIN "s"."Artist" t5 ON t5."id" = t2."artist_id" ORDER BY t2."id")"
    );
    std::string const pages = R"((SELECT t2."id" FROM "s"."Album" t2)" + of_artists +
                              R"() t8(k) CROSS JOIN LATERAL (SELECT t9.* FROM "s"."Track" t9 WHERE t9."album" = t8.k)"
                              R"( ORDER BY t9."id" OFFSET $2) t6)";
    CHECK(sql[2] == R"(SELECT t8.k, t6."id" FROM )" + pages + R"( ORDER BY t6."id")");
    CHECK(
        sql[3] == R"(SELECT t10."nodeId", t10."value" FROM "s"."Track_tags" t10 WHERE t10."nodeId" IN (SELECT t6."id" FROM )" + pages +
                      R"() ORDER BY t10."position")"
    );
}

TEST_CASE("sql::compile_select: a known page length stands in the text, a page of scalars needs no subquery", "[sql][select]") {
    auto const dm = test::music();
    sql::target const t{&dm, "s", &sql::postgres};
    auto const& artist = dm.models[dm.find_model("Artist")];
    auto const page = [&](plan::operand first, plan::operand skip) {
        plan::read r;
        r.model = dm.find_model("Artist");
        r.order = {{artist.id_field, false}};
        r.page.first = std::move(first);
        r.page.skip = std::move(skip);
        r.select.items.push_back(scalar(artist, "name"));
        return sql::compile_select(r, sql::level_kind::list, t).levels.at(0).text.text();
    };
    auto const number = [](std::int64_t n) { return plan::operand::of(db::value::integer(n)); };
    std::string const all = R"(SELECT t0."name" FROM "s"."Artist" t0 ORDER BY t0."id")";
    CHECK(page(number(20), number(0)) == all + " LIMIT 20");
    CHECK(page(number(20), number(7)) == all + " LIMIT 20 OFFSET 7");
    CHECK(page(plan::operand::at(0), plan::operand::at(1)) == all + " LIMIT $1 OFFSET $2");
    CHECK(page(number(-1), number(0)) == all + " LIMIT $1"); // refused before it runs
}

TEST_CASE("sql::compile_select: a connection of which only the count is selected reads no rows", "[sql][select]") {
    auto const dm = test::music();
    sql::target const t{&dm, "s", &sql::postgres};
    plan::read r;
    r.model = dm.find_model("Artist");
    r.order = {{dm.models[r.model].id_field, false}};
    r.connection = std::make_unique<plan::connection>();
    plan::connection_part count;
    count.kind = plan::connection_part_kind::aggregate;
    r.connection->parts.push_back(std::move(count));
    auto const compiled = sql::compile_select(r, sql::level_kind::list, t);
    CHECK(compiled.levels.empty());
    REQUIRE(compiled.count);
    CHECK(compiled.count->text() == R"(SELECT count(*) FROM "s"."Artist" t0)");
}

TEST_CASE("sql::compile_select: nested statements take their parent's key", "[sql][select]") {
    auto const sql = texts(sql::sqlite);
    REQUIRE(sql.size() == 4);
    CHECK(sql[0] == R"(SELECT t0."name", t0."id" FROM "Artist" t0 ORDER BY t0."name" DESC, t0."id" LIMIT ?)");
    CHECK(
        sql[1] == R"(SELECT t1."title", t3."name", t1."id" FROM "Album" t1)"
                  R"( LEFT JOIN "Artist" t3 ON t3."id" = t1."artist_id" WHERE t1."artist_id" = ? ORDER BY t1."id")"
    );
    CHECK(sql[2] == R"(SELECT t4."id" FROM "Track" t4 WHERE t4."album" = ? ORDER BY t4."id" LIMIT -1 OFFSET ?)");
    CHECK(sql[3] == R"(SELECT t6."nodeId", t6."value" FROM "Track_tags" t6 WHERE t6."nodeId" = ? ORDER BY t6."position")");
}

TEST_CASE("sql::compile_select: a page with joins is sorted once when it is stepped in its order", "[sql][select]") {
    auto const dm = test::music();
    for (auto const* dialect : {&sql::sqlite, &sql::postgres}) {
        auto root = albums_with_artists(dm);
        root.page.first = plan::operand::at(0);
        sql::target const t{&dm, "", dialect};
        auto const compiled = sql::compile_select(root, sql::level_kind::list, t);
        bool const nested = dialect->nested_cursors;
        CHECK(
            compiled.levels.front().text.text() ==
            R"(SELECT t2."name" FROM (SELECT t1.* FROM "Album" t1 ORDER BY t1."title", t1."id" LIMIT )" +
                std::string(nested ? "?" : "$1") + R"() t0 LEFT JOIN "Artist" t2 ON t2."id" = t0."artist_id")" +
                (nested ? "" : R"( ORDER BY t0."title", t0."id")")
        );
    }
}

TEST_CASE("sql::compile_select: a skip of nothing makes no page, so the statement itself is ordered", "[sql][select]") {
    auto const dm = test::music();
    for (auto const* dialect : {&sql::sqlite, &sql::postgres}) {
        auto root = albums_with_artists(dm);
        root.page.skip = plan::operand::of(db::value::integer(0));
        sql::target const t{&dm, "", dialect};
        auto const compiled = sql::compile_select(root, sql::level_kind::list, t);
        // SQLite drops the ORDER BY of a subquery without LIMIT that is joined: rows came in the order of an index on the link.
        CHECK(
            compiled.levels.front().text.text() ==
            R"(SELECT t1."name" FROM "Album" t0 LEFT JOIN "Artist" t1 ON t1."id" = t0."artist_id" ORDER BY t0."title", t0."id")"
        );
        CHECK(compiled.checks.size() == 1);
    }
}
