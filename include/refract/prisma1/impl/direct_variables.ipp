#pragma once

#include <refract/core/id.hpp>
#include <refract/core/number.hpp>
#include <refract/core/time.hpp>
#include <refract/graphql/coerce.hpp>
#include <refract/graphql/resolve_type.hpp>
#include <refract/prisma1/direct_variables.hpp>
#include <refract/prisma1/variables.hpp>

#include <algorithm>
#include <limits>
#include <utility>

#include <boost/container/small_vector.hpp>

namespace refract::prisma1 {

namespace detail {

/// Walks JSON and its type together.
class direct_binder {
public:
    direct_binder(json_tape const& json, direct_variables& out) : json_(json), out_(out) {}

    bool bind(graphql::type_reference t, std::size_t at) {
        auto const& v = json_[at];
        if (v.kind == json_kind::null) {
            out_.shape += 'n';
            return !t.is_non_null();
        }
        t = t.nullable();
        if (t.is_list()) {
            return list(t.unwrapped(), at);
        }
        auto const& named = *t.named();
        if (named.kind == graphql::type_kind::input_object) {
            return v.kind == json_kind::object && object(named, at);
        }
        if (named.kind == graphql::type_kind::enumeration) {
            out_.shape += '=';
            out_.shape += v.text;
            out_.shape += ';';
            return v.kind == json_kind::string && named.find_value(v.text) != nullptr;
        }
        return leaf(named.name, v);
    }

    /// A page's length, or an offset of 0 or a negative one, which is refused: part of the shape.
    bool bind_count(std::size_t at) {
        out_.shape += '#';
        out_.shape += std::to_string(json_[at].integer);
        out_.shape += ';';
        return true;
    }

private:
    bool list(graphql::type_reference of, std::size_t at) {
        out_.shape += '[';
        bool fits = true;
        if (json_[at].kind == json_kind::list) {
            std::size_t const end = at + json_[at].size;
            for (std::size_t i = at + 1; fits && i < end; i += json_[i].size) {
                fits = bind(of, i);
            }
        } else {
            fits = bind(of, at);
        }
        out_.shape += ']';
        return fits;
    }

    /// Members in the order of the type, as coercion has them.
    bool object(graphql::type const& t, std::size_t at) {
        boost::container::small_vector<std::pair<std::size_t, std::size_t>, 8> given; // position in the type, in the JSON
        std::size_t const end = at + json_[at].size;
        for (std::size_t i = at + 1; i < end; i += 1 + json_[i + 1].size) {
            auto const* const field = t.find_input_field(json_[i].text);
            if (field == nullptr) {
                return false;
            }
            given.emplace_back(static_cast<std::size_t>(field - t.input_fields.data()), i + 1);
        }
        std::sort(given.begin(), given.end());
        out_.shape += '{';
        std::size_t next = 0;
        for (std::size_t i = 0; i < t.input_fields.size(); ++i) {
            auto const& field = t.input_fields[i];
            if (next == given.size() || given[next].first != i) {
                if (field.default_value || field.is_required()) {
                    return false;
                }
                continue;
            }
            out_.shape += field.name;
            out_.shape += ':';
            if (!bind(field.type, given[next].second)) {
                return false;
            }
            ++next;
        }
        out_.shape += '}';
        return next == given.size(); // not if a name was given twice
    }

    bool slot(db::value v) {
        out_.shape += 's';
        out_.slots.push_back(std::move(v));
        return true;
    }

    bool leaf(std::string_view type, json_item const& v) {
        switch (v.kind) {
        case json_kind::boolean:
            out_.shape += v.boolean ? 't' : 'f';
            return type == "Boolean";
        case json_kind::integer: return integer(type, v.integer);
        case json_kind::floating: return type == "Float" && number(v.floating);
        case json_kind::string: return text(type, v.text);
        default: return false;
        }
    }

    bool integer(std::string_view type, std::int64_t n) {
        if (type == "Int") {
            bool const fits = n >= std::numeric_limits<std::int32_t>::min() && n <= std::numeric_limits<std::int32_t>::max();
            return fits && slot(db::value::integer(n));
        }
        if (type == "Long") {
            return slot(db::value::integer(n));
        }
        if (type == "ID") {
            return slot(db::value::text(std::to_string(n)));
        }
        return type == "Float" && number(static_cast<double>(n));
    }

    bool number(double n) {
        std::string digits;
        append_json_number(digits, n == 0 ? 0 : n); // -0 is 0
        return slot(db::value::decimal(std::move(digits)));
    }

    bool text(std::string_view type, std::string_view s) {
        if (type == "ID" && is_null_word(type, s)) {
            out_.shape += 'n';
            return true;
        }
        if (type == "String" || type == "ID") {
            return s.find('\0') == std::string_view::npos && slot(db::value::text(std::string(s)));
        }
        if (type == "DateTime") {
            auto const ms = parse_date_time(s);
            return ms && slot(db::value::date_time(*ms));
        }
        if (type == "UUID") {
            auto id = parse_uuid(s);
            return id && slot(db::value::uuid(std::move(*id)));
        }
        return false;
    }

    json_tape const& json_;
    direct_variables& out_;
};

} // namespace detail

REFRACT_DECL std::vector<operation_variables>
find_operation_variables(graphql::schema const& api, graphql::document const& d, page_variables const& pages) {
    std::vector<operation_variables> out;
    for (auto const& operation : d.definitions) {
        if (operation.kind != graphql::ast::definition_kind::operation) {
            continue;
        }
        auto& to = out.emplace_back();
        to.operation = &operation;
        for (auto const& v : operation.variables) {
            auto& rule = to.rules.emplace_back();
            rule.name = v.name;
            rule.type = graphql::resolve_type(api, v.type);
            bool const is_int = rule.type.named() != nullptr && rule.type.named()->name == "Int" && !rule.type.nullable().is_list();
            rule.is_limit = is_int && pages.limits.contains(v.name);
            rule.is_offset = is_int && pages.offsets.contains(v.name);
            rule.has_default = v.default_value != nullptr;
            if (rule.has_default) {
                graphql::variable_values alone;
                alone.add(std::string(v.name), graphql::coerce_literal(rule.type, *v.default_value));
                auto bound = bind_variables(alone, pages);
                rule.default_shape = std::move(bound.shape);
                rule.default_slots = std::move(bound.slots);
            }
        }
    }
    return out;
}

REFRACT_DECL bool bind_directly(operation_variables const& variables, request_view const& r, direct_variables& out) {
    out.shape.clear();
    out.slots.clear();
    for (auto const& rule : variables.rules) {
        std::size_t const at = r.variables == 0 ? 0 : r.json->find(r.variables, rule.name);
        if (at == 0) {
            if (!rule.has_default && rule.type.is_non_null()) {
                return false;
            }
            out.shape += rule.default_shape;
            out.slots.insert(out.slots.end(), rule.default_slots.begin(), rule.default_slots.end());
            continue;
        }
        detail::direct_binder binder(*r.json, out);
        out.shape += '$';
        out.shape += rule.name;
        out.shape += ':';
        auto const& v = (*r.json)[at];
        bool const is_int32 = v.kind == json_kind::integer && v.integer >= std::numeric_limits<std::int32_t>::min() &&
                              v.integer <= std::numeric_limits<std::int32_t>::max();
        bool const counts = is_int32 && (rule.is_limit || (rule.is_offset && v.integer <= 0));
        if (!(counts ? binder.bind_count(at) : binder.bind(rule.type, at))) {
            return false;
        }
    }
    return true;
}

} // namespace refract::prisma1
