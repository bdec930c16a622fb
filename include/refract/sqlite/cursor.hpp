// A prepared SQLite statement, and the cache that keeps them.
// See: sqlite/connection.hpp.
#pragma once

#include <refract/core/config.hpp>
#include <refract/db/connection.hpp>

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace refract::sqlite {

/// One prepared statement. Cells are read as the statement's `columns` say; without them, by their storage class.
///
/// Lifetime: the text of a cell lives until the next step() or rewind(). What is bound is not copied.
class cursor final : public db::cursor {
public:
    /// `stepped`, if given, counts the cursors between their first step() and rewind(); it outlives the cursor.
    ///
    /// Errors: undefined_object, statement_failed (one statement at a time; syntax), timeout.
    [[nodiscard]] static db::result<std::unique_ptr<cursor>>
    prepare(sqlite3* handle, db::statement const& s, bool keep, std::size_t* stepped = nullptr);

    cursor(cursor const&) = delete;
    cursor& operator=(cursor const&) = delete;
    ~cursor() override;

    db::result<void> bind(std::span<db::value const> parameters) override;
    db::result<void> bind(std::size_t index, db::value const& v) override;
    db::result<void> bind(std::size_t index, db::cell const& c) override;
    void rewind() override;
    db::result<bool> step() override;
    [[nodiscard]] std::span<db::cell const> row() override;

    [[nodiscard]] std::size_t columns() const noexcept { return cells_.size(); }
    [[nodiscard]] std::string_view name(std::size_t column) const;

private:
    cursor(sqlite3* handle, sqlite3_stmt* statement, std::vector<db::value_type> columns, std::size_t* stepped);
    db::result<void> checked(int code);

    sqlite3* handle_;
    sqlite3_stmt* statement_;
    std::vector<db::value_type> types_; ///< one for each column
    std::vector<db::cell> cells_;
    std::vector<std::string> scratch_; ///< text of cells that are not stored as text
    std::size_t* stepped_;
    bool fresh_ = true; ///< rewound and not stepped
};

namespace detail {

/// Prepared statements by id and nesting, least recently used first out.
class cursor_cache {
public:
    /// `stepped`: as cursor::prepare().
    cursor_cache(std::size_t limit, std::size_t& stepped) : limit_(limit), stepped_(stepped) {}

    /// The statement, prepared if need be. One without an id is kept until the next trim().
    db::result<cursor*> find_or_prepare(sqlite3* handle, db::statement const& s, std::uint32_t nesting);

    /// Drops what is more than the limit. No cursor may be in use.
    void trim();
    void rewind_all();
    void clear();
    [[nodiscard]] std::size_t size() const noexcept { return order_.size(); }

private:
    struct key {
        std::uint64_t id;
        std::uint32_t nesting;
        friend bool operator==(key const&, key const&) = default;
    };

    struct key_hash {
        std::size_t operator()(key const& k) const noexcept { return k.id * 0x9E3779B97F4A7C15U + k.nesting; }
    };

    struct entry {
        key name;
        std::unique_ptr<cursor> statement;
    };

    std::size_t limit_;
    std::size_t& stepped_;
    std::list<entry> order_; ///< most recently used first
    std::unordered_map<key, std::list<entry>::iterator, key_hash> index_;
    std::vector<std::unique_ptr<cursor>> once_; ///< without an id
};

/// What went wrong in `handle`'s last call, in the words of db/.
[[nodiscard]] db::error to_error(sqlite3* handle, int code);

/// Binds one value to parameter `index` (1-based). SQLite's result code; the text is borrowed.
[[nodiscard]] int bind_value(sqlite3_stmt* statement, int index, db::value const& v);

} // namespace detail

} // namespace refract::sqlite

#ifdef REFRACT_HEADER_ONLY
#include <refract/sqlite/impl/cursor.ipp>
#include <refract/sqlite/impl/error.ipp>
#endif
