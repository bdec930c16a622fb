// What the engine is measured against: the same answers by hand-written statements, stepped inside each other, and JSON put
// together in place. No GraphQL, no plan, no limits, no error mapping.
#pragma once

#include <charconv>
#include <initializer_list>
#include <string>
#include <string_view>

#include "music_store.hpp"

namespace refract_bench {

class bare_sqlite {
public:
    explicit bare_sqlite(sqlite_file& file)
        : album_(file.prepare("SELECT id, title FROM album WHERE id = ?1")),
          tracks_(file.prepare(
              "SELECT id, name, composer, milliseconds, bytes, unit_price FROM track WHERE genre_id = ?1 AND milliseconds > ?2 "
              "ORDER BY name, id LIMIT 50"
          )),
          artists_(file.prepare("SELECT id, name FROM artist ORDER BY name, id LIMIT 20 OFFSET ?1")),
          albums_of_(file.prepare("SELECT id, title FROM album WHERE artist_id = ?1 ORDER BY id")),
          tracks_of_(file.prepare("SELECT id, name, milliseconds FROM track WHERE album_id = ?1 ORDER BY id")),
          albums_(file.prepare(
              "SELECT al.id, al.title, ar.id, ar.name FROM (SELECT * FROM album ORDER BY title, id LIMIT 60 OFFSET ?1) al "
              "JOIN artist ar ON ar.id = al.artist_id"
          )),
          tracks_with_genre_(
              file.prepare("SELECT t.id, t.name, t.composer, t.milliseconds, t.bytes, t.unit_price, g.name FROM track t JOIN "
                           "genre g ON g.id = t.genre_id WHERE t.album_id = ?1 ORDER BY t.id")
          ),
          count_(file.prepare("SELECT count(*) FROM track WHERE milliseconds > ?1")),
          insert_(file.prepare("INSERT INTO artist (name) VALUES (?1) RETURNING id, name")),
          begin_(file.prepare("BEGIN IMMEDIATE")), commit_(file.prepare("COMMIT")) {}
    ~bare_sqlite() {
        for (auto* s :
             {album_, tracks_, artists_, albums_of_, tracks_of_, albums_, tracks_with_genre_, count_, insert_, begin_, commit_}) {
            sqlite3_finalize(s);
        }
    }
    bare_sqlite(bare_sqlite const&) = delete;
    bare_sqlite& operator=(bare_sqlite const&) = delete;

    void w1(std::string& out, int id) {
        sqlite3_bind_int(album_, 1, id);
        rows(out, album_, [&] { object(out, album_, {{"\"id\":", 0}, {",\"title\":", 1}}); });
    }

    void w2(std::string& out, int genre, int milliseconds) {
        sqlite3_bind_int(tracks_, 1, genre);
        sqlite3_bind_int(tracks_, 2, milliseconds);
        rows(out, tracks_, [&] { track(out, tracks_); });
    }

    void w3(std::string& out, int skip) {
        sqlite3_bind_int(artists_, 1, skip);
        rows(out, artists_, [&] {
            object(out, artists_, {{"\"id\":", 0}, {",\"name\":", 1}});
            out += ",\"albums\":";
            sqlite3_bind_int64(albums_of_, 1, sqlite3_column_int64(artists_, 0));
            rows(out, albums_of_, [&] {
                object(out, albums_of_, {{"\"id\":", 0}, {",\"title\":", 1}});
                out += ",\"tracks\":";
                sqlite3_bind_int64(tracks_of_, 1, sqlite3_column_int64(albums_of_, 0));
                rows(out, tracks_of_, [&] {
                    object(out, tracks_of_, {{"\"id\":", 0}, {",\"name\":", 1}, {",\"milliseconds\":", 2}});
                });
            });
        });
    }

    void w4(std::string& out, int skip) {
        sqlite3_bind_int(albums_, 1, skip);
        rows(out, albums_, [&] {
            object(out, albums_, {{"\"id\":", 0}, {",\"title\":", 1}});
            out += ",\"artist\":{";
            object(out, albums_, {{"\"id\":", 2}, {",\"name\":", 3}});
            out += "},\"tracks\":";
            sqlite3_bind_int64(tracks_with_genre_, 1, sqlite3_column_int64(albums_, 0));
            rows(out, tracks_with_genre_, [&] {
                track(out, tracks_with_genre_);
                out += ",\"genre\":{";
                object(out, tracks_with_genre_, {{"\"name\":", 6}});
                out += '}';
            });
        });
    }

    void w5(std::string& out, int milliseconds) {
        sqlite3_bind_int(count_, 1, milliseconds);
        rows(out, count_, [&] { object(out, count_, {{"\"count\":", 0}}); });
    }

    void w6(std::string& out, std::string_view name) {
        sqlite3_bind_text(insert_, 1, name.data(), static_cast<int>(name.size()), SQLITE_STATIC);
        rows(out, insert_, [&] { object(out, insert_, {{"\"id\":", 0}, {",\"name\":", 1}}); });
    }

    void begin() { once(begin_); }
    void commit() { once(commit_); }

private:
    struct key_and_column {
        std::string_view key;
        int column;
    };

    static void once(sqlite3_stmt* s) {
        sqlite3_step(s);
        if (sqlite3_reset(s) != SQLITE_OK) {
            throw std::runtime_error("a statement failed");
        }
    }

    static void string(std::string& out, std::string_view text) {
        constexpr char digits[] = "0123456789abcdef";
        out += '"';
        std::size_t from = 0;
        for (std::size_t i = 0; i < text.size(); ++i) {
            auto const c = static_cast<unsigned char>(text[i]);
            if (c >= 0x20 && c != '"' && c != '\\') {
                continue;
            }
            out.append(text, from, i - from);
            from = i + 1;
            if (c >= 0x20) {
                out += '\\';
                out += static_cast<char>(c);
            } else {
                out += "\\u00";
                out += digits[c >> 4U];
                out += digits[c & 15U];
            }
        }
        out.append(text, from);
        out += '"';
    }

    static void cell(std::string& out, sqlite3_stmt* s, int column) {
        char digits[40];
        switch (sqlite3_column_type(s, column)) {
        case SQLITE_INTEGER: {
            auto const end = std::to_chars(digits, digits + sizeof digits, sqlite3_column_int64(s, column));
            out.append(digits, end.ptr);
            break;
        }
        case SQLITE_FLOAT: {
            auto const end = std::to_chars(digits, digits + sizeof digits, sqlite3_column_double(s, column));
            out.append(digits, end.ptr);
            break;
        }
        case SQLITE_NULL: out += "null"; break;
        default: {
            auto const* text = static_cast<char const*>(sqlite3_column_blob(s, column));
            string(out, {text == nullptr ? "" : text, static_cast<std::size_t>(sqlite3_column_bytes(s, column))});
        }
        }
    }

    static void object(std::string& out, sqlite3_stmt* s, std::initializer_list<key_and_column> fields) {
        for (auto const& f : fields) {
            out += f.key;
            cell(out, s, f.column);
        }
    }

    static void track(std::string& out, sqlite3_stmt* s) {
        object(
            out, s,
            {{"\"id\":", 0},
             {",\"name\":", 1},
             {",\"composer\":", 2},
             {",\"milliseconds\":", 3},
             {",\"bytes\":", 4},
             {",\"unitPrice\":", 5}}
        );
    }

    template <class Row> static void rows(std::string& out, sqlite3_stmt* s, Row row) {
        out += '[';
        bool first = true;
        while (sqlite3_step(s) == SQLITE_ROW) {
            out += first ? "{" : ",{";
            first = false;
            row();
            out += '}';
        }
        sqlite3_reset(s);
        out += ']';
    }

    sqlite3_stmt* album_;
    sqlite3_stmt* tracks_;
    sqlite3_stmt* artists_;
    sqlite3_stmt* albums_of_;
    sqlite3_stmt* tracks_of_;
    sqlite3_stmt* albums_;
    sqlite3_stmt* tracks_with_genre_;
    sqlite3_stmt* count_;
    sqlite3_stmt* insert_;
    sqlite3_stmt* begin_;
    sqlite3_stmt* commit_;
};

} // namespace refract_bench
