#pragma once

#include <refract/core/text.hpp>
#include <refract/graphql/parse.hpp>
#include <refract/graphql/validate.hpp>
#include <refract/prisma1/subscription_query.hpp>
#include <refract/prisma1/variables.hpp>

namespace refract::prisma1 {

namespace detail {

/// The first field of the last subscription operation, or null.
REFRACT_DECL graphql::ast::selection const* subscribed_field(graphql::document const& doc) {
    graphql::ast::selection const* out = nullptr;
    for (auto const& d : doc.definitions) {
        bool const is_subscription = d.kind == graphql::ast::definition_kind::operation &&
                                     d.operation == graphql::ast::operation_type::subscription;
        if (is_subscription && !d.selections.empty()) {
            out = &d.selections[0];
        }
    }
    return out;
}

} // namespace detail

REFRACT_DECL std::vector<std::string> check_subscription_query(
    std::string const& query, graphql::schema const& api, datamodel::datamodel const& dm, limits const& bounds
) {
    auto const document = graphql::parse(query);
    if (!document) {
        return {"The subscription query is invalid GraphQL."};
    }
    auto const* field = detail::subscribed_field(*document);
    auto const model = field == nullptr ? datamodel::none : dm.find_model(capitalized(field->name));
    if (model == datamodel::none) {
        return {"The provided query doesn't include any known model name. Please check for the latest subscriptions API."};
    }
    if (dm.models[model].is_embedded) {
        return {"Subscriptions on embedded types are not allowed."};
    }
    graphql::validate_options options;
    options.checks = prisma1_scalars();
    options.bounds = bounds;
    std::vector<std::string> out;
    for (auto const& v : graphql::validate(api, *document, options)) {
        out.push_back(v.message);
    }
    return out;
}

} // namespace refract::prisma1
