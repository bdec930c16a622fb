// The data of the engine's benchmark: a music store in a SQLite file, its datamodel, and the requests that are measured.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>

#include <sqlite3.h>

namespace refract_bench {

constexpr std::string_view datamodel = R"(
type Artist @db(name: "artist") { id: Int! @id name: String! albums: [Album] @relation(name: "AlbumArtist") }
type Genre @db(name: "genre") { id: Int! @id name: String! tracks: [Track] @relation(name: "TrackGenre") }
type Album @db(name: "album") {
  id: Int! @id
  title: String!
  artist: Artist! @db(name: "artist_id") @relation(name: "AlbumArtist", link: INLINE)
  tracks: [Track] @relation(name: "TrackAlbum")
}
type Track @db(name: "track") {
  id: Int! @id
  name: String!
  album: Album! @db(name: "album_id") @relation(name: "TrackAlbum", link: INLINE)
  genre: Genre! @db(name: "genre_id") @relation(name: "TrackGenre", link: INLINE)
  composer: String
  milliseconds: Int!
  bytes: Int!
  unitPrice: Float! @db(name: "unit_price")
}
)";

constexpr char const* tables = R"(
CREATE TABLE artist (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE genre (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE album (id INTEGER PRIMARY KEY, title TEXT NOT NULL, artist_id INTEGER NOT NULL REFERENCES artist (id));
CREATE TABLE track (id INTEGER PRIMARY KEY, name TEXT NOT NULL, album_id INTEGER NOT NULL REFERENCES album (id),
  genre_id INTEGER NOT NULL REFERENCES genre (id), composer TEXT, milliseconds INTEGER NOT NULL, bytes INTEGER NOT NULL,
  unit_price REAL NOT NULL);
CREATE INDEX album_artist ON album (artist_id);
CREATE INDEX artist_name ON artist (name);
CREATE INDEX album_title ON album (title);
CREATE INDEX track_album ON track (album_id);
CREATE INDEX track_genre_name ON track (genre_id, name);
CREATE INDEX track_milliseconds ON track (milliseconds);
)";

constexpr int artists = 275;
constexpr int albums = 347;
constexpr int tracks = 3'503;
constexpr int genres = 25;

/// A handle on a SQLite file that throws what goes wrong.
class sqlite_file {
public:
    explicit sqlite_file(std::string const& path) {
        check(sqlite3_open_v2(path.c_str(), &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr));
        execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536;");
    }
    ~sqlite_file() { sqlite3_close_v2(handle_); }
    sqlite_file(sqlite_file const&) = delete;
    sqlite_file& operator=(sqlite_file const&) = delete;

    void execute(char const* sql) { check(sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr)); }

    sqlite3_stmt* prepare(char const* sql) {
        sqlite3_stmt* out = nullptr;
        check(sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &out, nullptr));
        return out;
    }

    void check(int code) {
        if (code != SQLITE_OK) {
            throw std::runtime_error(sqlite3_errmsg(handle_));
        }
    }

private:
    sqlite3* handle_ = nullptr;
};

/// The same names, lengths and links each time.
class generator {
public:
    int number(int low, int high) { return low + static_cast<int>(random_() % static_cast<std::uint32_t>(high - low + 1)); }

    std::string words(int low, int high) {
        constexpr std::array<char const*, 12> parts{"ba", "di", "ko", "lu", "ma", "ne", "ri", "so", "ta", "vu", "ze", "zo"};
        std::string out;
        for (int n = number(low, high); n > 0; --n) {
            std::string word;
            for (int syllables = number(2, 4); syllables > 0; --syllables) {
                word += parts[random_() % parts.size()];
            }
            word[0] = static_cast<char>(word[0] - 'a' + 'A');
            out += (out.empty() ? "" : " ") + word;
        }
        return out;
    }

private:
    std::mt19937 random_{7};
};

inline void fill_tracks(sqlite_file& file, generator& random) {
    auto* const insert = file.prepare("INSERT INTO track VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    for (int id = 1; id <= tracks; ++id) {
        auto const name = random.words(2, 5) + (id % 37 == 0 ? " \"live\" (\xC3\xA9t\xC3\xA9)" : "");
        auto const composer = random.words(2, 4);
        int const milliseconds = 1'071 + (random.number(1, 700) * random.number(1, 700));
        sqlite3_bind_int(insert, 1, id);
        sqlite3_bind_text(insert, 2, name.data(), static_cast<int>(name.size()), SQLITE_TRANSIENT); // NOLINT
        sqlite3_bind_int(insert, 3, random.number(1, albums));
        sqlite3_bind_int(insert, 4, random.number(1, random.number(1, genres)));
        if (random.number(1, 100) <= 72) {
            sqlite3_bind_text(insert, 5, composer.data(), static_cast<int>(composer.size()), SQLITE_TRANSIENT); // NOLINT
        } else {
            sqlite3_bind_null(insert, 5);
        }
        sqlite3_bind_int(insert, 6, milliseconds);
        sqlite3_bind_int(insert, 7, milliseconds * 33 + random.number(0, 9'999));
        sqlite3_bind_double(insert, 8, random.number(1, 100) <= 94 ? 0.99 : 1.99);
        sqlite3_step(insert);
        file.check(sqlite3_reset(insert));
    }
    sqlite3_finalize(insert);
}

inline void fill(sqlite_file& file) {
    generator random;
    file.execute(tables);
    file.execute("BEGIN");
    auto const named = [&](char const* sql, int count, int words) {
        auto* const insert = file.prepare(sql);
        for (int id = 1; id <= count; ++id) {
            auto const name = random.words(1, words);
            sqlite3_bind_int(insert, 1, id);
            sqlite3_bind_text(insert, 2, name.data(), static_cast<int>(name.size()), SQLITE_TRANSIENT); // NOLINT
            if (sqlite3_bind_parameter_count(insert) == 3) {
                sqlite3_bind_int(insert, 3, random.number(1, artists * 3 / 4));
            }
            sqlite3_step(insert);
            file.check(sqlite3_reset(insert));
        }
        sqlite3_finalize(insert);
    };
    named("INSERT INTO artist VALUES (?1, ?2)", artists, 3);
    named("INSERT INTO genre VALUES (?1, ?2)", genres, 1);
    named("INSERT INTO album VALUES (?1, ?2, ?3)", albums, 5);
    fill_tracks(file, random);
    file.execute("COMMIT; ANALYZE;");
}

} // namespace refract_bench
