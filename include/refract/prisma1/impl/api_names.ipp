#pragma once

#include <refract/core/text.hpp>
#include <refract/prisma1/api_names.hpp>
#include <refract/prisma1/inflection.hpp>

namespace refract::prisma1 {

REFRACT_DECL std::string_view suffix(filter_operator op) noexcept {
    switch (op) {
    case filter_operator::equal: return "";
    case filter_operator::not_equal: return "_not";
    case filter_operator::in: return "_in";
    case filter_operator::not_in: return "_not_in";
    case filter_operator::lt: return "_lt";
    case filter_operator::lte: return "_lte";
    case filter_operator::gt: return "_gt";
    case filter_operator::gte: return "_gte";
    case filter_operator::contains: return "_contains";
    case filter_operator::not_contains: return "_not_contains";
    case filter_operator::starts_with: return "_starts_with";
    case filter_operator::not_starts_with: return "_not_starts_with";
    case filter_operator::ends_with: return "_ends_with";
    case filter_operator::not_ends_with: return "_not_ends_with";
    case filter_operator::every: return "_every";
    case filter_operator::some: return "_some";
    case filter_operator::none: return "_none";
    case filter_operator::to_one: return "";
    }
    return "";
}

REFRACT_DECL std::string_view description(filter_operator op) noexcept {
    switch (op) {
    case filter_operator::not_equal: return "All values that are not equal to given value.";
    case filter_operator::in: return "All values that are contained in given list.";
    case filter_operator::not_in: return "All values that are not contained in given list.";
    case filter_operator::lt: return "All values less than the given value.";
    case filter_operator::lte: return "All values less than or equal the given value.";
    case filter_operator::gt: return "All values greater than the given value.";
    case filter_operator::gte: return "All values greater than or equal the given value.";
    case filter_operator::contains: return "All values containing the given string.";
    case filter_operator::not_contains: return "All values not containing the given string.";
    case filter_operator::starts_with: return "All values starting with the given string.";
    case filter_operator::not_starts_with: return "All values not starting with the given string.";
    case filter_operator::ends_with: return "All values ending with the given string.";
    case filter_operator::not_ends_with: return "All values not ending with the given string.";
    case filter_operator::equal:
    case filter_operator::every:
    case filter_operator::some:
    case filter_operator::none:
    case filter_operator::to_one: return "";
    }
    return "";
}

REFRACT_DECL std::vector<filter_operator> filter_operators(datamodel::field const& f) {
    using enum filter_operator;
    using datamodel::field_type;
    if (f.is_relation()) {
        return f.is_list ? std::vector{every, some, none} : std::vector{to_one};
    }
    if (f.is_list) {
        return {};
    }
    switch (f.type) {
    case field_type::id:
    case field_type::string:
        return {equal, not_equal, in, not_in, lt, lte, gt, gte,
                contains, not_contains, starts_with, not_starts_with, ends_with, not_ends_with};
    case field_type::integer:
    case field_type::floating:
    case field_type::date_time: return {equal, not_equal, in, not_in, lt, lte, gt, gte};
    case field_type::uuid:
    case field_type::enumeration: return {equal, not_equal, in, not_in};
    case field_type::boolean: return {equal, not_equal};
    case field_type::json:
    case field_type::relation: return {};
    }
    return {};
}

REFRACT_DECL std::string root_field_name(action a, datamodel::model const& m) {
    switch (a) {
    case action::many: return uncapitalized(plural_name(m.name));
    case action::one:
    case action::subscribe: return uncapitalized(m.name);
    case action::connection: return uncapitalized(plural_name(m.name)) + "Connection";
    case action::create: return "create" + m.name;
    case action::update: return "update" + m.name;
    case action::remove: return "delete" + m.name;
    case action::upsert: return "upsert" + m.name;
    case action::update_many: return "updateMany" + plural_name(m.name);
    case action::remove_many: return "deleteMany" + plural_name(m.name);
    case action::node: return "node";
    case action::execute_raw: return "executeRaw";
    }
    return {};
}

REFRACT_DECL bool has_root_fields(datamodel::model const& m) noexcept { return !m.is_embedded; }

namespace detail {

/// The actions of an operation's root type, in the order of the API.
REFRACT_DECL std::vector<action> root_actions(graphql::ast::operation_type operation) {
    using enum action;
    switch (operation) {
    case graphql::ast::operation_type::query: return {many, one, connection};
    case graphql::ast::operation_type::mutation: return {create, update, remove, upsert, update_many, remove_many};
    case graphql::ast::operation_type::subscription: return {subscribe};
    }
    return {};
}

} // namespace detail

REFRACT_DECL api_names::api_names(datamodel::datamodel const& dm) {
    using graphql::ast::operation_type;
    for (auto const operation : {operation_type::query, operation_type::mutation, operation_type::subscription}) {
        auto& root = roots_[static_cast<std::size_t>(operation)];
        for (auto const a : detail::root_actions(operation)) {
            for (datamodel::index m = 0; m < dm.models.size(); ++m) {
                if (has_root_fields(dm.models[m])) {
                    root.emplace(root_field_name(a, dm.models[m]), root_field{a, m}); // the first of a name, as in the schema
                }
            }
        }
    }
    roots_[static_cast<std::size_t>(operation_type::query)].emplace("node", root_field{action::node, datamodel::none});
    roots_[static_cast<std::size_t>(operation_type::mutation)].emplace("executeRaw", root_field{action::execute_raw, datamodel::none});
    models_.resize(dm.models.size());
    for (datamodel::index m = 0; m < dm.models.size(); ++m) {
        auto& names = models_[m];
        auto const& fields = dm.models[m].fields;
        for (datamodel::index i = 0; i < fields.size(); ++i) {
            auto const& f = fields[i];
            if (f.is_scalar()) {
                names.orders.emplace(f.name + "_ASC", order_key{i, false});
                names.orders.emplace(f.name + "_DESC", order_key{i, true});
            }
            if (!f.is_hidden) {
                names.fields.emplace(f.name, i);
            }
        }
        // Scalars first, as in the schema: the first of a name counts.
        for (bool const relations : {false, true}) {
            for (datamodel::index i = 0; i < fields.size(); ++i) {
                if (fields[i].is_relation() == relations && !fields[i].is_hidden) {
                    for (auto const op : filter_operators(fields[i])) {
                        names.filters.emplace(fields[i].name + std::string(suffix(op)), filter_key{i, op});
                    }
                }
            }
        }
    }
}

REFRACT_DECL root_field const* api_names::find_root(graphql::ast::operation_type operation, std::string_view name) const noexcept {
    auto const& root = roots_[static_cast<std::size_t>(operation)];
    auto const at = root.find(name);
    return at == root.end() ? nullptr : &at->second;
}

REFRACT_DECL filter_key const* api_names::find_filter(datamodel::index model, std::string_view key) const noexcept {
    auto const at = models_[model].filters.find(key);
    return at == models_[model].filters.end() ? nullptr : &at->second;
}

REFRACT_DECL order_key const* api_names::find_order(datamodel::index model, std::string_view value) const noexcept {
    auto const at = models_[model].orders.find(value);
    return at == models_[model].orders.end() ? nullptr : &at->second;
}

REFRACT_DECL datamodel::index api_names::find_field(datamodel::index model, std::string_view name) const noexcept {
    auto const at = models_[model].fields.find(name);
    return at == models_[model].fields.end() ? datamodel::none : at->second;
}

} // namespace refract::prisma1
