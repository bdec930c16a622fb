#pragma once

#include <refract/prisma1/lower.hpp>

#include <optional>

namespace refract::prisma1 {

namespace detail {

REFRACT_DECL plan::filter compare(datamodel::index field, plan::comparison op, std::vector<plan::operand> operands) {
    plan::filter f;
    f.kind = plan::filter_kind::compare;
    f.field = field;
    f.op = op;
    f.operands = std::move(operands);
    return f;
}

/// `null` for a scalar: IS NULL, or IS NOT NULL for the negated operators. Others compare with NULL: unknown of every record, and so
/// is their negation.
REFRACT_DECL plan::filter compare_null(datamodel::index field, plan::comparison op) {
    switch (op) {
    case plan::comparison::equal:
    case plan::comparison::in: return compare(field, plan::comparison::is_null, {});
    case plan::comparison::not_equal:
    case plan::comparison::not_in: return compare(field, plan::comparison::is_not_null, {});
    default: return compare(field, op, {plan::operand::of(db::value{})});
    }
}

REFRACT_DECL plan::filter lower_comparison(datamodel::index field, plan::comparison op, argument const& value) {
    if (value.is_null()) {
        return compare_null(field, op);
    }
    std::vector<plan::operand> operands;
    if (value.kind == argument_kind::list) {
        for (auto const& item : value.items) {
            operands.push_back(item.operand);
        }
    } else {
        operands.push_back(value.operand);
    }
    return compare(field, op, std::move(operands));
}

REFRACT_DECL lowered<plan::filter> lower_relation_filter(
    datamodel::datamodel const& dm, api_names const& names, datamodel::field const& f, filter_key const& name,
    argument const& value
) {
    plan::filter out;
    out.kind = plan::filter_kind::relation;
    out.field = name.field;
    if (value.is_null()) {
        if (name.op != filter_operator::to_one) {
            return api_error{3033, "The field '" + f.name + "' is a toMany relation. This cannot be filtered by null."};
        }
        out.quantifier = plan::quantifier::absent;
        return out;
    }
    out.quantifier = name.op == filter_operator::every  ? plan::quantifier::every
                     : name.op == filter_operator::none ? plan::quantifier::none
                                                        : plan::quantifier::some;
    auto child = lower_filter(dm, names, f.related_model, value);
    if (!child) {
        return child.failure();
    }
    out.children.push_back(std::move(*child));
    return out;
}

/// `AND`, `OR` or `NOT` over a list of filter objects. NOT of several is none of them.
REFRACT_DECL lowered<plan::filter> lower_combination(
    datamodel::datamodel const& dm, api_names const& names, datamodel::index model, std::string_view word, argument const& list
) {
    plan::filter out;
    out.kind = word == "OR" ? plan::filter_kind::any : plan::filter_kind::all;
    for (auto const& item : list.items) {
        auto child = lower_filter(dm, names, model, item);
        if (!child) {
            return child.failure();
        }
        if (word != "NOT") {
            out.children.push_back(std::move(*child));
            continue;
        }
        plan::filter negation;
        negation.kind = plan::filter_kind::negation;
        negation.children.push_back(std::move(*child));
        out.children.push_back(std::move(negation));
    }
    return out;
}

REFRACT_DECL std::optional<plan::comparison> comparison_of(filter_operator op) {
    using from = filter_operator;
    using to = plan::comparison;
    switch (op) {
    case from::equal: return to::equal;
    case from::not_equal: return to::not_equal;
    case from::in: return to::in;
    case from::not_in: return to::not_in;
    case from::lt: return to::less;
    case from::lte: return to::less_or_equal;
    case from::gt: return to::greater;
    case from::gte: return to::greater_or_equal;
    case from::contains: return to::contains;
    case from::not_contains: return to::not_contains;
    case from::starts_with: return to::starts_with;
    case from::not_starts_with: return to::not_starts_with;
    case from::ends_with: return to::ends_with;
    case from::not_ends_with: return to::not_ends_with;
    default: return std::nullopt;
    }
}

} // namespace detail

REFRACT_DECL lowered<plan::filter> lower_filter(
    datamodel::datamodel const& dm, api_names const& names, datamodel::index model, argument const& where
) {
    plan::filter out;
    for (auto const& [key, value] : where.fields) {
        if (key == "AND" || key == "OR" || key == "NOT") {
            if (value.is_null()) {
                continue;
            }
            auto combined = detail::lower_combination(dm, names, model, key, value);
            if (!combined) {
                return combined.failure();
            }
            out.children.push_back(std::move(*combined));
            continue;
        }
        auto const* name = names.find_filter(model, key);
        if (name == nullptr) {
            return api_error{0, "no filter '" + key + "'"};
        }
        auto const& field = dm.models[model].fields[name->field];
        if (auto const op = detail::comparison_of(name->op)) {
            out.children.push_back(detail::lower_comparison(name->field, *op, value));
            continue;
        }
        auto related = detail::lower_relation_filter(dm, names, field, *name, value);
        if (!related) {
            return related.failure();
        }
        out.children.push_back(std::move(*related));
    }
    return out;
}

REFRACT_DECL lowered<plan::selector> lower_selector(datamodel::datamodel const& dm, datamodel::index model, argument const& where) {
    auto const& m = dm.models[model];
    plan::selector out;
    std::size_t given = 0;
    for (auto const& [key, value] : where.fields) {
        if (!value.is_null()) {
            ++given;
            out.field = m.find_index(key);
            out.value = value.operand;
        }
    }
    if (given == 0) {
        return api_error{
            3040, "You provided an invalid argument for the where selector on " + m.name +
                      ". Please provide exactly one unique field and value."};
    }
    if (given > 1) {
        return api_error{
            3045, "You provided more than one field for the unique selector on " + m.name +
                      ". If you want that behavior you can use the many query and combine fields with AND / OR."};
    }
    return out;
}

} // namespace refract::prisma1
