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

/// A shape being written: pieces of a few bytes each, handed over in large ones.
class shape_writer {
public:
    explicit shape_writer(std::string& to) : to_(to) {}
    shape_writer(shape_writer const&) = delete;
    shape_writer& operator=(shape_writer const&) = delete;

    void put(char c) {
        if (size_ == sizeof bytes_) {
            finish();
        }
        bytes_[size_++] = c;
    }

    void put(std::string_view text) {
        if (text.size() > sizeof bytes_ - size_) {
            finish();
            if (text.size() > sizeof bytes_) {
                to_.append(text);
                return;
            }
        }
        size_ += text.copy(bytes_ + size_, text.size()); // not memcpy(): an empty text may be at no place
    }

    void finish() {
        to_.append(bytes_, size_);
        size_ = 0;
    }

private:
    std::string& to_;
    std::size_t size_ = 0;
    char bytes_[512];
};

/// The scalar types that are bound directly.
enum class leaf_type : std::uint8_t { other, boolean, integer, big_integer, floating, id, string, date_time, uuid };

/// By the length of the name first: it is asked for every value.
REFRACT_DECL leaf_type leaf_type_of(std::string_view name) noexcept {
    switch (name.size()) {
    case 2: return name == "ID" ? leaf_type::id : leaf_type::other;
    case 3: return name == "Int" ? leaf_type::integer : leaf_type::other;
    case 4: return name == "Long" ? leaf_type::big_integer : name == "UUID" ? leaf_type::uuid : leaf_type::other;
    case 5: return name == "Float" ? leaf_type::floating : leaf_type::other;
    case 6: return name == "String" ? leaf_type::string : leaf_type::other;
    case 7: return name == "Boolean" ? leaf_type::boolean : leaf_type::other;
    case 8: return name == "DateTime" ? leaf_type::date_time : leaf_type::other;
    default: return leaf_type::other;
    }
}

/// Walks JSON and its type together.
class direct_binder {
public:
    direct_binder(json_tape const& json, shape_writer& shape, std::vector<db::value>& slots)
        : json_(json), shape_(shape), slots_(slots) {}

    REFRACT_DECL bool bind(graphql::type_reference t, std::size_t at);

    /// A page's length, or an offset of 0 or a negative one, which is refused: part of the shape.
    bool bind_count(std::size_t at) {
        shape_.put('#');
        shape_.put(std::to_string(json_[at].integer));
        shape_.put(';');
        return true;
    }

private:
    /// A member of an object: its position in the type, and where its value is in the JSON.
    using member = std::pair<std::uint32_t, std::uint32_t>;
    using members = boost::container::small_vector<member, 8>;

    REFRACT_DECL bool list(graphql::type_reference of, std::size_t at);
    REFRACT_DECL bool object(graphql::type const& t, std::size_t at);
    REFRACT_DECL bool find_members(graphql::type const& t, std::size_t at, members& given) const;
    REFRACT_DECL bool leaf(leaf_type type, json_item const& v);
    REFRACT_DECL bool integer(leaf_type type, std::int64_t n);
    REFRACT_DECL bool number(double n, std::string_view written);
    REFRACT_DECL bool text(leaf_type type, std::string_view s);

    bool slot(db::value v) {
        shape_.put('s');
        slots_.push_back(std::move(v));
        return true;
    }

    json_tape const& json_;
    shape_writer& shape_;
    std::vector<db::value>& slots_;
};

REFRACT_DECL bool direct_binder::bind(graphql::type_reference t, std::size_t at) {
    auto const& v = json_[at];
    if (v.kind == json_kind::null) {
        shape_.put('n');
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
        if (v.kind != json_kind::string) {
            return false;
        }
        shape_.put('=');
        shape_.put(v.text);
        shape_.put(';');
        return named.find_value(v.text) != nullptr;
    }
    return leaf(leaf_type_of(named.name), v);
}

REFRACT_DECL bool direct_binder::list(graphql::type_reference of, std::size_t at) {
    shape_.put('[');
    bool fits = true;
    if (json_[at].kind == json_kind::list) {
        std::size_t const end = at + json_[at].size;
        for (std::size_t i = at + 1; fits && i < end; i += json_[i].size) {
            fits = bind(of, i);
        }
    } else {
        fits = bind(of, at);
    }
    shape_.put(']');
    return fits;
}

/// The members in the order of the type; false if the type does not have one of them, or one was given twice.
REFRACT_DECL bool direct_binder::find_members(graphql::type const& t, std::size_t at, members& given) const {
    auto const& fields = t.input_fields;
    std::size_t const end = at + json_[at].size;
    bool is_sorted = true;
    std::size_t expected = 0; // clients often have the order of the type
    for (std::size_t i = at + 1; i < end; i += 1 + json_[i + 1].size) {
        auto const name = json_[i].text;
        auto const* const field = expected < fields.size() && fields[expected].name == name ? &fields[expected] : t.find_input_field(name);
        if (field == nullptr) {
            return false;
        }
        auto const position = static_cast<std::size_t>(field - fields.data());
        is_sorted = is_sorted && position >= expected;
        expected = position + 1;
        given.emplace_back(static_cast<std::uint32_t>(position), static_cast<std::uint32_t>(i + 1));
    }
    if (is_sorted) {
        return true;
    }
    std::sort(given.begin(), given.end());
    return std::adjacent_find(given.begin(), given.end(), [](member a, member b) { return a.first == b.first; }) == given.end();
}

/// Members in the order of the type, as coercion has them.
REFRACT_DECL bool direct_binder::object(graphql::type const& t, std::size_t at) {
    members given;
    if (!find_members(t, at, given)) {
        return false;
    }
    shape_.put('{');
    std::size_t passed = 0; // fields of the type
    auto const may_be_left_out = [&](std::size_t until) {
        for (; passed < until; ++passed) {
            auto const& field = t.input_fields[passed];
            if (field.default_value || field.type.is_non_null()) {
                return false;
            }
        }
        return true;
    };
    for (auto const& [position, place] : given) {
        auto const& field = t.input_fields[position];
        if (!may_be_left_out(position)) {
            return false;
        }
        shape_.put(field.name);
        shape_.put(':');
        if (!bind(field.type, place)) {
            return false;
        }
        passed = std::size_t{position} + 1;
    }
    shape_.put('}');
    return may_be_left_out(t.input_fields.size());
}

REFRACT_DECL bool direct_binder::leaf(leaf_type type, json_item const& v) {
    switch (v.kind) {
    case json_kind::boolean: shape_.put(v.boolean ? 't' : 'f'); return type == leaf_type::boolean;
    case json_kind::integer: return integer(type, v.integer);
    case json_kind::floating: return type == leaf_type::floating && number(v.floating, v.text);
    case json_kind::string: return text(type, v.text);
    default: return false;
    }
}

REFRACT_DECL bool direct_binder::integer(leaf_type type, std::int64_t n) {
    switch (type) {
    case leaf_type::integer: {
        bool const fits = n >= std::numeric_limits<std::int32_t>::min() && n <= std::numeric_limits<std::int32_t>::max();
        return fits && slot(db::value::integer(n));
    }
    case leaf_type::big_integer: return slot(db::value::integer(n));
    case leaf_type::id: return slot(db::value::text(std::to_string(n)));
    case leaf_type::floating: return number(static_cast<double>(n), {});
    default: return false;
    }
}

/// `written`: as append_json_number() would write it, if that is known.
REFRACT_DECL bool direct_binder::number(double n, std::string_view written) {
    std::string digits(written);
    if (written.empty()) {
        append_json_number(digits, n == 0 ? 0 : n); // -0 is 0
    }
    return slot(db::value::decimal(std::move(digits)));
}

REFRACT_DECL bool direct_binder::text(leaf_type type, std::string_view s) {
    switch (type) {
    case leaf_type::id:
        if (is_null_word("ID", s)) {
            shape_.put('n');
            return true;
        }
        [[fallthrough]];
    case leaf_type::string: return s.find('\0') == std::string_view::npos && slot(db::value::text(std::string(s)));
    case leaf_type::date_time: {
        auto const ms = parse_date_time(s);
        return ms && slot(db::value::date_time(*ms));
    }
    case leaf_type::uuid: {
        auto id = parse_uuid(s);
        return id && slot(db::value::uuid(std::move(*id)));
    }
    default: return false;
    }
}

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
    // Members of an object are two items of the tape each; another slot is for the id of what is written.
    out.slots.reserve((r.variables == 0 ? 0 : (*r.json)[r.variables].size / 2) + std::size_t{1});
    detail::shape_writer shape(out.shape);
    for (auto const& rule : variables.rules) {
        std::size_t const at = r.variables == 0 ? 0 : r.json->find(r.variables, rule.name);
        if (at == 0) {
            if (!rule.has_default && rule.type.is_non_null()) {
                return false;
            }
            shape.put(rule.default_shape);
            out.slots.insert(out.slots.end(), rule.default_slots.begin(), rule.default_slots.end());
            continue;
        }
        detail::direct_binder binder(*r.json, shape, out.slots);
        shape.put('$');
        shape.put(rule.name);
        shape.put(':');
        auto const& v = (*r.json)[at];
        bool const is_int32 = v.kind == json_kind::integer && v.integer >= std::numeric_limits<std::int32_t>::min() &&
                              v.integer <= std::numeric_limits<std::int32_t>::max();
        bool const counts = is_int32 && (rule.is_limit || (rule.is_offset && v.integer <= 0));
        if (!(counts ? binder.bind_count(at) : binder.bind(rule.type, at))) {
            return false;
        }
    }
    shape.finish();
    return true;
}

} // namespace refract::prisma1
