// Test that the header is self-contained.
#include <refract/sql/condition.hpp>

#include "music.hpp"

using namespace refract;
using plan::comparison;
using plan::filter_kind;

namespace {

std::string condition(plan::filter const& f, sql::dialect const& d = sql::postgres) {
    auto const dm = test::music();
    sql::target const t{&dm, "s", &d};
    sql::fragment out(d);
    sql::alias_counter aliases{1};
    sql::append_condition(out, t, dm.find_model("Album"), 0, f, aliases);
    return out.text();
}

plan::filter relation(datamodel::index field, plan::quantifier q, plan::filter child) {
    plan::filter f;
    f.kind = filter_kind::relation;
    f.field = field;
    f.quantifier = q;
    f.children.push_back(std::move(child));
    return f;
}

} // namespace

TEST_CASE("sql::append_condition: comparisons", "[sql][condition]") {
    struct {
        comparison op;
        std::string_view sql;
    } const cases[] = {
        {comparison::equal, R"(t0."title" = $1)"},
        {comparison::not_equal, R"(t0."title" <> $1)"},
        {comparison::less_or_equal, R"(t0."title" <= $1)"},
        {comparison::contains, R"(t0."title" LIKE '%' || $1 || '%' ESCAPE '!')"},
        {comparison::not_starts_with, R"(t0."title" NOT LIKE $1 || '%' ESCAPE '!')"},
        {comparison::ends_with, R"(t0."title" LIKE '%' || $1 ESCAPE '!')"},
        {comparison::in, R"(t0."title" IN ($1))"},
        {comparison::is_null, R"(t0."title" IS NULL)"},
    };
    for (auto const& c : cases) {
        DYNAMIC_SECTION(c.sql) { CHECK(condition(test::compare(1, c.op, {plan::operand::at(0)})) == c.sql); }
    }
}

TEST_CASE("sql::append_condition: empty combinations and lists are constants", "[sql][condition]") {
    plan::filter all;
    CHECK(condition(all) == "1 = 1");
    plan::filter any;
    any.kind = filter_kind::any;
    CHECK(condition(any) == "1 = 0");
    CHECK(condition(test::compare(1, comparison::in, {})) == "(1 = 0)");
    CHECK(condition(test::compare(1, comparison::not_in, {})) == "(1 = 1)");
}

TEST_CASE("sql::append_condition: combinations nest", "[sql][condition]") {
    plan::filter any;
    any.kind = filter_kind::any;
    any.children.push_back(test::compare(1, comparison::equal, {plan::operand::at(0)}));
    plan::filter negation;
    negation.kind = filter_kind::negation;
    negation.children.push_back(test::compare(2, comparison::greater, {plan::operand::at(1)}));
    any.children.push_back(std::move(negation));
    CHECK(condition(any) == R"((t0."title" = $1 OR NOT (t0."year" > $2)))");
}

TEST_CASE("sql::append_condition: relation filters are EXISTS over the link", "[sql][condition]") {
    auto const dm = test::music();
    auto const& album = dm.models[dm.find_model("Album")];
    auto const artist = album.find_index("artist");
    auto const tracks = album.find_index("tracks");
    std::string const like = R"( LIKE '%' || $1 || '%' ESCAPE '!')";
    auto const name = test::compare(1, comparison::contains, {plan::operand::at(0)});

    CHECK(
        condition(relation(artist, plan::quantifier::some, name)) ==
        R"(EXISTS (SELECT 1 FROM "s"."Artist" t1 WHERE t1."id" = t0."artist_id" AND t1."name")" + like + ")"
    );
    CHECK(
        condition(relation(tracks, plan::quantifier::none, name)) ==
        R"(NOT EXISTS (SELECT 1 FROM "s"."Track" t1 WHERE t1."album" = t0."id" AND t1."name")" + like + ")"
    );
    CHECK(
        condition(relation(tracks, plan::quantifier::every, name)) ==
        R"(NOT EXISTS (SELECT 1 FROM "s"."Track" t1 WHERE t1."album" = t0."id" AND NOT (t1."name")" + like + "))"
    );
    plan::filter absent;
    absent.kind = filter_kind::relation;
    absent.field = artist;
    absent.quantifier = plan::quantifier::absent;
    CHECK(condition(absent) == R"(t0."artist_id" IS NULL)");
    absent.field = tracks;
    CHECK(condition(absent) == R"(NOT EXISTS (SELECT 1 FROM "s"."Track" t1 WHERE t1."album" = t0."id"))");

    auto const playlists = dm.models[dm.find_model("Track")].find_index("playlists");
    CHECK(
        condition(relation(tracks, plan::quantifier::some, relation(playlists, plan::quantifier::some, name)), sql::sqlite) ==
        R"(EXISTS (SELECT 1 FROM "Track" t1 WHERE t1."album" = t0."id" AND EXISTS (SELECT 1 FROM "Playlist" t2)"
        R"( JOIN "_PlaylistToTrack" t3 ON t3."A" = t2."id" WHERE t3."B" = t1."id" AND t2."name" LIKE '%' || ? || '%' ESCAPE '!')))"
    );
}

TEST_CASE("sql::append_condition: a related record that is named is compared where the link is", "[sql][condition]") {
    auto const dm = test::music();
    auto const& album = dm.models[dm.find_model("Album")];
    auto const artist = album.find_index("artist");
    auto const tracks = album.find_index("tracks");
    auto const& artists = dm.models[dm.find_model("Artist")];
    auto const some = [&](datamodel::index by, datamodel::index field, comparison op, std::vector<plan::operand> operands) {
        return relation(by, plan::quantifier::some, test::compare(field, op, std::move(operands)));
    };
    auto const one = [](std::uint32_t slot) { return std::vector{plan::operand::at(slot)}; };
    auto const id = artists.id_field;
    auto const name = artists.find_index("name"); // unique
    CHECK(condition(some(artist, id, comparison::equal, one(0))) == R"(t0."artist_id" = $1)");
    CHECK(condition(some(artist, id, comparison::in, {plan::operand::at(0), plan::operand::at(1)})) == R"(t0."artist_id" IN ($1, $2))");
    std::string const by_name = R"(t0."artist_id" = (SELECT t1."id" FROM "s"."Artist" t1 WHERE t1."name" = $1 LIMIT 1))";
    CHECK(condition(some(artist, name, comparison::equal, one(0))) == by_name);
    CHECK(
        condition(some(tracks, 0, comparison::equal, one(0))) ==
        R"(t0."id" = (SELECT t1."album" FROM "s"."Track" t1 WHERE t1."id" = $1 LIMIT 1))"
    );
    // Not one record, or unknown where it has to be false: stays a subquery.
    CHECK(condition(some(artist, id, comparison::in, {plan::operand::at(0), plan::operand::of({})})).starts_with("EXISTS"));
    CHECK(condition(some(artist, id, comparison::not_equal, one(0))).starts_with("EXISTS"));
    plan::filter negation;
    negation.kind = filter_kind::negation;
    negation.children.push_back(some(artist, name, comparison::equal, one(0)));
    CHECK(condition(negation).starts_with("NOT (EXISTS"));
    negation.children[0] = some(artist, id, comparison::equal, one(0)); // required, and yet the column may be empty
    CHECK(condition(negation).starts_with("NOT (EXISTS"));
}

TEST_CASE("sql::append_condition: a named record of a link table is looked for in the link alone", "[sql][condition]") {
    auto const dm = test::music();
    auto const playlists = dm.models[dm.find_model("Track")].find_index("playlists");
    auto const by_id = test::compare(0, comparison::equal, {plan::operand::at(0)});
    sql::target const t{&dm, "s", &sql::postgres};
    for (auto const q : {plan::quantifier::some, plan::quantifier::none}) {
        sql::fragment out(sql::postgres);
        sql::alias_counter aliases{1};
        sql::append_condition(out, t, dm.find_model("Track"), 0, relation(playlists, q, by_id), aliases);
        CHECK(
            out.text() == std::string(q == plan::quantifier::none ? "NOT " : "") +
                              R"(EXISTS (SELECT 1 FROM "s"."_PlaylistToTrack" t1 WHERE t1."B" = t0."id" AND t1."A" = $1))"
        );
    }
}
