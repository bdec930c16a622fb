#pragma once

#include <refract/core/text.hpp>
#include <refract/core/utf8.hpp>
#include <refract/engine/json_writer.hpp>
#include <refract/prisma1/export.hpp>
#include <refract/sql/bulk.hpp>
#include <refract/sql/select.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace refract::prisma1 {

namespace detail {

/// One table of an export: a model, a list field of a model, or a relation.
struct export_table {
    datamodel::index owner = datamodel::none;
    datamodel::index field = datamodel::none;
};

REFRACT_DECL std::vector<export_table> export_tables(datamodel::datamodel const& dm, ndf_kind kind) {
    std::vector<export_table> out;
    if (kind == ndf_kind::relations) {
        for (datamodel::index i = 0; i < dm.relations.size(); ++i) {
            out.push_back({i, datamodel::none});
        }
        std::sort(out.begin(), out.end(), [&](export_table const& l, export_table const& r) {
            return dm.relations[l.owner].name > dm.relations[r.owner].name;
        });
        return out;
    }
    for (datamodel::index model = 0; model < dm.models.size(); ++model) {
        if (kind == ndf_kind::nodes) {
            out.push_back({model, datamodel::none});
            continue;
        }
        for (datamodel::index field = 0; field < dm.models[model].fields.size(); ++field) {
            if (dm.models[model].fields[field].is_scalar_list()) {
                out.push_back({model, field});
            }
        }
    }
    return out;
}

/// `{"_typeName":"User","id":"..."`
REFRACT_DECL void append_export_id(std::string& out, datamodel::model const& m, db::cell const& id) {
    out += "{\"_typeName\":";
    append_json_string(out, m.name);
    out += ",\"id\":";
    engine::detail::append_cell(out, id, sql::column_type(m.id().type));
}

/// The elements of a page, up to its limit.
class element_page {
public:
    explicit element_page(std::size_t max_characters) : max_(max_characters) {}

    /// False if the page has no room for the element: it belongs to the next one.
    bool add(std::string_view element) {
        auto const characters = count_utf16_units(element);
        if (characters_ > 0 && characters_ + characters > max_) {
            return false;
        }
        out_ += characters_ > 0 ? "," : "";
        out_ += element;
        characters_ += characters;
        ++elements_;
        return true;
    }

    [[nodiscard]] bool is_over() const noexcept { return characters_ > max_; }

    /// How many rows to read next: what is likely to fit, a thousand at most.
    [[nodiscard]] std::size_t rows_to_read() const noexcept {
        constexpr std::size_t first_read = 100;
        constexpr std::size_t most = 1000;
        if (elements_ == 0) {
            return first_read;
        }
        auto const room = characters_ < max_ ? max_ - characters_ : 0;
        return std::clamp<std::size_t>(room / (characters_ / elements_ + 1) + 1, 1, most);
    }

    /// The answer: with a cursor if the page is full.
    [[nodiscard]] std::string answer(std::optional<export_cursor> next) const {
        std::string out = "{\"out\":{\"jsonElements\":[" + out_ + "],\"size\":" + std::to_string(characters_) + "},\"cursor\":{\"table\":";
        out += std::to_string(next ? next->table : -1) + ",\"row\":" + std::to_string(next ? next->row : -1);
        out += next ? R"(,"field":0,"array":0},"isFull":true})" : R"(,"field":-1,"array":-1},"isFull":false})";
        return out;
    }

private:
    std::size_t max_;
    std::size_t characters_ = 0;
    std::size_t elements_ = 0;
    std::string out_;
};

/// Reads one table of an export from a row on.
class table_exporter {
public:
    table_exporter(
        db::database& database, sql::target const& t, engine::statement_store& statements, ndf_kind kind, export_table table
    )
        : database_(database), t_(t), statements_(statements), kind_(kind), table_(table) {
        prepare();
    }

    /// Adds elements from `row` on until the page is full or the table ends; `row` is then behind the last one added.
    /// True if the page is full.
    boost::asio::awaitable<engine::outcome<bool>> run(element_page& page, std::int64_t& row);

private:
    [[nodiscard]] datamodel::datamodel const& dm() const { return *t_.model; }
    void prepare();
    [[nodiscard]] sql::fragment statement(sql::page_start start) const;
    /// Adds the elements of rows read. Gives how many there were; `room` is false if one did not fit.
    std::size_t add(element_page& page, db::result_set const& rows, std::int64_t& row, bool& room);
    std::size_t add_lists(element_page& page, db::result_set const& rows, std::int64_t& row, bool& room);
    [[nodiscard]] std::string node(db::result_set const& rows, std::size_t at) const;
    [[nodiscard]] std::string link(db::result_set const& rows, std::size_t at) const;
    void append_end(std::string& out, datamodel::index model, datamodel::index field, db::cell const& id) const;

    db::database& database_;
    sql::target const& t_;
    engine::statement_store& statements_;
    ndf_kind kind_;
    export_table table_;
    std::vector<datamodel::index> fields_; ///< nodes: what is read, the id first
    std::vector<db::value_type> columns_;
    std::vector<std::size_t> key_columns_;
};

REFRACT_DECL void table_exporter::prepare() {
    auto const id_type = [&](datamodel::index model) { return sql::column_type(dm().models[model].id().type); };
    if (kind_ == ndf_kind::relations) {
        auto const& r = dm().relations[table_.owner];
        columns_ = {id_type(r.model_a), id_type(r.model_b)};
        key_columns_.push_back(sql::link_holder(t_, table_.owner) == datamodel::relation_side::a ? 0 : 1);
        if (sql::link_key_size(t_, table_.owner) > 1) {
            key_columns_.push_back(1);
        }
        return;
    }
    auto const& m = dm().models[table_.owner];
    key_columns_.push_back(0);
    columns_.push_back(id_type(table_.owner));
    if (kind_ == ndf_kind::lists) {
        columns_.push_back(sql::column_type(m.fields[table_.field].type));
        return;
    }
    fields_.push_back(m.id_field);
    for (auto const field : stored_fields(m)) {
        if (!m.fields[field].is_id && !m.fields[field].is_hidden) {
            fields_.push_back(field);
            columns_.push_back(sql::column_type(m.fields[field].type));
        }
    }
}

REFRACT_DECL sql::fragment table_exporter::statement(sql::page_start start) const {
    switch (kind_) {
    case ndf_kind::nodes: return sql::select_record_page(t_, table_.owner, fields_, start);
    case ndf_kind::lists: return sql::select_list_page(t_, table_.owner, table_.field, start);
    case ndf_kind::relations: break;
    }
    return sql::select_link_page(t_, table_.owner, start);
}

REFRACT_DECL std::string table_exporter::node(db::result_set const& rows, std::size_t at) const {
    auto const& m = dm().models[table_.owner];
    std::string out;
    append_export_id(out, m, rows.cell(at, 0));
    for (std::size_t i = 1; i < fields_.size(); ++i) {
        auto const value = rows.cell(at, i);
        if (!value.is_null()) {
            out += ',';
            append_json_string(out, m.fields[fields_[i]].name);
            out += ':';
            engine::detail::append_cell(out, value, columns_[i]);
        }
    }
    return out + '}';
}

REFRACT_DECL void
table_exporter::append_end(std::string& out, datamodel::index model, datamodel::index field, db::cell const& id) const {
    append_export_id(out, dm().models[model], id);
    auto const& f = dm().field_at(model, field);
    if (!f.is_hidden) {
        out += ",\"fieldName\":";
        append_json_string(out, f.name);
    }
    out += '}';
}

REFRACT_DECL std::string table_exporter::link(db::result_set const& rows, std::size_t at) const {
    auto const& r = dm().relations[table_.owner];
    std::string out = "[";
    append_end(out, r.model_b, r.field_b, rows.cell(at, 1));
    out += ',';
    append_end(out, r.model_a, r.field_a, rows.cell(at, 0));
    return out + ']';
}

REFRACT_DECL std::size_t
table_exporter::add_lists(element_page& page, db::result_set const& rows, std::int64_t& row, bool& room) {
    auto const& m = dm().models[table_.owner];
    std::size_t elements = 0;
    for (std::size_t at = 0; at < rows.rows() && room;) {
        auto const id = db::to_value(rows.cell(at, 0));
        std::string element;
        append_export_id(element, m, rows.cell(at, 0));
        element += ',';
        append_json_string(element, m.fields[table_.field].name);
        element += ":[";
        for (auto const from = at; at < rows.rows() && db::to_value(rows.cell(at, 0)) == id; ++at) {
            element += at > from ? "," : "";
            engine::detail::append_cell(element, rows.cell(at, 1), columns_[1]);
        }
        element += "]}";
        ++elements;
        room = page.add(element);
        row += room ? 1 : 0;
    }
    return elements;
}

REFRACT_DECL std::size_t table_exporter::add(element_page& page, db::result_set const& rows, std::int64_t& row, bool& room) {
    if (kind_ == ndf_kind::lists) {
        return add_lists(page, rows, row, room);
    }
    for (std::size_t at = 0; at < rows.rows() && room; ++at) {
        room = page.add(kind_ == ndf_kind::nodes ? node(rows, at) : link(rows, at));
        row += room ? 1 : 0;
    }
    return rows.rows();
}

REFRACT_DECL boost::asio::awaitable<engine::outcome<bool>> table_exporter::run(element_page& page, std::int64_t& row) {
    plan::bindings const none;
    std::vector<db::value> inputs{db::value::integer(row)};
    auto start = sql::page_start::offset;
    bool room = true;
    while (room && !page.is_over()) {
        auto const wanted = page.rows_to_read();
        inputs.push_back(db::value::integer(static_cast<std::int64_t>(wanted)));
        auto const text = statement(start);
        auto const prepared = statements_.get(text.text(), columns_);
        auto const parameters = sql::bind(text.parameters(), none, inputs);
        db::query const query{prepared.get(), parameters};
        std::span<db::query const> const batch(&query, 1);
        auto results = co_await database_.run(batch, db::isolation::snapshot_read_only);
        if (!results) {
            co_return engine::to_failure(results.failure());
        }
        auto const& rows = *results->front();
        auto const found = add(page, rows, row, room);
        if (found < wanted) {
            break;
        }
        inputs.clear();
        for (auto const column : key_columns_) {
            inputs.push_back(db::to_value(rows.cell(rows.rows() - 1, column)));
        }
        start = sql::page_start::after_key;
    }
    co_return !room || page.is_over();
}

} // namespace detail

REFRACT_DECL boost::asio::awaitable<engine::outcome<std::string>> export_page(
    db::database& database, sql::target const& t, engine::statement_store& statements, export_request request,
    std::size_t max_characters
) {
    detail::element_page page(max_characters);
    auto cursor = request.cursor;
    if (!request.kind || cursor.table < 0 || cursor.row < 0) {
        co_return page.answer(std::nullopt);
    }
    auto const tables = detail::export_tables(*t.model, *request.kind);
    for (; cursor.table < static_cast<std::int64_t>(tables.size()); ++cursor.table, cursor.row = 0) {
        detail::table_exporter table(
            database, t, statements, *request.kind, tables[static_cast<std::size_t>(cursor.table)]
        );
        auto const done = co_await table.run(page, cursor.row);
        if (!done) {
            co_return done.failure();
        }
        if (*done) {
            co_return page.answer(cursor);
        }
    }
    co_return page.answer(std::nullopt);
}

} // namespace refract::prisma1
