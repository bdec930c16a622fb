#pragma once

#include <refract/migrate/check.hpp>
#include <refract/migrate/layout.hpp>
#include <refract/migrate/run_fragment.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace refract::migrate {

namespace detail {

/// Writes the questions of each kind of step.
class check_planner {
public:
    check_planner(
        sql::ddl_target const& target, datamodel::datamodel const& previous, datamodel::datamodel const& next, matching const& m
    )
        : target_(target), previous_(previous), next_(next), match_(m) {}

    void plan(create_field const& s) {
        auto const n = next_.find_model(s.model);
        auto const& model = next_.models[n];
        auto const& f = model.fields[model.find_index(s.name)];
        warn_of_missing_directive(model, f);
        auto const p = match_.previous_model[n];
        if (p == datamodel::none) {
            return;
        }
        auto const& before = previous_.models[p];
        if (f.is_relation()) {
            plan_new_end(before, f);
        } else if (f.is_required && !f.is_list && !f.is_id) {
            if (f.is_unique) {
                error_if(any_row(before.table), before.name, s.name,
                         "You are creating a new required unique field `" + s.name + "`. There are already nodes for the model `" +
                             before.name + "` that would violate that constraint.");
            } else {
                warn_if(any_row(before.table), before.name, s.name,
                        "You are creating a required field but there are already nodes present that would violate that "
                        "constraint.The fields will be pre-filled with the value `" + fill_text(next_, f) + "`.");
            }
        }
    }

    void plan(delete_model const& s) {
        auto const& m = previous_.models[previous_.find_model(s.name)];
        warn_if(any_row(m.table), m.name, {},
                "You already have nodes for this model. This change will result in data loss.");
    }

    void plan(delete_field const& s) {
        auto const& m = previous_.models[previous_.find_model(s.model)];
        auto const& f = m.fields[m.find_index(s.name)];
        if (f.is_relation()) {
            return;
        }
        warn_if(any_row(m.table), m.name, f.name, data_loss);
        if (is_migrating_from_legacy() && (f.name == "createdAt" || f.name == "updatedAt")) {
            error_always(m.name, f.name,
                         "You are removing the field `" + f.name + "` while migrating to the new datamodel. Add the field `" +
                             f.name + ": DateTime! @" + f.name +
                             "` explicitly to your model to keep this functionality.");
        }
    }

    void plan(update_field const& s) {
        auto const& before_model = previous_.models[previous_.find_model(s.model)];
        auto const& after_model = next_.models[next_.find_model(s.new_model)];
        auto const& before = before_model.fields[before_model.find_index(s.name)];
        auto const& after = after_model.fields[after_model.find_index(s.new_name.value_or(s.name))];
        bool const stored_anew =
            before.is_list != after.is_list || before.type != after.type || before.is_relation() != after.is_relation();
        if (before.is_id && before.type != after.type) {
            error_if(any_row(before_model.table), before_model.name, before.name,
                     "You are changing the type of the id field `" + before.name +
                         "`. But there are already nodes for this model. This would require to regenerate IDs for all nodes "
                         "which is not possible. You have to remove all nodes for this type by either running `prisma reset` or "
                         "through a `deleteMany" + before_model.name + "s` mutation.");
            return;
        }
        if (before.is_relation() && after.is_relation()) {
            plan_relation_end(before_model, before, after);
        } else if (stored_anew) {
            data_check c;
            c.query = any_row(before_model.table);
            c.warnings.push_back({before_model.name, before.name, data_loss});
            if (after.is_scalar() && after.is_required) {
                c.warnings.push_back({before_model.name, before.name, pre_filled(after)});
            }
            out_.push_back(std::move(c));
            plan_stored_anew(before_model, before, after);
            return;
        }
        if (!before.is_required && after.is_required && !after.is_list) {
            plan_becoming_required(before_model, before, after);
        }
        if (before.is_scalar() && after.is_scalar() && !before.is_unique && after.is_unique && !before.is_id) {
            plan_becoming_unique(before_model, before);
        }
    }

    void plan(update_enum const& s) {
        auto const e = previous_.find_enum(s.name);
        auto const& before = previous_.enums[e];
        auto const& after = next_.enums[match_.next_enum[e]];
        for (auto const& value : before.values) {
            if (std::find(after.values.begin(), after.values.end(), value) != after.values.end()) {
                continue;
            }
            for (auto const& m : previous_.models) {
                for (auto const& f : m.fields) {
                    if (f.enum_type == e && !f.is_relation()) {
                        error_if(f.is_list ? has_value(m.list_table(f), "value", value)
                                           : has_value(m.table, column_of(f).name, value),
                                 "Global", {},
                                 "You are deleting the value '" + value + "' of the enum '" + before.name +
                                     "', but that value is in use.");
                    }
                }
            }
        }
    }

    void plan(create_relation const& s) {
        auto const& r = next_.relations[next_.find_relation(s.name)];
        plan_required_end(r.model_a, r.field_a);
        if (r.field_a != r.field_b || !r.is_self()) {
            plan_required_end(r.model_b, r.field_b);
        }
    }

    void plan(delete_relation const& s) {
        auto const& r = previous_.relations[previous_.find_relation(s.name)];
        warn_if(any_link(r), r.name, {}, relation_loss);
    }

    void plan(update_relation const& s) {
        auto const p = previous_.find_relation(s.name);
        auto const& before = previous_.relations[p];
        auto const& after = next_.relations[match_.next_relation[p]];
        using datamodel::link_kind;
        if (before.link.kind == link_kind::table && after.link.kind == link_kind::table) {
            if (before.link.id_column.empty() && !after.link.id_column.empty()) {
                error_always(before.name, after.link.id_column, "Adding an id field to an existing link table is forbidden.");
            }
            return;
        }
        if (!keeps_links(before, after)) {
            warn_if(any_link(before), before.name, {}, relation_loss);
        }
    }

    template <class Other> void plan(Other const&) {}

    /// Fields that lose their meaning when a legacy datamodel becomes a v1.1 one.
    void plan_legacy_names() {
        for (auto const& m : next_.models) {
            for (auto const& f : m.fields) {
                for (auto const* name : {"createdAt", "updatedAt"}) {
                    if (is_migrating_from_legacy() && f.name == name && !f.is_created_at && !f.is_updated_at) {
                        error_always(m.name, f.name,
                                     "You are migrating to the new datamodel with the field `" + f.name +
                                         "` but is missing the directive `@" + f.name + "`. Please specify the field as `" +
                                         f.name + ": DateTime! @" + f.name + "` to keep its original behaviour.");
                    }
                }
            }
        }
    }

    [[nodiscard]] std::vector<data_check> take() { return std::move(out_); }

private:
    static constexpr char const* data_loss = "You already have nodes for this model. This change may result in data loss.";
    static constexpr char const* relation_loss =
        "You already have nodes for this relation. This change will result in data loss.";

    [[nodiscard]] bool is_migrating_from_legacy() const {
        return previous_.version == datamodel::syntax_version::legacy && next_.version == datamodel::syntax_version::v1_1;
    }

    [[nodiscard]] std::string pre_filled(datamodel::field const& f) const {
        return "You are changing the type of a required field. The fields will be pre-filled with the value: `" +
               fill_text(next_, f) + "`.";
    }

    void warn_of_missing_directive(datamodel::model const& m, datamodel::field const& f) {
        if (f.is_created_at || f.is_updated_at || is_migrating_from_legacy() ||
            (f.name != "createdAt" && f.name != "updatedAt")) {
            return;
        }
        std::string const verb = f.name == "createdAt" ? "created" : "updated";
        data_check c;
        c.warnings.push_back(
            {m.name, f.name,
             "You are adding the field `" + f.name + "` but is missing the directive `@" + f.name +
                 "`. Please specify the field as `" + f.name + ": DateTime! @" + f.name +
                 "` if you want to track the times for when a record was " + verb +
                 ". Or deploy with `--force` to ignore this."});
        out_.push_back(std::move(c));
    }

    /// A singular field for the hidden end of a relation that is there: at most one link per record must exist.
    void plan_new_end(datamodel::model const& before, datamodel::field const& f) {
        auto const p = match_.previous_relation[f.relation];
        if (f.is_list || p == datamodel::none) {
            return;
        }
        auto const& r = previous_.relations[p];
        auto const n = match_.next_model[r.model_a];
        auto const& after = next_.relations[f.relation];
        bool const switched = !r.is_self() && n != after.model_a;
        auto const side = switched == (f.side == datamodel::relation_side::a) ? datamodel::relation_side::b
                                                                              : datamodel::relation_side::a;
        sql::fragment query(*target_.dialect);
        if (r.link.kind == datamodel::link_kind::table) {
            query = duplicates(r.link.table, side == datamodel::relation_side::a ? r.link.column_a : r.link.column_b);
        } else if (side != r.link.column_side) {
            query = duplicates(previous_.models[r.link.in_model].table, r.link.column);
        } else {
            return; // the column is this very end: one value per record
        }
        error_if(std::move(query), before.name, f.name,
                 "You are adding a singular backrelation field to a type but there are already pairs in the relation that would "
                 "violate that constraint.");
    }

    void plan_becoming_unique(datamodel::model const& m, datamodel::field const& before) {
        error_if(duplicates(m.table, column_of(before).name), m.name, before.name,
                 "You are updating the field `" + before.name + "` to be unique. But there are already nodes for the model `" + m.name +
                     "` that would violate that constraint.");
    }

    /// A unique field whose values are filled in would have the same one in every record.
    void plan_stored_anew(datamodel::model const& m, datamodel::field const& before, datamodel::field const& after) {
        if (!after.is_scalar() || !after.is_unique) {
            return;
        }
        bool const keeps_values = before.is_scalar() && keeps_values_as(before.type, after.type);
        if (keeps_values && !before.is_unique) {
            plan_becoming_unique(m, before);
        }
        if (after.is_required && !(keeps_values && before.is_required)) {
            error_if(keeps_values ? null_in(m.table, column_of(before).name) : any_row(m.table), m.name, before.name,
                     "You are updating the field `" + before.name +
                         "` to be required and unique. But there are already nodes for the model `" + m.name +
                         "` that would violate that constraint.");
        }
    }

    /// A list becomes one value, or the other way round. Links that would be too many are refused: which of them should go?
    void plan_relation_end(datamodel::model const& m, datamodel::field const& before, datamodel::field const& after) {
        if (before.is_list == after.is_list) {
            return;
        }
        warn_if(any_row(m.table), m.name, before.name, data_loss);
        auto const& r = previous_.relations[before.relation];
        auto const n = match_.next_relation[before.relation];
        if (after.is_list || n == datamodel::none || n != after.relation) {
            return;
        }
        auto const& link = r.link;
        bool const in_table = link.kind == datamodel::link_kind::table;
        if (in_table || before.side != link.column_side) {
            auto const& column = !in_table ? link.column : before.side == datamodel::relation_side::a ? link.column_a : link.column_b;
            error_if(duplicates(in_table ? link.table : previous_.models[link.in_model].table, column), m.name, before.name,
                     "You are updating the field `" + before.name +
                         "` to a single value. But there are already pairs in the relation that would violate that constraint.");
        }
    }

    /// The links stay in their table or column.
    [[nodiscard]] bool keeps_links(datamodel::relation const& before, datamodel::relation const& after) const {
        using datamodel::link_kind;
        return before.link.kind == after.link.kind &&
               (before.link.kind == link_kind::table || match_.next_model[before.link.in_model] == after.link.in_model);
    }

    void plan_required_end(datamodel::index model, datamodel::index field) {
        if (field == datamodel::none || match_.previous_model[model] == datamodel::none ||
            !next_.models[model].fields[field].is_required) {
            return;
        }
        auto const& before = previous_.models[match_.previous_model[model]];
        error_if(any_row(before.table), before.name, {},
                 "You are creating a required relation, but there are already nodes that would violate that constraint.");
    }

    void plan_becoming_required(datamodel::model const& m, datamodel::field const& before, datamodel::field const& after) {
        std::string const start = "You are updating the field `" + before.name + "` to be required";
        std::string const end =
            ". But there are already nodes for the model `" + m.name + "` that would violate that constraint.";
        if (before.is_relation()) {
            error_if(unlinked(m, before), m.name, before.name, start + end);
        } else if (after.is_unique) {
            error_if(null_in(m.table, column_of(before).name), m.name, before.name, start + " and unique" + end);
        } else {
            warn_if(null_in(m.table, column_of(before).name), m.name, before.name, pre_filled(after));
        }
    }

    void warn_if(sql::fragment query, std::string type, std::optional<std::string> field, std::string text) {
        data_check c;
        c.query = std::move(query);
        c.warnings.push_back({std::move(type), std::move(field), std::move(text)});
        out_.push_back(std::move(c));
    }

    void error_if(sql::fragment query, std::string type, std::optional<std::string> field, std::string text) {
        data_check c;
        c.query = std::move(query);
        c.errors.push_back({std::move(type), std::move(field), std::move(text)});
        out_.push_back(std::move(c));
    }

    void error_always(std::string type, std::optional<std::string> field, std::string text) {
        data_check c;
        c.errors.push_back({std::move(type), std::move(field), std::move(text)});
        out_.push_back(std::move(c));
    }

    [[nodiscard]] sql::fragment from(std::string_view table) const {
        sql::fragment f(*target_.dialect);
        f.append("SELECT 1 FROM ").table(target_.schema, table);
        return f;
    }

    [[nodiscard]] sql::fragment any_row(std::string_view table) const { return from(table).append(" LIMIT 1"); }

    [[nodiscard]] sql::fragment null_in(std::string_view table, std::string_view column) const {
        return from(table).append(" WHERE ").identifier(column).append(" IS NULL LIMIT 1");
    }

    [[nodiscard]] sql::fragment not_null_in(std::string_view table, std::string_view column) const {
        return from(table).append(" WHERE ").identifier(column).append(" IS NOT NULL LIMIT 1");
    }

    [[nodiscard]] sql::fragment has_value(std::string_view table, std::string_view column, std::string value) const {
        auto f = from(table);
        f.append(" WHERE ").identifier(column).append(" = ").value(plan::operand::of(db::value::text(std::move(value))));
        return f.append(" LIMIT 1");
    }

    [[nodiscard]] sql::fragment duplicates(std::string_view table, std::string_view column) const {
        auto f = from(table);
        f.append(" WHERE ").identifier(column).append(" IS NOT NULL GROUP BY ").identifier(column);
        return f.append(" HAVING count(*) > 1 LIMIT 1");
    }

    [[nodiscard]] sql::fragment any_link(datamodel::relation const& r) const {
        return r.link.kind == datamodel::link_kind::table
                   ? any_row(r.link.table)
                   : not_null_in(previous_.models[r.link.in_model].table, r.link.column);
    }

    /// Records of the model that are not linked at this end.
    [[nodiscard]] sql::fragment unlinked(datamodel::model const& m, datamodel::field const& f) const {
        auto const& r = previous_.relations[f.relation];
        bool const in_table = r.link.kind == datamodel::link_kind::table;
        if (!in_table && r.link.column_side == f.side) {
            return null_in(m.table, r.link.column);
        }
        auto const& column = !in_table ? r.link.column : f.side == datamodel::relation_side::a ? r.link.column_a : r.link.column_b;
        auto const& table = in_table ? r.link.table : previous_.models[r.link.in_model].table;
        sql::fragment query(*target_.dialect);
        query.append("SELECT 1 FROM ").table(target_.schema, m.table).append(" AS t WHERE NOT EXISTS (SELECT 1 FROM ");
        query.table(target_.schema, table).append(" AS l WHERE l.").identifier(column).append(" = t.");
        return query.identifier(m.id().column).append(") LIMIT 1");
    }

    sql::ddl_target const& target_;
    datamodel::datamodel const& previous_;
    datamodel::datamodel const& next_;
    matching const& match_;
    std::vector<data_check> out_;
};

} // namespace detail

REFRACT_DECL std::vector<data_check> plan_checks(
    sql::ddl_target const& target, datamodel::datamodel const& previous, datamodel::datamodel const& next, matching const& m,
    std::vector<step> const& steps
) {
    detail::check_planner planner(target, previous, next, m);
    for (auto const& s : steps) {
        std::visit([&](auto const& one) { planner.plan(one); }, s);
    }
    planner.plan_legacy_names();
    return planner.take();
}

REFRACT_DECL boost::asio::awaitable<db::result<check_result>> run_checks(db::database& database, std::vector<data_check> checks) {
    check_result out;
    std::vector<db::value_type> const one_number{db::value_type::integer};
    for (auto& check : checks) {
        if (check.query) {
            auto task = run_fragment(database, *check.query, one_number);
            auto rows = co_await std::move(task);
            if (!rows && rows.failure().kind != db::error_kind::undefined_object) {
                co_return std::move(rows.failure());
            }
            if (!rows || (*rows)->rows() == 0) {
                continue;
            }
        }
        // a value in use in two places is told once
        auto const add = [](std::vector<datamodel::problem>& to, std::vector<datamodel::problem>& from) {
            for (auto& p : from) {
                if (std::find(to.begin(), to.end(), p) == to.end()) {
                    to.push_back(std::move(p));
                }
            }
        };
        add(out.warnings, check.warnings);
        add(out.errors, check.errors);
    }
    co_return out;
}

} // namespace refract::migrate
