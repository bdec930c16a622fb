// Test that the header is self-contained.
#include <refract/sql/impl/search_condition.hpp>
#include <refract/sql/mutate.hpp>
#include <refract/sql/select.hpp>

#include <algorithm>

#include "music.hpp"

using namespace refract;
using plan::comparison;
using sql::detail::search;

namespace {

struct fixture : test::music_targets {
    fixture() : music_targets("s") {}

    datamodel::index track = model("Track");

    [[nodiscard]] plan::filter relation(std::string_view m, std::string_view name, plan::filter child) const {
        plan::filter f;
        f.kind = plan::filter_kind::relation;
        f.field = field(m, name);
        f.quantifier = plan::quantifier::some;
        f.children.push_back(std::move(child));
        return f;
    }
    [[nodiscard]] plan::filter compare(std::string_view m, std::string_view name, comparison op, std::uint32_t slot) const {
        return test::compare(field(m, name), op, {plan::operand::at(slot)});
    }
    [[nodiscard]] plan::filter in_playlist(std::uint32_t slot) const {
        return relation("Track", "playlists", compare("Playlist", "id", comparison::equal, slot));
    }
    [[nodiscard]] plan::filter by_artist(std::uint32_t slot) const {
        return relation("Track", "album", relation("Album", "artist", compare("Artist", "name", comparison::equal, slot)));
    }
    [[nodiscard]] plan::filter named(std::uint32_t slot) const { return compare("Track", "name", comparison::contains, slot); }

    [[nodiscard]] std::string condition(plan::filter const& f, search how, sql::target const& t) const {
        sql::fragment out(*t.dialect);
        sql::alias_counter aliases{1};
        sql::detail::condition_writer(out, t, aliases, how).write(track, 0, f, false);
        return out.text();
    }
    [[nodiscard]] std::string page(plan::filter f, sql::target const& t, bool first = true) const {
        return level(std::move(f), t, dm.models[track].id_field, first).text.text();
    }
    [[nodiscard]] sql::level level(plan::filter f, sql::target const& t, datamodel::index order, bool first = true) const {
        plan::read r;
        r.model = track;
        r.where = std::move(f);
        r.order = {{order, false}};
        if (first) {
            r.page.first = plan::operand::at(9);
        }
        plan::item name;
        name.key = "\"name\":";
        name.field = field("Track", "name");
        r.select.items.push_back(std::move(name));
        auto compiled = sql::compile_select(r, sql::level_kind::list, t);
        return std::move(compiled.levels.at(0));
    }
};

plan::filter combine(plan::filter_kind kind, std::vector<plan::filter> children) {
    plan::filter f;
    f.kind = kind;
    f.children = std::move(children);
    return f;
}

std::size_t count(std::string_view text, std::string_view word) {
    std::size_t n = 0;
    for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
        ++n;
    }
    return n;
}

} // namespace

TEST_CASE("sql: what leaves few records by an index there always is", "[sql][search]") {
    fixture const x;
    auto const selective = [&](plan::filter const& f) { return sql::detail::is_selective(x.postgres, x.track, f); };
    using enum plan::filter_kind;
    CHECK(selective(x.compare("Track", "id", comparison::equal, 0)));
    CHECK(selective(x.in_playlist(0)));
    CHECK(selective(x.by_artist(0)));
    CHECK(selective(combine(all, {x.named(0), x.in_playlist(1)})));
    CHECK(selective(combine(any, {x.by_artist(0), x.in_playlist(1)})));
    CHECK(selective(x.relation("Track", "album", x.relation("Album", "artist", x.compare("Artist", "name", comparison::in, 0)))));
    CHECK_FALSE(selective(x.relation("Track", "album", x.compare("Album", "title", comparison::in, 0))));
    CHECK_FALSE(selective(x.named(0)));
    CHECK_FALSE(selective(combine(any, {x.named(0), x.in_playlist(1)})));
    CHECK_FALSE(selective(combine(any, {})));
    CHECK_FALSE(selective(combine(negation, {x.in_playlist(0)})));
    auto none = x.in_playlist(0);
    none.quantifier = plan::quantifier::none;
    CHECK_FALSE(selective(none));
}

TEST_CASE("sql: SQLite collects what relations lead to; what is probed stays EXISTS", "[sql][search]") {
    fixture const x;
    auto const rows = x.in_playlist(0);
    CHECK(
        x.condition(rows, search::selective, x.sqlite) ==
        R"(t0."id" IN (SELECT t1."B" FROM "_PlaylistToTrack" t1 WHERE t1."A" = ?))"
    );
    CHECK(x.condition(rows, search::probe, x.sqlite).starts_with("EXISTS"));
    CHECK(x.condition(rows, search::selective, x.postgres).starts_with("EXISTS")); // a semi-join there
    CHECK(
        x.condition(x.by_artist(0), search::selective, x.sqlite) ==
        R"(t0."album" IN (SELECT t1."id" FROM "Album" t1 WHERE t1."artist_id" = (SELECT t2."id" FROM "Artist" t2 WHERE t2."name" = ? LIMIT 1)))"
    );
    CHECK(
        x.condition(
            x.relation("Track", "album", x.relation("Album", "artist", x.compare("Artist", "name", comparison::in, 0))),
            search::selective, x.sqlite
        ) ==
        R"(t0."album" IN (SELECT t1."id" FROM "Album" t1 WHERE t1."artist_id" IN (SELECT t2."id" FROM "Artist" t2 WHERE t2."name" IN (?))))"
    );
    auto const unselective = x.relation("Track", "playlists", x.compare("Playlist", "name", comparison::contains, 0));
    CHECK(x.condition(unselective, search::selective, x.sqlite).starts_with("EXISTS"));
    CHECK(
        x.condition(unselective, search::everywhere, x.sqlite) ==
        R"(t0."id" IN (SELECT t2."B" FROM "Playlist" t1 JOIN "_PlaylistToTrack" t2 ON t2."A" = t1."id" WHERE t1."name" LIKE '%' || ? || '%' ESCAPE '!'))"
    );
    // Beside something selective it is looked up for the few that leaves.
    auto const both = combine(plan::filter_kind::all, {x.by_artist(0), unselective});
    CHECK(count(x.condition(both, search::everywhere, x.sqlite), "EXISTS") == 1);
    // NULL in such a list would make the condition unknown, and so its negation.
    CHECK(count(x.condition(combine(plan::filter_kind::negation, {x.by_artist(0)}), search::everywhere, x.sqlite), " IN (") == 0);
    auto every = unselective;
    every.quantifier = plan::quantifier::every;
    CHECK(x.condition(every, search::everywhere, x.sqlite).starts_with("NOT EXISTS"));
}

TEST_CASE("sql: an OR over relations is a union of its branches on PostgreSQL, if all are selective", "[sql][search]") {
    fixture const x;
    using enum plan::filter_kind;
    auto const either =
        combine(any, {x.in_playlist(0), x.relation("Track", "album", x.compare("Album", "id", comparison::equal, 1))});
    CHECK(
        x.condition(either, search::everywhere, x.postgres) ==
        R"(t0."id" IN (SELECT t1."id" FROM "s"."Track" t1 WHERE EXISTS (SELECT 1 FROM "s"."_PlaylistToTrack" t2 WHERE t2."B" = t1."id" AND t2."A" = $1))"
        R"( UNION ALL SELECT t3."id" FROM "s"."Track" t3 WHERE t3."album" = $2))"
    );
    CHECK(count(x.condition(either, search::probe, x.postgres), "UNION") == 0);
    CHECK(count(x.condition(either, search::everywhere, x.sqlite), "UNION") == 0); // it reads several indexes for one OR
    CHECK(count(x.condition(combine(any, {x.in_playlist(0), x.named(1)}), search::everywhere, x.postgres), "UNION") == 0);
    auto const columns = combine(any, {x.compare("Track", "id", comparison::equal, 0), either.children[1]});
    CHECK(count(x.condition(columns, search::everywhere, x.postgres), "UNION") == 0); // a bitmap of two indexes
    CHECK(count(x.condition(combine(negation, {either}), search::everywhere, x.postgres), "UNION") == 0);
}

TEST_CASE("sql: a page is collected or walked, as there are few or many", "[sql][search]") {
    fixture const x;
    using enum plan::filter_kind;
    auto const by_playlist = x.page(x.in_playlist(0), x.sqlite);
    CHECK(count(by_playlist, " LIMIT CASE WHEN (SELECT count(*) FROM (") == 1);
    CHECK(count(by_playlist, " LIMIT CASE WHEN NOT ((SELECT count(*) FROM (") == 1);
    CHECK(count(by_playlist, " IN (SELECT ") == 1);
    CHECK(count(by_playlist, "EXISTS (") == 1);
    CHECK(count(by_playlist, " LIMIT 1001) AS few) <= 1000") == 2);
    CHECK(by_playlist.ends_with(R"() t0 ORDER BY t0."id")"));
    // Without an end all matches are wanted: collected. So it is with two ways to find them.
    CHECK(count(x.page(x.in_playlist(0), x.sqlite, false), "UNION ALL") == 0);
    CHECK(count(x.page(combine(all, {x.in_playlist(0), x.by_artist(1), x.named(2)}), x.sqlite), "UNION ALL") == 2);
    // One record is found by its id, whatever else is asked of it.
    CHECK(
        count(x.page(combine(all, {x.compare("Track", "id", comparison::equal, 0), x.in_playlist(1)}), x.sqlite), "UNION ALL") ==
        0
    );
    // PostgreSQL knows semi-joins, but not below OR.
    CHECK(count(x.page(x.in_playlist(0), x.postgres), "UNION ALL") == 0);
    auto const either = x.page(combine(any, {x.in_playlist(0), x.by_artist(1)}), x.postgres);
    CHECK(count(either, "UNION ALL") == 2); // of the pages, and of the branches
    CHECK(count(either, " LIMIT 1001) AS few) <= 1000") == 4);
}

TEST_CASE("sql: a page of records without a related one does not sort all of them on SQLite", "[sql][search]") {
    fixture const x;
    plan::filter absent;
    absent.kind = plan::filter_kind::relation;
    absent.field = x.field("Track", "album");
    absent.quantifier = plan::quantifier::absent;
    auto const text = x.page(absent, x.sqlite);
    CHECK(count(text, R"(WHERE +t)") == 1);
    CHECK(count(text, "UNION ALL") == 1);
    CHECK(count(x.page(absent, x.sqlite, false), "+t") == 0);
    CHECK(count(x.page(absent, x.postgres), "UNION ALL") == 0);
}

TEST_CASE("sql: writes of many records collect them, but for those of one parent", "[sql][search]") {
    fixture const x;
    auto const filter = x.in_playlist(0);
    sql::record_set set;
    set.model = x.track;
    set.filter = &filter;
    CHECK(count(sql::delete_records(x.sqlite, set).text(), " IN (SELECT ") == 1);
    set.parent_model = x.model("Album");
    set.parent_field = x.field("Album", "tracks");
    CHECK(count(sql::delete_records(x.sqlite, set).text(), "EXISTS (") == 1);
}

TEST_CASE("sql::compile_select: a page is planned for its values where they decide the plan", "[sql][select]") {
    fixture const f;
    auto const id = f.dm.models[f.track].id_field;
    auto const name = f.field("Track", "name");
    auto const decide = [&](plan::filter filter, datamodel::index order, bool first = true) {
        return f.level(std::move(filter), f.postgres, order, first).values_decide;
    };
    auto const by_id = [&](comparison op) { return f.compare("Track", "id", op, 0); };
    CHECK(decide(f.named(0), id));            // walked by the index until the page is full, or collected and sorted
    CHECK_FALSE(decide(f.named(0), name));    // sorted anyway
    CHECK_FALSE(decide(f.named(0), id, false)); // all that match
    CHECK_FALSE(decide(by_id(comparison::equal), id));
    CHECK(decide(by_id(comparison::greater), name)); // by the index, or not
    CHECK(decide(f.relation("Track", "album", f.compare("Album", "title", comparison::contains, 0)), name)); // from either end
    CHECK_FALSE(decide(f.in_playlist(0), name));
}
