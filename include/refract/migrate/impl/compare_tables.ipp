#pragma once

#include <refract/migrate/compare_tables.hpp>
#include <refract/migrate/layout.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace refract::migrate {

namespace detail {

class table_comparison {
public:
    table_comparison(datamodel::datamodel const& dm, std::vector<sql::table> const& tables) : dm_(dm), tables_(tables) {}

    std::vector<datamodel::problem> run() {
        for (auto const& m : dm_.models) {
            if (!m.is_embedded) {
                compare(m);
            }
        }
        for (auto const& r : dm_.relations) {
            if (r.link.kind == datamodel::link_kind::table) {
                compare(r);
            }
        }
        return std::move(out_);
    }

private:
    [[nodiscard]] sql::table const* find(std::string_view name) const {
        auto const at = std::find_if(tables_.begin(), tables_.end(), [&](auto const& t) { return t.name == name; });
        return at == tables_.end() ? nullptr : &*at;
    }

    /// A column's type as a datamodel names it: text columns are String, whatever is in them.
    static std::string stored_name(datamodel::field_type t) {
        bool const is_text = t == datamodel::field_type::id || t == datamodel::field_type::enumeration;
        return std::string(datamodel::to_string(is_text ? datamodel::field_type::string : t));
    }

    static bool fits(datamodel::field_type wanted, datamodel::field_type stored) {
        using enum datamodel::field_type;
        auto const plain = [](datamodel::field_type t) { return t == id || t == json || t == enumeration ? string : t; };
        return plain(wanted) == plain(stored);
    }

    void report(std::string const& type, std::optional<std::string> field, std::string text) {
        out_.push_back({type, std::move(field), std::move(text)});
    }

    void compare(datamodel::model const& m) {
        auto const* t = find(m.table);
        if (t == nullptr) {
            report(m.name, {}, "Could not find the table for the model `" + m.name + "` in the database.");
            return;
        }
        for (auto const& f : m.fields) {
            if (f.is_scalar()) {
                compare_scalar(m, f, *t);
            } else if (f.is_scalar_list()) {
                compare_list(m, f);
            } else if (owns_column(f)) {
                compare_inline(m, f, *t);
            }
        }
    }

    [[nodiscard]] bool owns_column(datamodel::field const& f) const {
        auto const& link = dm_.relations[f.relation].link;
        return link.kind == datamodel::link_kind::inline_column && link.column_side == f.side;
    }

    void compare_scalar(datamodel::model const& m, datamodel::field const& f, sql::table const& t) {
        auto const* c = t.find(column_of(f).name);
        auto const type = std::string(datamodel::to_string(f.type));
        auto const column = "The underlying column for the field `" + f.name + "` ";
        if (c == nullptr) {
            report(m.name, f.name, "Could not find the column for the field `" + f.name + "` in the database.");
            return;
        }
        auto const spelled = f.enum_type == datamodel::none ? type : dm_.enums[f.enum_type].name;
        if (!fits(f.type, c->type)) {
            report(m.name, f.name, column + "has an incompatible type. The field has type `" + type + "` and the column has type `" +
                                       stored_name(c->type) + "`.");
        }
        bool const is_key = std::find(t.primary_key.begin(), t.primary_key.end(), c->name) != t.primary_key.end();
        bool const required = c->not_null || is_key;
        if (required && !f.is_required) {
            report(m.name, f.name, column + "is required but the field is declared optional. Please declare it as required: `" +
                                       f.name + ": " + spelled + "!`.");
        } else if (!required && f.is_required) {
            report(m.name, f.name, column + "is optional but the field is declared required. Please declare it as optional by "
                                            "removing the `!`: `" + f.name + ": " + spelled + "`.");
        }
    }

    void compare_list(datamodel::model const& m, datamodel::field const& f) {
        auto const* t = find(m.list_table(f));
        if (t == nullptr) {
            report(m.name, f.name, "Could not find the underlying table for the scalar list field `" + f.name + "`.");
            return;
        }
        std::pair<char const*, datamodel::field_type> const columns[] = {
            {"nodeId", datamodel::field_type::string}, {"position", datamodel::field_type::integer}, {"value", f.type}};
        for (auto const& [name, wanted] : columns) {
            auto const* c = t->find(name);
            if (c == nullptr) {
                report(m.name, f.name, "The underlying table for the scalar list field `" + f.name +
                                           "` is missing the required column `" + name + "`.");
                continue;
            }
            auto const type = std::string_view(name) == "nodeId" ? m.id().type : wanted;
            if (!fits(type, c->type)) {
                report(m.name, f.name, "The column `" + std::string(name) +
                                           "` in the underlying table for the scalar list field `" + f.name +
                                           "` has the wrong type. It has the type `" + stored_name(c->type) +
                                           "` but it should have the type `" + stored_name(type) + "`.");
            }
        }
    }

    /// Faults of a reference; `column` begins the sentences.
    void compare_reference(
        std::string const& type, std::string const& field, std::string const& column, std::string const& missing_words,
        std::string const& of_id, sql::table_column const& c, datamodel::model const& other
    ) {
        if (!c.references) {
            report(type, field, missing_words + " is missing a foreign key constraint.");
            return;
        }
        if (c.references->table != other.table) {
            report(type, field, column + " is not referencing the right table. It should reference the table of model `" +
                                    other.name + "` but is referencing the table `" + c.references->table + "`.");
        }
        if (c.references->column != other.id().column) {
            report(type, field, column + " is not referencing a valid column. Those columns must always reference the column of the "
                                         "id field of " + of_id + ". So it should reference `" + other.id().column +
                                    "` instead of `" + c.references->column + "`.");
        }
    }

    void compare_inline(datamodel::model const& m, datamodel::field const& f, sql::table const& t) {
        auto const* c = t.find(dm_.relations[f.relation].link.column);
        if (c == nullptr) {
            report(m.name, f.name, "Could not find the column for the inline relation field `" + f.name + "` in the database.");
            return;
        }
        auto const column = "The column for the inline relation field `" + f.name + "`";
        compare_reference(m.name, f.name, column, column, "related model", *c, dm_.models[f.related_model]);
    }

    void compare(datamodel::relation const& r) {
        auto const* t = find(r.link.table);
        if (t == nullptr) {
            report(r.name, {}, "Could not find the table `" + r.link.table + "` for the relation `" + r.name + "` in the database.");
            return;
        }
        for (bool const at_a : {true, false}) {
            auto const& name = at_a ? r.link.column_a : r.link.column_b;
            auto const* c = t->find(name);
            if (c == nullptr) {
                report(r.name, name, "The link table `" + r.name + "` is missing the column `" + name + "`.");
                continue;
            }
            compare_reference(
                r.name, name, "The column `" + name + "` of the relation table `" + r.link.table + "`",
                "The column `" + name + "` for the relation table `" + r.link.table + "`", "the related model", *c,
                dm_.models[at_a ? r.model_a : r.model_b]
            );
        }
    }

    datamodel::datamodel const& dm_;
    std::vector<sql::table> const& tables_;
    std::vector<datamodel::problem> out_;
};

} // namespace detail

REFRACT_DECL std::vector<datamodel::problem> compare_tables(
    datamodel::datamodel const& dm, std::vector<sql::table> const& tables
) {
    return detail::table_comparison(dm, tables).run();
}

} // namespace refract::migrate
