// Test that the header is self-contained.
#include <refract/sql/direct_write.hpp>

#include <initializer_list>
#include <optional>
#include <sql/music.hpp>
#include <string>
#include <string_view>
#include <utility>

using namespace refract;

namespace {

struct fixture : test::music_targets {
    fixture() : music_targets("m") {}

    [[nodiscard]] plan::read answer(std::string_view m, std::initializer_list<std::string_view> fields) const {
        plan::read out;
        out.model = model(m);
        for (auto const f : fields) {
            plan::item i;
            i.field = field(m, f);
            i.key = "k";
            if (dm.field_at(out.model, i.field).is_relation()) {
                i.kind = plan::item_kind::to_one;
                i.read =
                    std::make_unique<plan::read>(answer(dm.models[dm.field_at(out.model, i.field).related_model].name, {"name"}));
            }
            out.select.items.push_back(std::move(i));
        }
        return out;
    }

    [[nodiscard]] plan::create create(std::string_view m, std::initializer_list<std::string_view> fields) const {
        plan::create out;
        out.model = model(m);
        for (auto const f : fields) {
            auto const value = f == "id" ? plan::operand::generated(plan::operand_kind::new_id) : plan::operand::at(0);
            out.values.push_back({field(m, f), value});
        }
        return out;
    }

    [[nodiscard]] plan::write_root root(plan::write_kind kind, std::string_view m) const {
        plan::write_root out;
        out.kind = kind;
        out.model = model(m);
        out.answer_id_slot = 7;
        if (kind != plan::write_kind::create) {
            out.where = plan::selector{field(m, "id"), plan::operand::at(1)};
        }
        return out;
    }
};

std::string text(std::optional<sql::direct_write> const& w) {
    return w ? w->text.text() : "in steps";
}

} // namespace

TEST_CASE("sql::compile_direct_write: a row of scalars is one plain statement", "[sql][mutate]") {
    fixture const f;
    auto root = f.root(plan::write_kind::create, "Artist");
    root.create_data = f.create("Artist", {"id", "name"});
    auto answer = f.answer("Artist", {"name", "id"});
    auto const made = sql::compile_direct_write(root, &answer, f.postgres);
    CHECK(text(made) == R"(INSERT INTO "m"."Artist" AS t0 ("id", "name") VALUES ($1, $2) RETURNING t0."name", t0."id")");
    REQUIRE(made->id);
    CHECK(made->id->kind == plan::operand_kind::new_id);
    CHECK(made->text.parameters()[0].operand.slot == 7);
    CHECK(
        text(sql::compile_direct_write(root, &answer, f.sqlite)) ==
        R"(INSERT INTO "Artist" AS t0 ("id", "name") VALUES (?, ?) RETURNING "name", "id")"
    );

    root = f.root(plan::write_kind::update, "Artist");
    root.update_data = plan::update{root.model, {{f.field("Artist", "name"), plan::operand::at(0)}}, {}, {}};
    CHECK(
        text(sql::compile_direct_write(root, &answer, f.postgres)) ==
        R"(UPDATE "m"."Artist" AS t0 SET "name" = $1 WHERE t0."id" = $2 RETURNING t0."name", t0."id")"
    );
    root = f.root(plan::write_kind::remove, "Artist");
    CHECK(
        text(sql::compile_direct_write(root, &answer, f.sqlite)) ==
        R"(DELETE FROM "Artist" AS t0 WHERE t0."id" = ? RETURNING "name", "id")"
    );
}

TEST_CASE("sql::compile_direct_write: links in the row are looked up in the statement", "[sql][mutate]") {
    fixture const f;
    auto root = f.root(plan::write_kind::create, "Album");
    root.create_data = f.create("Album", {"id", "title"});
    plan::relation_write artist;
    artist.field = f.field("Album", "artist");
    artist.connects.push_back({f.field("Artist", "name"), plan::operand::at(2)});
    root.create_data->relations.push_back(artist);
    auto plain = f.answer("Album", {"title"});
    CHECK(
        text(sql::compile_direct_write(root, &plain, f.sqlite)) ==
        R"(INSERT INTO "Album" AS t0 ("id", "title", "artist_id") SELECT ?, ?, k1."id" FROM "Artist" k1 WHERE k1."name" = ? RETURNING "title")"
    );
    auto joined = f.answer("Album", {"title", "artist"});
    CHECK(
        text(sql::compile_direct_write(root, &joined, f.postgres)) ==
        R"(WITH t0 AS (INSERT INTO "m"."Album" AS t0 ("id", "title", "artist_id") SELECT $1, $2, k1."id" FROM "m"."Artist" k1 )"
        R"(WHERE k1."name" = $3 RETURNING t0.*) SELECT t0."title", t1."name" FROM t0 )"
        R"(LEFT JOIN "m"."Artist" t1 ON t1."id" = t0."artist_id")"
    );
    auto again = f.answer("Album", {"title", "artist"});
    CHECK(text(sql::compile_direct_write(root, &again, f.sqlite)) == "in steps");
}

TEST_CASE(
    "sql::compile_direct_write: records alike share an INSERT whose parameters are of the columns' types", "[sql][mutate]"
) {
    fixture const f;
    auto root = f.root(plan::write_kind::create, "Artist");
    root.create_data = f.create("Artist", {"name"});
    plan::relation_write albums;
    albums.field = f.field("Artist", "albums");
    albums.creates.push_back(f.create("Album", {"title"}));
    albums.creates.push_back(f.create("Album", {"title"}));
    root.create_data->relations.push_back(albums);
    auto answer = f.answer("Artist", {"name"});
    CHECK(
        text(sql::compile_direct_write(root, &answer, f.postgres)) ==
        R"(WITH t0 AS (INSERT INTO "m"."Artist" AS t0 ("name") VALUES ($1) RETURNING t0."id", t0."name"), )"
        R"(n1 AS (INSERT INTO "m"."Album" AS t0 ("title", "artist_id") SELECT v.c0, t0."id" FROM t0, )"
        R"((VALUES ((NULL::"m"."Album")."title", 0), ($2, 1), ($3, 2)) v(c0, n) WHERE v.n > 0 RETURNING t0."id") )"
        R"(SELECT t0."name" FROM t0)"
    );
    root.create_data->relations.front().creates.back() = f.create("Album", {"title", "year"});
    CHECK(text(sql::compile_direct_write(root, &answer, f.postgres)) == "in steps"); // they are not alike
}

TEST_CASE("sql::compile_direct_write: a list of new records is answered with the rows they are", "[sql][mutate]") {
    fixture const f;
    auto root = f.root(plan::write_kind::create, "Artist");
    root.create_data = f.create("Artist", {"name"});
    plan::relation_write albums;
    albums.field = f.field("Artist", "albums");
    albums.creates = {f.create("Album", {"title"}), f.create("Album", {"title"})};
    root.create_data->relations.push_back(albums);
    auto const answer = [&] {
        auto out = f.answer("Artist", {"name"});
        auto& list = out.select.items.emplace_back();
        list.kind = plan::item_kind::to_many;
        list.field = f.field("Artist", "albums");
        list.read = std::make_unique<plan::read>(f.answer("Album", {"title", "id"}));
        list.read->order = {{f.field("Album", "year"), true}, {f.field("Album", "id"), false}};
        return out;
    };
    auto asked = answer();
    auto const made = sql::compile_direct_write(root, &asked, f.postgres);
    CHECK(
        text(made).substr(text(made).find(" SELECT t0.\"name\"")) ==
        R"( SELECT t0."name", t0."id", n1."artist_id", n1."title", n1."id" FROM t0 LEFT JOIN n1 ON TRUE ORDER BY n1."year" DESC, n1."id")"
    );
    REQUIRE(made->answer.levels.size() == 2);
    auto const& list = made->answer.levels[1];
    CHECK(list.beside == 0U);
    CHECK(list.key_column == 2);
    CHECK(list.object.items[1].column == 4);
    CHECK(made->columns.size() == 5);

    // A page of them, or one part of a larger answer: read behind the write.
    asked = answer();
    asked.select.items.back().read->page.first = plan::operand::at(2);
    CHECK(text(sql::compile_direct_write(root, &asked, f.postgres)).find("set_config") != std::string::npos);
    asked = answer();
    asked.select.items.back().read->select = f.answer("Album", {"title", "artist"}).select;
    CHECK(text(sql::compile_direct_write(root, &asked, f.postgres)).find("set_config") != std::string::npos);
    root.create_data->relations.front().connects.push_back(plan::selector{f.field("Album", "id"), plan::operand::at(3)});
    asked = answer();
    CHECK(text(sql::compile_direct_write(root, &asked, f.postgres)) == "in steps"); // others' rows are not among the new ones
}

TEST_CASE("sql::compile_direct_write: what takes from others is written in steps", "[sql][mutate]") {
    fixture const f;
    auto answer = f.answer("Track", {"name"});
    auto root = f.root(plan::write_kind::update, "Track");
    root.update_data = plan::update{root.model, {}, {}, {}};
    CHECK(text(sql::compile_direct_write(root, &answer, f.postgres)) == "in steps"); // nothing to set
    root.update_data->lists.push_back({f.field("Track", "tags"), {plan::operand::at(0)}});
    CHECK(text(sql::compile_direct_write(root, &answer, f.postgres)) == "in steps");
    CHECK(text(sql::compile_direct_write(f.root(plan::write_kind::remove, "Track"), &answer, f.postgres)) == "in steps");
    root.update_data->lists.clear();
    plan::relation_write playlists;
    playlists.field = f.field("Track", "playlists");
    playlists.removes.push_back(plan::selector{f.field("Playlist", "id"), plan::operand::at(0)});
    root.update_data->relations.push_back(playlists);
    CHECK(text(sql::compile_direct_write(root, &answer, f.postgres)) == "in steps");
}
