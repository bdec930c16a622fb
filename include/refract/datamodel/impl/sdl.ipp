#pragma once

#include <refract/core/text.hpp>
#include <refract/datamodel/check.hpp>
#include <refract/datamodel/declaration.hpp>
#include <refract/datamodel/impl/problems.hpp>
#include <refract/datamodel/legacy.hpp>
#include <refract/datamodel/naming.hpp>
#include <refract/datamodel/sdl.hpp>
#include <refract/graphql/parse.hpp>

#include <algorithm>
#include <charconv>
#include <unordered_map>
#include <utility>

namespace refract::datamodel {
namespace detail {

/// Defaults of the sequence behind an Int id.
inline constexpr std::int64_t default_allocation_size = 100;

/// A relation before it has its place in the model.
struct relation_draft {
    std::string name;
    field_position first{};  ///< the field that came first in the text
    field_position second{}; ///< its partner; none if the back relation is hidden
    bool name_is_generated = false;
};

REFRACT_DECL std::vector<relation_draft> draft_relations(declarations const& all) {
    std::vector<relation_draft> drafts;
    for (index t = 0; t < all.types.size(); ++t) {
        auto const& type = all.types[t];
        for (index i = 0; !type.is_relation_table && i < type.fields.size(); ++i) {
            field_position const p{t, i};
            auto const partner = type.fields[i].partner;
            bool const is_drafted = partner && std::pair{partner.type, partner.field} < std::pair{p.type, p.field};
            if (type.fields[i].is_relation() && !is_drafted) {
                bool const named = type.fields[i].has_relation_name || (partner && all.at(partner).has_relation_name);
                drafts.push_back({relation_name(all, p), p, partner, !named});
            }
        }
    }
    return drafts;
}

/// Two relations of the same name: one of the names was generated, check() saw to the others.
REFRACT_DECL std::optional<error> find_ambiguity(declarations const& all, std::vector<relation_draft> const& drafts) {
    std::unordered_map<std::string_view, relation_draft const*> by_name;
    auto const between = [&all](relation_draft const& d) {
        auto const& a = all.types[d.first.type].name;
        auto const& b = all.types[all.at(d.first).target].name;
        return text("A relation between ", std::min(a, b), " and ", std::max(a, b), "\n");
    };
    for (auto const& d : drafts) {
        auto const [same, is_new] = by_name.emplace(d.name, &d);
        if (!is_new) {
            return error{errc::ambiguous_relation,
                         text("There was an error during the autogeneration of relation names.\nPrisma generated the name ", d.name,
                              " twice, once for:\n", between(*same->second), between(d), "Please name at least one of the relations."),
                         {}};
        }
    }
    return std::nullopt;
}

/// `@db` or the name.
template <class Declaration> std::string database_name(Declaration const& d) {
    return std::string(string_argument(d.directive("db"), "name").value_or(d.name));
}

/// Builds the model from declarations without errors.
class model_builder {
public:
    model_builder(declarations const& all, std::vector<relation_draft> const& drafts, bool owns_tables)
        : all_(all), drafts_(drafts), owns_tables_(owns_tables) {}

    [[nodiscard]] datamodel build() {
        result_.version = all_.version;
        for (auto const& e : all_.enums) {
            result_.enums.push_back({std::string(e.name), {e.values.begin(), e.values.end()}, old_name(e)});
        }
        place_models();
        for (auto const& d : drafts_) {
            add_relation(d);
        }
        return std::move(result_);
    }

private:
    /// The order of models: those that get a hidden field come last, by the last one they get.
    [[nodiscard]] std::vector<index> ordered_types() const {
        std::vector<std::size_t> moved(all_.types.size(), 0);
        for (std::size_t i = 0; i < drafts_.size(); ++i) {
            if (!drafts_[i].second) {
                moved[all_.at(drafts_[i].first).target] = i + 1;
            }
        }
        std::vector<index> order;
        for (index t = 0; t < all_.types.size(); ++t) {
            if (!all_.types[t].is_relation_table) {
                order.push_back(t);
            }
        }
        std::stable_sort(order.begin(), order.end(), [&moved](index a, index b) { return moved[a] < moved[b]; });
        return order;
    }

    void place_models() {
        model_of_.assign(all_.types.size(), none);
        for (auto const t : ordered_types()) {
            auto const& declared = all_.types[t];
            model_of_[t] = static_cast<index>(result_.models.size());
            model m;
            m.name = declared.name;
            m.db_name = written_name(declared, "pgTable");
            m.table = fitted_database_name(m.db_name.empty() ? m.name : m.db_name);
            m.old_name = old_name(declared);
            m.is_embedded = declared.is_embedded;
            for (auto const& f : declared.fields) {
                m.fields.push_back(make_field(m, f));
                if (m.fields.back().is_id && m.id_field == none) {
                    m.id_field = static_cast<index>(m.fields.size() - 1);
                }
            }
            if (is_legacy() && owns_tables_ && !m.is_embedded) {
                add_system_fields(m);
            }
            result_.models.push_back(std::move(m));
        }
        for (index t = 0; t < all_.types.size(); ++t) {
            if (all_.types[t].is_relation_table) {
                relation_tables_.emplace(all_.types[t].name, t);
            }
        }
    }

    /// The first argument of a type's or enum's `@rename`, `oldName` of a field's.
    template <class Declaration> static std::string old_name(Declaration const& d) {
        auto const* rename = find_directive(d.directives, "rename");
        return rename == nullptr || rename->arguments.empty() ? std::string{} : std::string(rename->arguments[0].value.text);
    }

    [[nodiscard]] bool is_legacy() const { return all_.version == syntax_version::legacy; }

    /// The table or column somebody wrote: of `@db`, in a legacy datamodel of `@pgTable` or `@pgColumn`.
    template <class Declaration> [[nodiscard]] std::string written_name(Declaration const& d, std::string_view legacy_directive) const {
        if (is_legacy() && owns_tables_) {
            return {}; // the original ignores them too
        }
        return std::string(string_argument(d.directive(is_legacy() ? legacy_directive : "db"), "name").value_or(""));
    }

    static void add_system_fields(model& m) {
        for (auto const& system : system_fields) {
            if (m.find(system.name) != nullptr) {
                continue;
            }
            field f;
            f.name = system.name;
            f.type = system.type;
            f.column = f.name;
            f.is_required = true;
            f.is_hidden = true;
            f.is_id = f.name == "id";
            f.is_unique = f.is_id;
            f.is_created_at = f.name == "createdAt";
            f.is_updated_at = f.name == "updatedAt";
            if (f.is_id) {
                m.id_field = static_cast<index>(m.fields.size());
            }
            m.fields.push_back(std::move(f));
        }
    }

    [[nodiscard]] field make_field(model const& m, field_declaration const& declared) const {
        field f;
        f.name = declared.name;
        f.type = declared.type;
        f.is_list = declared.is_list;
        f.is_required = declared.is_required;
        f.db_name = written_name(declared, "pgColumn");
        f.old_name = string_argument(declared.directive("rename"), "oldName").value_or("");
        if (declared.is_relation()) {
            return f;
        }
        f.column = fitted_database_name(f.db_name.empty() ? f.name : f.db_name);
        f.enum_type = declared.enum_type;
        auto const has_meaning = [&](std::string_view name) { // of a directive; in a legacy datamodel of the name itself
            return is_legacy() ? declared.name == name : declared.directive(name) != nullptr;
        };
        bool const is_date = f.type == field_type::date_time && !f.is_list;
        f.is_created_at = is_date && has_meaning("createdAt");
        f.is_updated_at = is_date && has_meaning("updatedAt");
        bool const is_id = has_meaning("id");
        // The first id is the id; another one is a unique field.
        f.is_id = is_id && m.id_field == none;
        f.is_unique = !f.is_list &&
            (is_id || declared.directive("unique") != nullptr || declared.directive("pqUnique") != nullptr);
        if (auto const* v = find_argument(declared.directive("default"), "value"); v != nullptr) {
            f.default_value = default_value{std::string(v->text)};
        }
        if (f.is_id) {
            read_id(m, declared, f);
        }
        return f;
    }

    static void read_id(model const& m, field_declaration const& declared, field& f) {
        auto const* strategy = find_argument(declared.directive("id"), "strategy");
        if (strategy != nullptr && strategy->text == "NONE") {
            f.strategy = id_strategy::client;
        } else if (strategy != nullptr && strategy->text == "SEQUENCE") {
            f.strategy = id_strategy::sequence;
        }
        if (f.type != field_type::integer || f.strategy == id_strategy::client) {
            return;
        }
        f.sequence = datamodel_sequence{text(m.name, "_", f.name, "_seq"), 1, default_allocation_size};
        if (auto const* d = declared.directive("sequence"); d != nullptr) {
            f.sequence->name = string_argument(d, "name").value_or(f.sequence->name);
            f.sequence->initial_value = integer_argument(*d, "initialValue", f.sequence->initial_value);
            f.sequence->allocation_size = integer_argument(*d, "allocationSize", f.sequence->allocation_size);
        }
    }

    using datamodel_sequence = refract::datamodel::sequence;

    [[nodiscard]] static std::int64_t integer_argument(graphql::ast::directive const& d, std::string_view name, std::int64_t absent) {
        auto const* v = find_argument(&d, name);
        if (v != nullptr) {
            std::from_chars(v->text.data(), v->text.data() + v->text.size(), absent);
        }
        return absent;
    }

    [[nodiscard]] index add_hidden_field(relation_draft const& d) {
        auto& m = result_.models[model_of_[all_.at(d.first).target]];
        field f;
        f.name = hidden_field_name(d.name);
        f.type = field_type::relation;
        f.is_list = true;
        f.is_hidden = true;
        m.fields.push_back(std::move(f));
        return static_cast<index>(m.fields.size() - 1);
    }

    void add_relation(relation_draft const& d) {
        auto const id = static_cast<index>(result_.relations.size());
        auto const first_model = model_of_[d.first.type];
        auto const second_model = model_of_[all_.at(d.first).target];
        auto const first_field = d.first.field;
        auto const second_field = d.second ? d.second.field : add_hidden_field(d);
        auto& first = result_.models[first_model].fields[first_field];
        auto& second = result_.models[second_model].fields[second_field];
        bool first_is_a = result_.models[first_model].name < result_.models[second_model].name;
        if (first_model == second_model) {
            first_is_a = second.is_hidden || first.name < second.name;
        }
        relation r;
        r.name = d.name;
        r.name_is_generated = d.name_is_generated;
        r.model_a = first_is_a ? first_model : second_model;
        r.model_b = first_is_a ? second_model : first_model;
        r.field_a = first_is_a ? first_field : second_field;
        r.field_b = first_is_a ? second_field : first_field;
        connect(first, id, first_is_a ? relation_side::a : relation_side::b, second_model, second_field);
        connect(second, id, first_is_a ? relation_side::b : relation_side::a, first_model, first_field);
        (first_is_a ? r.on_delete_a : r.on_delete_b) = on_delete_argument(d.first);
        r.old_name = string_argument(all_.at(d.first).directive("relation"), "oldName").value_or("");
        if (d.second) {
            (first_is_a ? r.on_delete_b : r.on_delete_a) = on_delete_argument(d.second);
            if (r.old_name.empty()) {
                r.old_name = string_argument(all_.at(d.second).directive("relation"), "oldName").value_or("");
            }
        }
        choose_link(d, r);
        result_.relations.push_back(std::move(r));
    }

    static void connect(field& f, index relation, relation_side side, index model, index field) {
        f.relation = relation;
        f.side = side;
        f.related_model = model;
        f.related_field = field;
    }

    [[nodiscard]] on_delete on_delete_argument(field_position p) const {
        auto const* v = find_argument(all_.at(p).directive("relation"), "onDelete");
        return v != nullptr && v->text == "CASCADE" ? on_delete::cascade : on_delete::set_null;
    }

    /// The link that was asked for; else the relation table; else many-to-many a table, one-to-many the column at the one.
    void choose_link(relation_draft const& d, relation& r) {
        auto const wants = [&](link_argument mode) {
            return all_.at(d.first).link == mode || (d.second && all_.at(d.second).link == mode);
        };
        auto const& a = result_.models[r.model_a].fields[r.field_a];
        auto const& b = result_.models[r.model_b].fields[r.field_b];
        if (is_legacy()) {
            link_legacy(d, r);
            return;
        }
        bool const has_table = relation_tables_.count(r.name) != 0;
        bool const both_lists = a.is_list && b.is_list;
        if (wants(link_argument::table) || (!wants(link_argument::inline_column) && (has_table || both_lists))) {
            link_by_table(r);
            return;
        }
        // Where `link: INLINE` was written, else at the field that is no list.
        bool at_a = !a.is_list;
        if (wants(link_argument::inline_column)) {
            bool const at_first = all_.at(d.first).link == link_argument::inline_column;
            bool const first_is_a = a.name == all_.at(d.first).name && r.model_a == model_of_[d.first.type];
            at_a = at_first == first_is_a;
        }
        link_inline(r, at_a);
    }

    /// A column in the table of one side's model, named like its field unless somebody wrote another name.
    void link_inline(relation& r, bool at_a) {
        r.link = link{.kind = link_kind::inline_column};
        r.link.in_model = at_a ? r.model_a : r.model_b;
        r.link.column_side = at_a ? relation_side::a : relation_side::b;
        auto& owner = result_.models[r.link.in_model].fields[at_a ? r.field_a : r.field_b];
        owner.column = fitted_database_name(owner.db_name.empty() ? owner.name : owner.db_name);
        r.link.column = owner.column;
    }

    /// A table for every relation, unless somebody else made the tables and the text says otherwise.
    void link_legacy(relation_draft const& d, relation& r) {
        r.link = link{.kind = link_kind::table, .table = "_" + r.name, .column_a = "A", .column_b = "B"};
        if (owns_tables_) {
            r.link.id_column = "id";
            return;
        }
        for (auto const p : {d.first, d.second}) {
            if (!p) {
                continue;
            }
            bool const at_a = r.model_a == model_of_[p.type] && r.field_a == p.field;
            auto const& declared = all_.at(p);
            if (auto const column = string_argument(declared.directive("pgRelation"), "column")) {
                result_.models[model_of_[p.type]].fields[p.field].db_name = *column;
                link_inline(r, at_a);
                return;
            }
            auto const* table = declared.directive("pgRelationTable");
            if (auto const name = string_argument(table, "table")) {
                r.link.table = *name;
                (at_a ? r.link.column_a : r.link.column_b) = string_argument(table, "relationColumn").value_or("");
                (at_a ? r.link.column_b : r.link.column_a) = string_argument(table, "targetColumn").value_or("");
                return;
            }
        }
    }

    void link_by_table(relation& r) {
        r.link = link{.kind = link_kind::table, .table = "_" + r.name, .column_a = "A", .column_b = "B"};
        auto const table = relation_tables_.find(r.name);
        if (table == relation_tables_.end()) {
            return;
        }
        auto const& declared = all_.types[table->second];
        std::vector<field_declaration const*> ends;
        for (auto const& f : declared.fields) {
            if (f.is_relation()) {
                ends.push_back(&f);
            } else if (f.directive("id") != nullptr) {
                r.link.id_column = database_name(f);
            }
        }
        if (model_of_[ends[0]->target] != r.model_a) {
            std::swap(ends[0], ends[1]);
        }
        r.link.table = fitted_database_name(database_name(declared));
        r.link.column_a = fitted_database_name(database_name(*ends[0]));
        r.link.column_b = fitted_database_name(database_name(*ends[1]));
    }

    declarations const& all_;
    std::vector<relation_draft> const& drafts_;
    bool owns_tables_;
    datamodel result_;
    std::vector<index> model_of_; ///< by position of the type
    std::unordered_map<std::string_view, index> relation_tables_;
};

/// Names the database keeps for itself.
REFRACT_DECL void check_reserved_names(datamodel const& dm, capabilities const& can, problems& out) {
    auto const is_reserved_column = [&](std::string const& column) {
        return std::find(can.reserved_columns.begin(), can.reserved_columns.end(), column) != can.reserved_columns.end();
    };
    auto const check_table = [&](std::string const& owner, std::string const& table) {
        auto const prefix = can.reserved_table_prefix;
        if (!prefix.empty() && equal_ignoring_case(std::string_view(table).substr(0, prefix.size()), prefix)) {
            out.add(owner, text("The table `", table, "` can't be used: the database keeps names that start with `", prefix, "` for itself."));
        }
    };
    for (auto const& m : dm.models) {
        check_table(m.name, m.table);
        for (auto const& f : m.fields) {
            if (!f.is_scalar_list() && is_reserved_column(f.column)) {
                out.add(m.name, f.name, text("The field `", f.name, "` can't use the column `", f.column,
                                             "`: the database has a column of that name in every table. Choose another with `@db(name: ...)`."));
            }
        }
    }
    for (auto const& r : dm.relations) {
        if (r.link.kind == link_kind::table) {
            check_table(r.name, r.link.table);
            for (auto const* column : {&r.link.column_a, &r.link.column_b, &r.link.id_column}) {
                if (is_reserved_column(*column)) {
                    out.add(r.name, text("The link table `", r.link.table, "` can't use the column `", *column,
                                         "`: the database has a column of that name in every table."));
                }
            }
        }
    }
}

/// Tables and columns are compared without case, as SQLite does.
REFRACT_DECL std::vector<problem> check_places(datamodel const& dm, capabilities const& can) {
    problems out;
    check_reserved_names(dm, can, out);
    std::unordered_map<std::string, std::string> tables;
    auto const use_table = [&](std::string const& owner, std::string const& table) {
        auto const [other, is_new] = tables.emplace(ascii_lower(table), owner);
        if (!is_new) {
            out.add(owner, text("`", owner, "` uses the table `", table, "`, which `", other->second, "` uses already."));
        }
    };
    for (auto const& m : dm.models) {
        if (!m.is_embedded) {
            use_table(m.name, m.table);
        }
    }
    for (auto const& m : dm.models) {
        std::unordered_map<std::string, std::string> columns;
        for (auto const& f : m.fields) {
            if (f.is_scalar_list()) {
                use_table(m.name, m.list_table(f));
            } else if (!f.column.empty()) {
                auto const [other, is_new] = columns.emplace(ascii_lower(f.column), f.name);
                if (!is_new) {
                    out.add(m.name, f.name, text("The field `", f.name, "` uses the column `", f.column, "`, which the field `",
                                                 other->second, "` uses already."));
                }
            }
        }
    }
    for (auto const& r : dm.relations) {
        if (r.link.kind == link_kind::table) {
            use_table(r.name, r.link.table);
            if (ascii_lower(r.link.column_a) == ascii_lower(r.link.column_b)) {
                out.add(r.name, text("The link table `", r.link.table, "` uses the column `", r.link.column_b, "` for both its ends."));
            }
        }
    }
    return out.take();
}

REFRACT_DECL std::vector<problem> check_size(datamodel const& dm) {
    std::size_t repeated = 0;
    for (auto const& m : dm.models) {
        auto const relations = std::count_if(m.fields.begin(), m.fields.end(), [](auto const& f) { return f.is_relation(); });
        repeated += static_cast<std::size_t>(relations) * m.fields.size();
        if (repeated > max_repeated_fields) {
            return {{"Global", std::nullopt, text("The API of this datamodel would be too large: up to the type `", m.name,
                                                  "` there are too many relation fields on types with many fields.")}};
        }
    }
    return {};
}

} // namespace detail

REFRACT_DECL parsed parse_sdl(std::string_view sdl, capabilities const& can, parse_options options) {
    parsed out;
    // A field may well have a directive or two: the bound on directives is for queries, that on tokens is enough here.
    auto const document = graphql::parse(sdl, {.max_directives = limits{}.max_tokens, .allow_empty = true});
    if (!document) {
        out.errors.push_back({"Global", std::nullopt, "There's a syntax error in the data model. " + document.failure().message});
        return out;
    }
    auto all = declare(*document);
    all.version = detect_syntax(all, options.follows_legacy);
    out.version = all.version;
    out.errors = check(all, can);
    if (out.version == syntax_version::legacy) {
        for (auto& p : check_legacy_fields(all, can, options.owns_tables)) {
            out.errors.push_back(std::move(p));
        }
    } else if (out.errors.empty()) {
        out.errors = check_storage(all, can);
    }
    if (!out.errors.empty()) {
        return out;
    }
    out.warnings = deprecations(all);
    auto const drafts = detail::draft_relations(all);
    out.ambiguous_relation = detail::find_ambiguity(all, drafts);
    if (!out.ok()) {
        return out;
    }
    out.model = detail::model_builder(all, drafts, options.owns_tables).build();
    out.errors = detail::check_places(out.model, can);
    if (out.errors.empty()) {
        out.errors = detail::check_size(out.model);
    }
    if (!out.errors.empty()) {
        out.model = {};
    }
    return out;
}

} // namespace refract::datamodel
