#pragma once

#include <refract/core/text.hpp>
#include <refract/graphql/input.hpp>

#include <charconv>
#include <cmath>

namespace refract::graphql {

REFRACT_DECL input const* input::find(std::string_view name) const noexcept {
    for (auto at = fields.rbegin(); at != fields.rend(); ++at) {
        if (at->name == name) {
            return &at->value;
        }
    }
    return nullptr;
}

REFRACT_DECL input make_input(bool value) {
    input i;
    i.kind = input_kind::boolean;
    i.boolean = value;
    return i;
}

REFRACT_DECL input make_input(std::int64_t value) {
    input i;
    i.kind = input_kind::integer;
    i.integer = value;
    return i;
}

REFRACT_DECL input make_input(int value) { return make_input(static_cast<std::int64_t>(value)); }

REFRACT_DECL input make_input(char const* text) { return make_input(std::string(text)); }

REFRACT_DECL input make_input(double value) {
    input i;
    i.kind = input_kind::floating;
    i.floating = value;
    return i;
}

REFRACT_DECL input make_input(std::string value) {
    input i;
    i.kind = input_kind::string;
    i.text = std::move(value);
    return i;
}

REFRACT_DECL input make_input(std::vector<input> items) {
    input i;
    i.kind = input_kind::list;
    i.items = std::move(items);
    return i;
}

REFRACT_DECL input make_input(std::vector<input_field> fields) {
    input i;
    i.kind = input_kind::object;
    i.fields = std::move(fields);
    return i;
}

REFRACT_DECL void append_json(std::string& out, input const& value) {
    switch (value.kind) {
    case input_kind::null: out += "null"; break;
    case input_kind::boolean: out += value.boolean ? "true" : "false"; break;
    case input_kind::integer: out += value.out_of_range ? value.text : std::to_string(value.integer); break;
    case input_kind::floating: {
        if (!std::isfinite(value.floating)) { // JSON has no word for these
            out += "null";
            break;
        }
        char digits[32];
        auto const end = std::to_chars(digits, digits + sizeof digits, value.floating).ptr;
        out.append(digits, end);
        break;
    }
    case input_kind::string: append_json_string(out, value.text); break;
    case input_kind::list: {
        out += '[';
        for (auto const& item : value.items) {
            if (&item != &value.items.front()) {
                out += ',';
            }
            append_json(out, item);
        }
        out += ']';
        break;
    }
    case input_kind::object: {
        out += '{';
        for (auto const& f : value.fields) {
            if (&f != &value.fields.front()) {
                out += ',';
            }
            append_json_string(out, f.name);
            out += ':';
            append_json(out, f.value);
        }
        out += '}';
        break;
    }
    }
}

} // namespace refract::graphql
