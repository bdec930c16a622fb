// Rows to JSON, written once into the answer.
#pragma once

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

/// Writes the answer of one compiled_list. `Source` gives rows: `each(level, key, f)` calls `bool f(row)` for the rows of `level` that
/// belong to `key` until it returns false; a row has `cell(column)`.
template <class Source> class json_writer {
public:
    json_writer(Source& source, compiled_list const& list, std::string& out) : source_(source), list_(list), out_(out) {}

    /// The whole value of a root without a connection.
    void root() { level(0, {}); }

    void connection(std::int64_t count, plan::bindings const& bindings);

private:
    using row = typename Source::row;

    void object(sql::row_shape const& shape, row const& r) {
        out_ += '{';
        bool first = true;
        for (auto const& item : shape.items) {
            if (!first) {
                out_ += ',';
            }
            first = false;
            out_ += item.key;
            value(item, r);
        }
        out_ += '}';
    }

    void value(sql::shape_item const& item, row const& r) {
        using source = sql::shape_item::source;
        switch (item.from) {
        case source::column: append_cell(out_, r.cell(item.column), item.type); break;
        case source::constant: out_ += item.constant; break;
        case source::joined:
            if (r.cell(item.column).is_null()) {
                out_ += "null";
            } else {
                object(*item.object, r);
            }
            break;
        case source::level: level(item.level, r.cell(item.parent_key)); break;
        }
    }

    void level(std::uint32_t position, db::cell const& key) {
        auto const& l = list_.select.levels[position];
        if (l.kind == sql::level_kind::one) {
            bool found = false;
            source_.each(position, key, [&](row const& r) {
                found = true;
                object(l.object, r);
                return false;
            });
            if (!found) {
                out_ += "null";
            }
            return;
        }
        out_ += '[';
        std::vector<std::size_t> starts;
        bool first = true;
        source_.each(position, key, [&](row const& r) {
            if (l.reversed) {
                starts.push_back(out_.size());
            }
            if (!first) {
                out_ += ',';
            }
            first = false;
            if (l.kind == sql::level_kind::values) {
                append_cell(out_, r.cell(l.value_column), l.value_type);
            } else {
                object(l.object, r);
            }
            return true;
        });
        reverse_segments(out_, starts);
        out_ += ']';
    }

    /// What the rows of a connection gave: the edges of each `edges` part, and the ids in the order of the rows.
    struct page_rows {
        std::vector<std::vector<std::string>> edges;
        std::vector<std::string> ids;
        bool has_more = false;
    };

    void edge(plan::connection_part const& part, std::size_t& node, std::string const& id, row const& r) {
        auto const& c = *list_.select.connection;
        out_ += '{';
        bool first = true;
        for (auto const& leaf : part.leaves) {
            if (!first) {
                out_ += ',';
            }
            first = false;
            out_ += leaf.key;
            if (leaf.kind == plan::connection_leaf_kind::node) {
                object(c.nodes[node++], r);
            } else {
                out_ += leaf.kind == plan::connection_leaf_kind::cursor ? id : leaf.constant;
            }
        }
        out_ += '}';
    }

    page_rows read_page(plan::bindings const& bindings);
    void page_info(plan::connection_part const& part, page_rows const& rows);
    void part_value(plan::connection_part const& part, page_rows const& rows, std::size_t edges, std::int64_t count);

    Source& source_;
    compiled_list const& list_;
    std::string& out_;
};

template <class Source> auto json_writer<Source>::read_page(plan::bindings const& bindings) -> page_rows {
    auto const& c = *list_.select.connection;
    page_rows rows;
    std::size_t limit = static_cast<std::size_t>(-1);
    if (c.limit) {
        limit = static_cast<std::size_t>(sql::bind(*c.limit, bindings).number());
    }
    std::string const before = std::move(out_);
    for (auto const& part : c.parts.parts) {
        if (part.kind == plan::connection_part_kind::edges) {
            rows.edges.emplace_back();
        }
    }
    source_.each(0, {}, [&](row const& r) {
        if (rows.ids.size() == limit) {
            rows.has_more = true;
            return false;
        }
        auto const id = r.cell(c.id_column);
        out_.clear();
        if (id.type == db::value_type::integer) {
            out_ += '"';
            append_cell(out_, id, id.type);
            out_ += '"';
        } else {
            append_cell(out_, id, id.type);
        }
        rows.ids.push_back(out_);
        std::size_t node = 0;
        std::size_t edges = 0;
        for (auto const& part : c.parts.parts) {
            if (part.kind == plan::connection_part_kind::edges) {
                out_.clear();
                edge(part, node, rows.ids.back(), r);
                rows.edges[edges++].push_back(out_);
            }
        }
        return true;
    });
    out_ = before;
    if (c.backward) {
        std::vector<std::string>(rows.ids.rbegin(), rows.ids.rend()).swap(rows.ids);
        for (auto& e : rows.edges) {
            std::vector<std::string>(e.rbegin(), e.rend()).swap(e);
        }
    }
    return rows;
}

template <class Source> void json_writer<Source>::page_info(plan::connection_part const& part, page_rows const& rows) {
    using kind = plan::connection_leaf_kind;
    auto const& c = *list_.select.connection;
    auto const cursor = [&](bool start) {
        if (rows.ids.empty()) {
            out_ += "null";
        } else {
            out_ += start ? rows.ids.front() : rows.ids.back();
        }
    };
    bool first = true;
    out_ += '{';
    for (auto const& leaf : part.leaves) {
        if (!first) {
            out_ += ',';
        }
        first = false;
        out_ += leaf.key;
        switch (leaf.kind) {
        case kind::has_next_page: out_ += c.forward && rows.has_more ? "true" : "false"; break;
        case kind::has_previous_page: out_ += c.backward && rows.has_more ? "true" : "false"; break;
        case kind::start_cursor: cursor(true); break;
        case kind::end_cursor: cursor(false); break;
        default: out_ += leaf.constant; break;
        }
    }
    out_ += '}';
}

template <class Source>
void json_writer<Source>::part_value(
    plan::connection_part const& part, page_rows const& rows, std::size_t edges, std::int64_t count
) {
    switch (part.kind) {
    case plan::connection_part_kind::constant: out_ += part.constant; break;
    case plan::connection_part_kind::page_info: page_info(part, rows); break;
    case plan::connection_part_kind::edges:
        out_ += '[';
        for (std::size_t i = 0; i < rows.edges[edges].size(); ++i) {
            if (i > 0) {
                out_ += ',';
            }
            out_ += rows.edges[edges][i];
        }
        out_ += ']';
        break;
    case plan::connection_part_kind::aggregate:
        out_ += '{';
        for (std::size_t i = 0; i < part.leaves.size(); ++i) {
            if (i > 0) {
                out_ += ',';
            }
            out_ += part.leaves[i].key;
            out_ += part.leaves[i].kind == plan::connection_leaf_kind::count ? std::to_string(count) : part.leaves[i].constant;
        }
        out_ += '}';
        break;
    }
}

template <class Source> void json_writer<Source>::connection(std::int64_t count, plan::bindings const& bindings) {
    auto const& c = *list_.select.connection;
    page_rows rows;
    if (!list_.levels.empty()) {
        rows = read_page(bindings);
    }
    out_ += '{';
    std::size_t edges = 0;
    bool first = true;
    for (auto const& part : c.parts.parts) {
        if (!first) {
            out_ += ',';
        }
        first = false;
        out_ += part.key;
        part_value(part, rows, edges, count);
        edges += part.kind == plan::connection_part_kind::edges ? 1 : 0;
    }
    out_ += '}';
}

} // namespace refract::engine::detail
