// Test that the header is self-contained.
#include <refract/migrate/introspect.hpp>

#include <refract/datamodel/sdl.hpp>

#include "migrate/sqlite_folder.hpp"

#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

namespace {

using namespace refract;

migrate::found_column column(std::string name, std::string type, bool not_null = false) {
    migrate::found_column c;
    c.name = std::move(name);
    c.type = std::move(type);
    c.not_null = not_null;
    return c;
}

migrate::found_column with_default(migrate::found_column c, std::string text) {
    c.default_text = std::move(text);
    return c;
}

migrate::found_table table(std::string name, std::vector<migrate::found_column> columns, std::vector<std::string> key) {
    migrate::found_table t;
    t.name = std::move(name);
    t.columns = std::move(columns);
    t.primary_key = std::move(key);
    return t;
}

/// The text, which must be a datamodel.
std::string drawn(migrate::found_database const& found) {
    auto const text = migrate::introspect(found, sql::postgres);
    auto const parsed = datamodel::parse_sdl(text, datamodel::postgres_capabilities, {.owns_tables = false});
    INFO(text);
    for (auto const& e : parsed.errors) {
        UNSCOPED_INFO(e.type << "." << e.field.value_or("") << ": " << e.description);
    }
    CHECK(parsed.ok());
    return text;
}

} // namespace

TEST_CASE("migrate::introspect: tables, names and types", "[migrate][introspect]") {
    migrate::found_database found;
    auto id = column("id", "int4", true);
    id.is_numbered = true;
    id.sequence = "blog_posts_id_seq";
    id.first_number = 10;
    found.tables.push_back(table("blog_posts",
                                 {id, with_default(column("title", "varchar", true), "'it'::character varying"), column("BODY", "text"),
                                  with_default(column("seen", "int8"), "0"), with_default(column("price", "numeric"), "'-1'::integer"),
                                  with_default(column("is_open", "bool", true), "true"), column("made_at", "timestamptz"),
                                  column("extra", "jsonb"), column("key", "uuid"), with_default(column("mood", "mood"), "'Happy'::mood"),
                                  column("place", "point"), column("tags", "_text"), column("level", "level")},
                                 {"id"}));
    found.tables.back().unique = {{"key"}, {"title", "key"}};
    found.enums = {{"level", {"low", "High"}}, {"mood", {"Happy", "SAD"}}};
    found.tables.push_back(table("logs", {column("text", "text")}, {}));
    found.tables.push_back(table("pairs", {column("a", "int4", true), column("b", "int4", true)}, {"a", "b"}));
    CHECK(drawn(found) == R"(# Unique together, which a datamodel can't express: title, key
type BlogPost @db(name: "blog_posts") {
  id: Int! @id(strategy: SEQUENCE) @sequence(name: "blog_posts_id_seq", initialValue: 10, allocationSize: 1)
  body: String @db(name: "BODY")
  extra: Json
  isOpen: Boolean! @default(value: true) @db(name: "is_open")
  key: UUID @unique
  # The enum level has values a datamodel can't have; each must start with a capital letter: low, High
  level: String
  madeAt: DateTime @db(name: "made_at")
  mood: Mood @default(value: Happy)
  # The type point is not supported
  # place: ?
  price: Float @default(value: -1)
  seen: Int @default(value: 0)
  # The type _text is not supported
  # tags: ?
  title: String! @default(value: "it")
}

enum Mood {
  Happy
  SAD
}

# The table logs is left out: it has no primary key

# The table pairs is left out: its primary key has several columns: a, b
)");
}

TEST_CASE("migrate::introspect: references", "[migrate][introspect]") {
    migrate::found_database found;
    found.tables.push_back(table("User", {column("id", "text", true), column("boss_id", "text")}, {"id"}));
    found.tables.back().references = {{{"boss_id"}, "User", {"id"}}};
    found.tables.push_back(table("Post", {column("id", "uuid", true), column("author", "text", true), column("editor_id", "text")}, {"id"}));
    found.tables.back().references = {{{"author"}, "User", {"id"}}, {{"editor_id"}, "User", {"id"}}};
    found.tables.push_back(table("_PostToTag", {column("A", "uuid", true), column("B", "text", true)}, {}));
    found.tables.back().references = {{{"A"}, "Post", {"id"}}, {{"B"}, "Tag", {"id"}}};
    found.tables.push_back(table("Tag", {column("id", "varchar", true)}, {"id"}));
    found.tables.push_back(table("Tag_words", {column("nodeId", "varchar", true), column("position", "int4", true), column("value", "text", true)},
                                 {"nodeId", "position"}));
    found.tables.back().references = {{{"nodeId"}, "Tag", {"id"}}};
    found.tables.push_back(table("profiles", {column("id", "int4", true), column("user_id", "text", true), column("old", "int4")}, {"id"}));
    found.tables.back().unique = {{"user_id"}};
    found.tables.back().references = {{{"user_id"}, "User", {"id"}}, {{"old"}, "elsewhere", {"id"}}};
    found.tables.push_back(table("follows", {column("who", "text", true), column("whom", "text", true)}, {"who", "whom"}));
    found.tables.back().references = {{{"who"}, "User", {"id"}}, {{"whom"}, "User", {"id"}}};
    CHECK(drawn(found) == R"(type Follow @relationTable @db(name: "follows") {
  who: User!
  whom: User!
}

type Post {
  id: UUID! @id
  author: User! @relation(name: "PostAuthorToUser")
  editor: User @relation(name: "PostEditorToUser") @db(name: "editor_id")
  tag: [Tag] @relation(name: "PostToTag", link: TABLE)
}

type Profile @db(name: "profiles") {
  id: Int! @id
  # A reference a datamodel can't express: (old) to elsewhere (id)
  old: Int
  user: User! @relation(link: INLINE) @db(name: "user_id")
}

type Tag {
  id: ID! @id
  post: [Post] @relation(name: "PostToTag")
  words: [String] @scalarList(strategy: RELATION)
}

type User {
  id: ID! @id
  boss: User @relation(name: "UserBossToUser") @db(name: "boss_id")
  postAuthor: [Post] @relation(name: "PostAuthorToUser")
  postEditor: [Post] @relation(name: "PostEditorToUser")
  profile: Profile
  userBoss: [User] @relation(name: "UserBossToUser")
  who: [User] @relation(name: "Follow")
  whom: [User] @relation(name: "Follow", link: TABLE)
}
)");
}

TEST_CASE("migrate::introspect: names that would be the same, or no names at all", "[migrate][introspect]") {
    migrate::found_database found;
    for (auto const* name : {"Users", "user", "users", "Node", "int", "2 + 2", "\u00fc", "a\nb", "NEWS"}) {
        found.tables.push_back(table(name,
                                     {column("id", "text", true), column("a_b", "text"), column("aB", "text"), column("A B", "text"),
                                      column("1", "text"), column("x\ny", "text"), column("\"", "text"), column("AB", "text"), column("ab", "text")},
                                     {"id"}));
    }
    auto const text = drawn(found);
    CHECK_THAT(text, Catch::Contains("type User @db(name: \"Users\")") && Catch::Contains("# The table a b is left out: its name, or its id's, has control characters") &&
                         Catch::Contains("# The table users is left out: another one's name differs from it in capital letters alone") &&
                         Catch::Contains("# Another column's name differs from this one's in capital letters alone\n  # ab4: String") &&
                         Catch::Contains("type NodeRecord @db(name: \"Node\")") && Catch::Contains("type NEWS {"));
}

TEST_CASE("migrate::read_database: a SQLite file", "[migrate][introspect]") {
    boost::asio::io_context context;
    refract_tests::sqlite_folder folder;
    auto const database = folder.open(context, "made");
    auto const sql = [&](sql::literal text) { CHECK(refract_tests::first_column(context, *database, text).empty()); };
    sql("CREATE TABLE artist (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(80) NOT NULL UNIQUE, rating REAL DEFAULT 1.5, raw BLOB)");
    sql("CREATE TABLE album (id TEXT PRIMARY KEY NOT NULL, artist_id INTEGER NOT NULL REFERENCES artist, title TEXT DEFAULT 'no title',"
        " sold INT DEFAULT 0)");
    sql("CREATE UNIQUE INDEX one ON album (title) WHERE sold > 0");
    sql("CREATE UNIQUE INDEX two ON album (lower(title))");
    sql("CREATE TABLE genre (id TEXT PRIMARY KEY NOT NULL)");
    sql("CREATE TABLE album_genre (album_id TEXT NOT NULL REFERENCES album (id), genre_id TEXT NOT NULL REFERENCES genre (id),"
        " PRIMARY KEY (album_id, genre_id))");
    auto const read = [&]() -> boost::asio::awaitable<migrate::found_database> {
        auto const work = [](db::connection& c) { return migrate::read_database(c, {&sql::sqlite, {}}); };
        auto reading = migrate::with_connection<migrate::found_database>(*database, db::access::read, work);
        auto out = co_await std::move(reading);
        co_return out ? std::move(*out) : migrate::found_database{};
    };
    auto const found = refract_tests::run_to_end(context, read());
    CHECK(migrate::introspect(found, sql::sqlite) == R"(type Album @db(name: "album") {
  id: ID! @id
  artist: Artist! @db(name: "artist_id")
  genre: [Genre] @relation(name: "AlbumGenre", link: TABLE)
  sold: Int @default(value: 0)
  title: String @default(value: "no title")
}

type AlbumGenre @relationTable @db(name: "album_genre") {
  albumId: Album! @db(name: "album_id")
  genreId: Genre! @db(name: "genre_id")
}

type Artist @db(name: "artist") {
  id: Int! @id
  album: [Album]
  name: String! @unique
  rating: Float
  # The type blob is not supported
  # raw: ?
}

type Genre @db(name: "genre") {
  id: ID! @id
  album: [Album] @relation(name: "AlbumGenre")
}
)");
}
