#pragma once

#include <refract/engine/json_writer.hpp>

namespace refract::engine::detail {

/// A cursor: the id as a JSON string.
template <class Source> std::string json_writer<Source>::id_text(row const& r) {
    auto const id = r.cell(list_.select.connection->id_column);
    auto const start = out_.size();
    bool const quoted = id.type == db::value_type::integer;
    if (quoted) {
        out_.raw('"');
    }
    append_cell(out_, id, id.type);
    if (quoted) {
        out_.raw('"');
    }
    auto text = std::string(out_.written(start));
    out_.shrink(start);
    return text;
}

template <class Source> auto json_writer<Source>::read_page(plan::bindings const& bindings) -> page_rows {
    auto const& c = *list_.select.connection;
    page_rows rows;
    std::size_t limit = static_cast<std::size_t>(-1);
    if (c.limit) {
        limit = static_cast<std::size_t>(sql::bind(*c.limit, bindings).number());
    }
    for (auto const& part : c.parts.parts) {
        if (part.kind == plan::connection_part_kind::edges) {
            rows.edges.emplace_back();
        }
    }
    source_.each(0, {}, [&](row const& r) {
        if (rows.count == limit) {
            rows.has_more = true;
            return false;
        }
        auto id = id_text(r);
        std::size_t node = 0;
        std::size_t edges = 0;
        for (auto const& part : c.parts.parts) {
            if (part.kind == plan::connection_part_kind::edges) {
                auto const start = out_.size();
                edge(part, node, id, r);
                out_.raw(',');
                auto& to = rows.edges[edges++];
                to.starts.push_back(to.text.size());
                to.text += out_.written(start);
                out_.shrink(start);
            }
        }
        if (rows.count++ == 0) {
            rows.first_id = id;
        }
        rows.last_id = std::move(id);
        return true;
    });
    if (c.backward) {
        std::swap(rows.first_id, rows.last_id);
        for (auto& e : rows.edges) {
            reverse_segments(e.text, e.starts);
        }
    }
    return rows;
}

template <class Source> void json_writer<Source>::page_info(plan::connection_part const& part, page_rows const& rows) {
    using kind = plan::connection_leaf_kind;
    auto const& c = *list_.select.connection;
    auto const truth = [](bool b) { return b ? std::string_view("true") : std::string_view("false"); };
    auto const cursor = [&](std::string const& id) { return rows.count == 0 ? std::string_view("null") : std::string_view(id); };
    out_.raw('{');
    for (auto const& leaf : part.leaves) {
        out_.raw(leaf.key);
        switch (leaf.kind) {
        case kind::has_next_page: out_.raw(truth(c.forward && rows.has_more)); break;
        case kind::has_previous_page: out_.raw(truth(c.backward && rows.has_more)); break;
        case kind::start_cursor: out_.raw(cursor(rows.first_id)); break;
        case kind::end_cursor: out_.raw(cursor(rows.last_id)); break;
        default: out_.raw(leaf.constant); break;
        }
        out_.raw(',');
    }
    close('}', !part.leaves.empty());
}

template <class Source>
void json_writer<Source>::part_value(
    plan::connection_part const& part, page_rows const& rows, std::size_t edges, std::int64_t count
) {
    switch (part.kind) {
    case plan::connection_part_kind::constant: out_.raw(part.constant); break;
    case plan::connection_part_kind::page_info: page_info(part, rows); break;
    case plan::connection_part_kind::edges:
        out_.raw('[');
        if (edges < rows.edges.size()) {
            out_.raw(rows.edges[edges].text);
        }
        close(']', rows.count > 0);
        break;
    case plan::connection_part_kind::aggregate:
        out_.raw('{');
        for (auto const& leaf : part.leaves) {
            out_.raw(leaf.key);
            if (leaf.kind == plan::connection_leaf_kind::count) {
                out_.integer(count);
            } else {
                out_.raw(leaf.constant);
            }
            out_.raw(',');
        }
        close('}', !part.leaves.empty());
        break;
    }
}

template <class Source> void json_writer<Source>::connection(std::int64_t count, plan::bindings const& bindings) {
    auto const& parts = list_.select.connection->parts.parts;
    begin();
    page_rows rows;
    if (!list_.levels.empty()) {
        rows = read_page(bindings);
    }
    out_.raw('{');
    std::size_t edges = 0;
    for (auto const& part : parts) {
        out_.raw(part.key);
        part_value(part, rows, edges, count);
        out_.raw(',');
        edges += part.kind == plan::connection_part_kind::edges ? 1 : 0;
    }
    close('}', !parts.empty());
    out_.finish();
}

} // namespace refract::engine::detail
