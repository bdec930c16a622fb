#pragma once

#include <refract/core/text.hpp>
#include <refract/prisma1/management_answer.hpp>

#include <boost/json.hpp>

namespace refract::prisma1 {

namespace detail {

REFRACT_DECL void append_selected_object(
    std::string& out, graphql::field_collector const& collector, graphql::collected_field const& field, graphql::type const& declared,
    boost::json::object const& object
) {
    auto const* name = object.if_contains("__typename");
    auto const& concrete = name == nullptr ? declared : *collector.types().find(std::string_view(name->get_string()));
    bool first = true;
    out += '{';
    for (auto const& f : collector.collect(field.nodes, concrete)) {
        out += first ? "" : ",";
        first = false;
        append_json_string(out, f.response_key);
        out += ':';
        if (f.name() == "__typename") {
            append_json_string(out, concrete.name);
            continue;
        }
        auto const* member = object.if_contains(f.name());
        boost::json::value const null;
        append_selected(out, collector, f, concrete.find_field(f.name())->type, member == nullptr ? null : *member);
    }
    out += '}';
}

} // namespace detail

REFRACT_DECL void append_selected(
    std::string& out, graphql::field_collector const& collector, graphql::collected_field const& field,
    graphql::type_reference type, boost::json::value const& value
) {
    if (auto const* items = value.if_array()) {
        auto const item_type = type.nullable().unwrapped();
        out += '[';
        for (std::size_t i = 0; i < items->size(); ++i) {
            out += i == 0 ? "" : ",";
            append_selected(out, collector, field, item_type, (*items)[i]);
        }
        out += ']';
    } else if (auto const* object = value.if_object()) {
        detail::append_selected_object(out, collector, field, *type.named(), *object);
    } else {
        out += boost::json::serialize(value);
    }
}

} // namespace refract::prisma1
