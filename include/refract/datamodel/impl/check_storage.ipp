#pragma once

#include <refract/datamodel/check.hpp>
#include <refract/datamodel/impl/problems.hpp>

#include <unordered_map>
#include <utility>

namespace refract::datamodel {
namespace detail {

/// The relation tables a text declares, by the relation they are named after.
using relation_tables = std::unordered_map<std::string_view, index>;

REFRACT_DECL relation_tables find_relation_tables(declarations const& all) {
    relation_tables tables;
    for (index t = 0; t < all.types.size(); ++t) {
        if (all.types[t].is_relation_table) {
            tables.emplace(all.types[t].name, t);
        }
    }
    return tables;
}

REFRACT_DECL void check_link(
    declarations const& all, capabilities const& can, relation_tables const& tables, field_position p, problems& out
) {
    auto const& t = all.types[p.type];
    auto const& f = all.at(p);
    auto const* partner = f.partner ? &all.at(f.partner) : nullptr;
    auto const given = f.link != link_argument::absent;
    auto const given_opposite = partner != nullptr && partner->link != link_argument::absent;
    bool const one_to_one = partner != nullptr && !f.is_list && !partner->is_list;
    bool const needs_link = (one_to_one || can.link_lists) && !t.is_embedded && !all.types[f.target].is_embedded;
    if (needs_link && !given && !given_opposite && tables.count(relation_name(all, p)) == 0) {
        out.add(t, f, text("The field `", f.name, "` must provide a relation link mode. Either specify it on this field or the opposite "
                           "field. Valid values are: ", can.link_tables ? "`@relation(link: TABLE)`," : "", "`@relation(link: INLINE)`"));
    }
    if (given && given_opposite) {
        out.add(t, f, text("The `link` argument must be specified only on one side of a relation. The field `", f.name,
                           "` provides a link mode and the opposite field `", partner->name, "` as well.}"));
    }
    if (f.link == link_argument::inline_column && f.is_list && !can.link_lists) {
        bool const opposite_can = partner != nullptr && !partner->is_list;
        out.add(t, f, text("This connector does not support the `INLINE` strategy for list relation fields. ",
                           opposite_can ? text("You could fix this by putting `link: INLINE` on the opposite field `", partner->name,
                                               "` in the model `", all.types[f.target].name, "`.")
                                        : text("You could fix this by using the strategy `TABLE` instead.")));
    }
    auto const* on_delete = find_argument(f.directive("relation"), "onDelete");
    if (can.embedded_types && on_delete != nullptr && on_delete->text == "CASCADE") {
        out.add(t, f, text("The Mongo connector currently does not support Cascading Deletes, but the field `", f.name,
                           "` defines cascade behaviour. Please remove the onDelete argument.}"));
    }
    if (t.is_embedded && partner != nullptr && !all.types[f.target].is_embedded) {
        out.add(t, f, text("The type `", t.name, "` specifies the back relation field `", f.name,
                           "`, which is disallowed for embedded types."));
    }
}

REFRACT_DECL void check_list_storage(capabilities const& can, type_declaration const& t, field_declaration const& f, problems& out) {
    if (!f.is_list || f.is_relation() || f.directive("scalarList") != nullptr || can.scalar_lists_embedded) {
        return;
    }
    out.add(t, f, can.scalar_lists_relation ? text("Valid values for the strategy argument of `@scalarList` are: RELATION.")
                                            : text("This connector does not support scalar lists."));
}

/// The model types a relation table should point to, by the relation's name.
using relation_ends = std::unordered_map<std::string, std::pair<index, index>>;

REFRACT_DECL void check_relation_table(relation_ends const& relations, type_declaration const& t, problems& out) {
    std::vector<field_declaration const*> ends;
    bool has_scalars = false;
    for (auto const& f : t.fields) {
        if (f.is_relation()) {
            ends.push_back(&f);
        } else if (f.directive("id") == nullptr) {
            has_scalars = true;
        } else if (f.type != field_type::id || !f.is_required) {
            out.add(t, f, "The id field of a link table must be of type `ID!`.");
        }
    }
    auto const relation = relations.find(std::string(t.name));
    if (relation == relations.end()) {
        out.add(t.name, text("The link table `", t.name, "` is not referenced in any relation field."));
    } else if (ends.size() == 2) {
        auto const [a, b] = relation->second;
        auto const matches = [&](index x, index y) { return ends[0]->target == x && ends[1]->target == y; };
        if (!matches(a, b) && !matches(b, a)) {
            out.add(t.name, text("The link table `", t.name, "` is not referencing the right types."));
        }
    }
    if (ends.size() != 2) {
        out.add(t.name, "A link table must specify exactly two relation fields.");
    }
    if (has_scalars) {
        out.add(t.name, "A link table must not specify any additional scalar fields.");
    }
}

} // namespace detail

REFRACT_DECL std::vector<problem> check_storage(declarations const& all, capabilities const& can) {
    detail::problems out;
    detail::relation_ends relations;
    auto const tables = detail::find_relation_tables(all);
    for (index ti = 0; ti < all.types.size(); ++ti) {
        auto const& t = all.types[ti];
        for (index fi = 0; !t.is_relation_table && fi < t.fields.size(); ++fi) {
            auto const& f = t.fields[fi];
            if (f.is_relation()) {
                detail::check_link(all, can, tables, {ti, fi}, out);
                relations.emplace(relation_name(all, {ti, fi}), std::pair{ti, f.target});
            }
            detail::check_list_storage(can, t, f, out);
        }
    }
    for (auto const& t : all.types) {
        if (t.is_relation_table) {
            detail::check_relation_table(relations, t, out);
        }
    }
    return out.take();
}

REFRACT_DECL std::vector<problem> deprecations(declarations const& all) {
    detail::problems out;
    for (auto const& t : all.types) {
        for (auto const& f : t.fields) {
            if (t.is_relation_table && f.directive("id") != nullptr) {
                out.add(t, f, "Id fields on link tables are deprecated and will soon loose support. Please remove it from your datamodel "
                              "to remove the underlying column.");
            }
        }
    }
    return out.take();
}

} // namespace refract::datamodel
