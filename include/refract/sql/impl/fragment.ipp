#pragma once

#include <refract/core/id.hpp>
#include <refract/sql/fragment.hpp>

namespace refract::sql {

REFRACT_DECL fragment& fragment::append(literal text) {
    text_ += text.text();
    return *this;
}

REFRACT_DECL fragment& fragment::identifier(std::string_view name) {
    auto const quote = dialect_->identifier_quote;
    text_ += quote;
    for (char const c : name) {
        if (c == quote) {
            text_ += quote;
        }
        text_ += c;
    }
    text_ += quote;
    return *this;
}

REFRACT_DECL fragment& fragment::table(std::string_view schema, std::string_view name) {
    if (dialect_->has_schemas && !schema.empty()) {
        identifier(schema);
        text_ += '.';
    }
    return identifier(name);
}

REFRACT_DECL fragment& fragment::alias(literal prefix, std::uint32_t number) {
    text_ += prefix.text();
    text_ += std::to_string(number);
    return *this;
}

REFRACT_DECL fragment& fragment::value(plan::operand const& o) {
    add({parameter::source::operand, o, 0});
    return *this;
}

REFRACT_DECL fragment& fragment::pattern_end(plan::operand const& o) {
    add({parameter::source::pattern_end, o, 0});
    return *this;
}

REFRACT_DECL fragment& fragment::input(std::uint32_t n) {
    add({parameter::source::input, {}, n});
    return *this;
}

REFRACT_DECL fragment& fragment::number(std::uint64_t n) {
    text_ += std::to_string(n);
    return *this;
}

REFRACT_DECL fragment& fragment::append(fragment const& other) {
    for (auto const place : other.places_) {
        places_.push_back(text_.size() + place);
    }
    parameters_.insert(parameters_.end(), other.parameters_.begin(), other.parameters_.end());
    text_ += other.text_;
    return *this;
}

REFRACT_DECL fragment& fragment::replace_inputs(std::vector<plan::operand> const& values) {
    for (auto& p : parameters_) {
        if (p.from == parameter::source::input && p.input < values.size()) {
            p = {parameter::source::operand, values[p.input], 0};
        }
    }
    return *this;
}

REFRACT_DECL std::string fragment::text() const {
    std::string out;
    out.reserve(text_.size() + places_.size() * 4);
    std::size_t from = 0;
    for (std::size_t i = 0; i < places_.size(); ++i) {
        out.append(text_, from, places_[i] - from);
        from = places_[i];
        if (dialect_->placeholders == placeholder_style::question) {
            out += '?';
            continue;
        }
        out += '$';
        out += std::to_string(i + 1);
    }
    out.append(text_, from);
    return out;
}

REFRACT_DECL db::value bind(plan::operand const& o, plan::bindings const& bindings) {
    switch (o.kind) {
    case plan::operand_kind::constant: return o.constant;
    case plan::operand_kind::slot: return o.slot < bindings.slots.size() ? bindings.slots[o.slot] : db::value{};
    case plan::operand_kind::now: return db::value::date_time(bindings.now_ms);
    case plan::operand_kind::new_id: return db::value::text(new_cuid());
    case plan::operand_kind::new_uuid: return db::value::uuid(new_uuid());
    }
    return {};
}

namespace detail {

REFRACT_DECL db::value end_pattern(db::value v) {
    auto const& text = v.text_value();
    auto const last = text.find_last_not_of('!');
    auto const escapes = text.size() - (last == std::string::npos ? 0 : last + 1);
    return escapes % 2 == 0 ? v : db::value::text(text + '!');
}

/// Copies once what bind() would copy and move.
REFRACT_DECL void append_bound(std::vector<db::value>& out, plan::operand const& o, plan::bindings const& bindings) {
    if (o.kind == plan::operand_kind::constant) {
        out.push_back(o.constant);
    } else if (o.kind == plan::operand_kind::slot && o.slot < bindings.slots.size()) {
        out.push_back(bindings.slots[o.slot]);
    } else {
        out.push_back(bind(o, bindings));
    }
}

} // namespace detail

REFRACT_DECL std::vector<db::value> bind(
    std::vector<parameter> const& parameters, plan::bindings const& bindings, std::vector<db::value> const& inputs
) {
    std::vector<db::value> out;
    out.reserve(parameters.size());
    for (auto const& p : parameters) {
        switch (p.from) {
        case parameter::source::operand: detail::append_bound(out, p.operand, bindings); break;
        case parameter::source::pattern_end: out.push_back(detail::end_pattern(bind(p.operand, bindings))); break;
        case parameter::source::input: out.push_back(p.input < inputs.size() ? inputs[p.input] : db::value{}); break;
        }
    }
    return out;
}

} // namespace refract::sql
