#pragma once

#include <refract/datamodel/model.hpp>
#include <refract/datamodel/naming.hpp>

namespace refract::datamodel {

REFRACT_DECL std::string_view to_string(field_type t) noexcept {
    switch (t) {
    case field_type::id: return "ID";
    case field_type::uuid: return "UUID";
    case field_type::string: return "String";
    case field_type::integer: return "Int";
    case field_type::floating: return "Float";
    case field_type::boolean: return "Boolean";
    case field_type::date_time: return "DateTime";
    case field_type::json: return "Json";
    case field_type::enumeration: return "Enum";
    case field_type::relation: return "Relation";
    }
    return "";
}

namespace detail {

template <class Items> index position_of(Items const& items, std::string_view name) noexcept {
    for (index i = 0; i < items.size(); ++i) {
        if (items[i].name == name) {
            return i;
        }
    }
    return none;
}

} // namespace detail

REFRACT_DECL field const* model::find(std::string_view field_name) const noexcept {
    auto const i = find_index(field_name);
    return i == none ? nullptr : &fields[i];
}

REFRACT_DECL index model::find_index(std::string_view field_name) const noexcept {
    return detail::position_of(fields, field_name);
}

REFRACT_DECL std::string model::list_table(field const& f) const { return fitted_database_name(table + "_" + f.column); }

REFRACT_DECL index datamodel::find_model(std::string_view name) const noexcept { return detail::position_of(models, name); }

REFRACT_DECL index datamodel::find_enum(std::string_view name) const noexcept { return detail::position_of(enums, name); }

REFRACT_DECL index datamodel::find_relation(std::string_view name) const noexcept { return detail::position_of(relations, name); }

REFRACT_DECL on_delete on_delete_of(datamodel const& dm, field const& f) noexcept {
    auto const& r = dm.relations[f.relation];
    return f.side == relation_side::a ? r.on_delete_a : r.on_delete_b;
}

} // namespace refract::datamodel
