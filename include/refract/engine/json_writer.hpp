// Rows to JSON, written once into the answer.
#pragma once

#include <refract/core/json_buffer.hpp>
#include <refract/core/number.hpp>
#include <refract/core/text.hpp>
#include <refract/core/time.hpp>
#include <refract/db/connection.hpp>
#include <refract/engine/compiled_read.hpp>
#include <refract/engine/reverse_segments.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace refract::engine::detail {

/// One cell as a JSON value. Json is stored as text: what the value is, is for the plan to say.
inline void append_cell(std::string& out, db::cell const& c, db::value_type wanted) {
    if (wanted == db::value_type::json && !c.is_null()) {
        out += c.text;
        return;
    }
    switch (c.type) {
    case db::value_type::null: out += "null"; break;
    case db::value_type::boolean: out += c.number != 0 ? "true" : "false"; break;
    case db::value_type::integer: out += std::to_string(c.number); break;
    case db::value_type::floating: append_json_number(out, c.floating); break;
    case db::value_type::decimal:
    case db::value_type::json: out += c.text; break;
    case db::value_type::date_time:
        out += '"';
        append_date_time(out, c.number);
        out += '"';
        break;
    case db::value_type::text:
    case db::value_type::uuid: append_json_string(out, c.text); break;
    }
}

/// The same, into a buffer.
inline void append_cell(json_buffer& out, db::cell const& c, db::value_type wanted) {
    if (wanted == db::value_type::json && !c.is_null()) {
        out.raw(c.text);
        return;
    }
    switch (c.type) {
    case db::value_type::null: out.raw("null"); break;
    case db::value_type::boolean: out.raw(c.number != 0 ? std::string_view("true") : std::string_view("false")); break;
    case db::value_type::integer: out.integer(c.number); break;
    case db::value_type::floating: out.number(c.floating); break;
    case db::value_type::decimal:
    case db::value_type::json: out.raw(c.text); break;
    case db::value_type::date_time: out.date_time(c.number); break;
    case db::value_type::text:
    case db::value_type::uuid: out.text(c.text); break;
    }
}

/// Writes the answer of one compiled_list. `Source` gives rows: `each(level, key, f)` calls `bool f(row)` for the rows of `level` that
/// belong to `key` until it returns false; a row has `cell(column)`. It may have `append(out, column, wanted)`, `is_null(column)` and
/// `key(column)` too, where it can do better than by way of a cell; a source may have `expected_bytes()`.
template <class Source> class json_writer {
public:
    json_writer(Source& source, compiled_list const& list, std::string& out)
        : source_(source), list_(list), text_(out), out_(out) {}

    /// The whole value of a root without a connection.
    void root() {
        begin();
        level(0, {}, {});
        out_.finish();
    }

    void connection(std::int64_t count, plan::bindings const& bindings);

private:
    using row = typename Source::row;

    void begin() {
        out_.resume();
        if constexpr (requires { source_.expected_bytes(); }) {
            out_.reserve(source_.expected_bytes());
        }
    }

    static bool is_null(row const& r, std::uint32_t column) {
        if constexpr (requires { r.is_null(column); }) {
            return r.is_null(column);
        } else {
            return r.cell(column).is_null();
        }
    }

    static db::cell key(row const& r, std::uint32_t column) {
        if constexpr (requires { r.key(column); }) {
            return r.key(column);
        } else {
            return r.cell(column);
        }
    }

    void append(row const& r, std::uint32_t column, db::value_type wanted) {
        if constexpr (requires { r.append(out_, column, wanted); }) {
            r.append(out_, column, wanted);
        } else {
            append_cell(out_, r.cell(column), wanted);
        }
    }

    /// The comma behind the last part becomes the bracket.
    void close(char bracket, bool any) {
        if (any) {
            out_.replace_last(bracket);
        } else {
            out_.raw(bracket);
        }
    }

    void object(sql::row_shape const& shape, row const& r) {
        out_.raw('{');
        for (auto const& item : shape.items) {
            out_.raw(item.key);
            value(item, r);
            out_.raw(',');
        }
        close('}', !shape.items.empty());
    }

    void value(sql::shape_item const& item, row const& r) {
        using source = sql::shape_item::source;
        switch (item.from) {
        case source::column: append(r, item.column, item.type); break;
        case source::constant: out_.raw(item.constant); break;
        case source::joined:
            if (is_null(r, item.column)) {
                absent(item.constant);
            } else {
                object(*item.object, r);
            }
            break;
        case source::level: level(item.level, key(r, item.parent_key), item.constant); break;
        }
    }

    /// No record: null, or what the plan has for it.
    void absent(std::string_view instead) { out_.raw(instead.empty() ? std::string_view("null") : instead); }

    void level(std::uint32_t position, db::cell const& parent, std::string_view instead) {
        auto const& l = list_.select.levels[position];
        if (l.kind == sql::level_kind::one) {
            bool found = false;
            source_.each(position, parent, [&](row const& r) {
                found = true;
                object(l.object, r);
                return false;
            });
            if (!found) {
                absent(instead);
            }
            return;
        }
        out_.raw('[');
        std::vector<std::size_t> starts;
        bool any = false;
        source_.each(position, parent, [&](row const& r) {
            if (l.reversed) {
                starts.push_back(out_.size());
            }
            if (l.kind == sql::level_kind::values) {
                append(r, l.value_column, l.value_type);
            } else {
                object(l.object, r);
            }
            out_.raw(',');
            any = true;
            return true;
        });
        reverse(starts);
        close(']', any);
    }

    /// Segments that end with a comma each, in the opposite order.
    void reverse(std::vector<std::size_t> const& starts) {
        if (starts.size() > 1) {
            out_.finish();
            reverse_segments(text_, starts);
            out_.resume();
        }
    }

    /// The edges of one `edges` part, each with a comma behind it.
    struct edge_texts {
        std::string text;
        std::vector<std::size_t> starts;
    };

    /// What the rows of a connection gave: the edges of each `edges` part, and the ids at both ends.
    struct page_rows {
        std::vector<edge_texts> edges;
        std::string first_id;
        std::string last_id;
        std::size_t count = 0;
        bool has_more = false;
    };

    void edge(plan::connection_part const& part, std::size_t& node, std::string_view id, row const& r) {
        auto const& c = *list_.select.connection;
        out_.raw('{');
        for (auto const& leaf : part.leaves) {
            out_.raw(leaf.key);
            if (leaf.kind == plan::connection_leaf_kind::node) {
                object(c.nodes[node++], r);
            } else {
                out_.raw(leaf.kind == plan::connection_leaf_kind::cursor ? id : std::string_view(leaf.constant));
            }
            out_.raw(',');
        }
        close('}', !part.leaves.empty());
    }

    std::string id_text(row const& r);
    page_rows read_page(plan::bindings const& bindings);
    void page_info(plan::connection_part const& part, page_rows const& rows);
    void part_value(plan::connection_part const& part, page_rows const& rows, std::size_t edges, std::int64_t count);

    Source& source_;
    compiled_list const& list_;
    std::string& text_;
    json_buffer out_;
};

} // namespace refract::engine::detail

#include <refract/engine/impl/json_writer.ipp>
