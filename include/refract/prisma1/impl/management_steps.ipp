#pragma once

#include <refract/prisma1/management_steps.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <boost/json.hpp>

namespace refract::prisma1 {

namespace detail {

REFRACT_DECL boost::json::object step_object(char const* type) { return {{"__typename", type}, {"type", type}}; }

template <class T> boost::json::value if_changed(T const& before, T const& after) {
    return before == after ? boost::json::value(nullptr) : boost::json::value_from(after);
}

REFRACT_DECL boost::json::value text_or_null(std::optional<std::string> const& text) {
    return text ? boost::json::value(*text) : boost::json::value(nullptr);
}

/// `StringGCValue(abc)`: the original shows a debug text.
REFRACT_DECL std::string default_text(datamodel::field const& f) {
    using enum datamodel::field_type;
    std::string_view kind = "String";
    switch (f.type) {
    case id: kind = "StringId"; break;
    case uuid: kind = "Uuid"; break;
    case string: break;
    case integer: kind = "Int"; break;
    case floating: kind = "Float"; break;
    case boolean: kind = "Boolean"; break;
    case date_time: kind = "DateTime"; break;
    case json: kind = "Json"; break;
    case enumeration: kind = "Enum"; break;
    case relation: return "None";
    }
    return std::string(kind) + "GCValue(" + f.default_value->text + ")";
}

REFRACT_DECL std::string type_name(datamodel::datamodel const& dm, datamodel::field const& f) {
    return f.is_relation() ? dm.models[f.related_model].name : std::string(datamodel::to_string(f.type));
}

REFRACT_DECL std::string enum_name(datamodel::datamodel const& dm, datamodel::field const& f) {
    return f.enum_type == datamodel::none ? std::string() : dm.enums[f.enum_type].name;
}

REFRACT_DECL std::string relation_name(datamodel::datamodel const& dm, datamodel::field const& f) {
    return f.relation == datamodel::none ? std::string() : dm.relations[f.relation].name;
}

/// Empty becomes null: an Option that became None can't be told from an unchanged one.
REFRACT_DECL boost::json::value text_if_any(std::string text) {
    return text.empty() ? boost::json::value(nullptr) : boost::json::value(std::move(text));
}

REFRACT_DECL boost::json::object show_link(datamodel::datamodel const& dm, datamodel::relation const& r) {
    if (r.link.kind == datamodel::link_kind::inline_column) {
        auto o = step_object("Inline");
        o["model"] = dm.models[r.link.in_model].name;
        o["column"] = r.link.column;
        return o;
    }
    auto o = step_object("LinkTable");
    o["table"] = r.link.table;
    o["modelAColumn"] = r.link.column_a;
    o["modelBColumn"] = r.link.column_b;
    o["idColumn"] = text_if_any(r.link.id_column);
    return o;
}

/// Shows one step; nothing if it names what is not there.
struct step_viewer {
    datamodel::datamodel const& previous;
    datamodel::datamodel const& next;
    using shown = std::optional<boost::json::object>;

    static shown named(char const* type, std::string const& name) {
        auto o = step_object(type);
        o["name"] = name;
        return o;
    }

    static datamodel::field const* field(datamodel::datamodel const& dm, std::string const& model, std::string const& name) {
        auto const m = dm.find_model(model);
        return m == datamodel::none ? nullptr : dm.models[m].find(name);
    }

    shown operator()(migrate::create_model const& s) const { return named("CreateModel", s.name); }
    shown operator()(migrate::delete_model const& s) const { return named("DeleteModel", s.name); }
    shown operator()(migrate::delete_enum const& s) const { return named("DeleteEnum", s.name); }
    shown operator()(migrate::delete_relation const& s) const { return named("DeleteRelation", s.name); }

    shown operator()(migrate::update_model const& s) const {
        auto o = named("UpdateModel", s.name);
        (*o)["newName"] = s.new_name;
        auto const p = previous.find_model(s.name);
        auto const n = next.find_model(s.new_name);
        bool const known = p != datamodel::none && n != datamodel::none;
        (*o)["isEmbedded"] =
            known ? if_changed(previous.models[p].is_embedded, next.models[n].is_embedded) : boost::json::value(nullptr);
        return o;
    }

    shown operator()(migrate::create_enum const& s) const {
        auto const e = next.find_enum(s.name);
        if (e == datamodel::none) {
            return std::nullopt;
        }
        auto o = named("CreateEnum", s.name);
        (*o)["values"] = boost::json::value_from(next.enums[e].values);
        return o;
    }

    shown operator()(migrate::update_enum const& s) const {
        auto const p = previous.find_enum(s.name);
        auto const n = next.find_enum(s.new_name.value_or(s.name));
        if (p == datamodel::none || n == datamodel::none) {
            return std::nullopt;
        }
        auto o = named("UpdateEnum", s.name);
        (*o)["newName"] = text_or_null(s.new_name);
        (*o)["values"] = if_changed(previous.enums[p].values, next.enums[n].values);
        return o;
    }

    shown operator()(migrate::create_field const& s) const {
        auto const* f = field(next, s.model, s.name);
        if (f == nullptr) {
            return std::nullopt;
        }
        auto o = named("CreateField", s.name);
        (*o)["model"] = s.model;
        (*o)["typeName"] = type_name(next, *f);
        (*o)["isRequired"] = f->is_required;
        (*o)["isList"] = f->is_list;
        (*o)["unique"] = f->is_unique;
        (*o)["enum"] = text_if_any(enum_name(next, *f));
        (*o)["default"] = f->default_value ? "Some(" + default_text(*f) + ")" : "None";
        (*o)["relation"] = text_if_any(relation_name(next, *f));
        return o;
    }

    shown operator()(migrate::delete_field const& s) const {
        auto o = named("DeleteField", s.name);
        (*o)["model"] = s.model;
        return o;
    }

    shown operator()(migrate::update_field const& s) const {
        auto const* p = field(previous, s.model, s.name);
        auto const* n = field(next, s.new_model, s.new_name.value_or(s.name));
        if (p == nullptr || n == nullptr) {
            return std::nullopt;
        }
        auto o = named("UpdateField", s.name);
        auto const text_change = [](std::string const& before, std::string after) {
            return before == after ? boost::json::value(nullptr) : text_if_any(std::move(after));
        };
        (*o)["model"] = s.model;
        (*o)["newName"] = text_or_null(s.new_name);
        (*o)["typeName"] = text_change(type_name(previous, *p), type_name(next, *n));
        (*o)["isRequired"] = if_changed(p->is_required, n->is_required);
        (*o)["isList"] = if_changed(p->is_list, n->is_list);
        (*o)["unique"] = if_changed(p->is_unique, n->is_unique);
        (*o)["enum"] = text_change(enum_name(previous, *p), enum_name(next, *n));
        (*o)["relation"] = text_change(relation_name(previous, *p), relation_name(next, *n));
        bool const new_default = n->default_value && n->default_value != p->default_value;
        (*o)["default"] = new_default ? boost::json::value(default_text(*n)) : boost::json::value(nullptr);
        return o;
    }

    shown operator()(migrate::create_relation const& s) const {
        auto const n = next.find_relation(s.name);
        if (n == datamodel::none) {
            return std::nullopt;
        }
        auto const& r = next.relations[n];
        auto o = named("CreateRelation", s.name);
        (*o)["leftModel"] = next.models[r.model_a].name;
        (*o)["rightModel"] = next.models[r.model_b].name;
        (*o)["after"] = show_link(next, r);
        return o;
    }

    shown operator()(migrate::update_relation const& s) const {
        auto const p = previous.find_relation(s.name);
        auto const n = next.find_relation(s.new_name.value_or(s.name));
        if (p == datamodel::none || n == datamodel::none) {
            return std::nullopt;
        }
        auto o = named("UpdateRelation", s.name);
        (*o)["newName"] = text_or_null(s.new_name);
        (*o)["before"] = show_link(previous, previous.relations[p]);
        (*o)["after"] = show_link(next, next.relations[n]);
        return o;
    }

    shown operator()(migrate::update_secrets const&) const {
        auto o = step_object("UpdateSecrets");
        o["message"] = "Secrets have been updated.";
        return o;
    }
};

} // namespace detail

REFRACT_DECL boost::json::array show_steps(
    std::vector<migrate::step> const& steps, datamodel::datamodel const& previous, datamodel::datamodel const& next
) {
    boost::json::array out;
    detail::step_viewer const viewer{previous, next};
    for (auto const& s : steps) {
        if (auto shown = std::visit(viewer, s)) {
            out.push_back(std::move(*shown));
        }
    }
    return out;
}

} // namespace refract::prisma1
