#pragma once

#include <refract/prisma1/page_variables.hpp>

namespace refract::prisma1 {

namespace detail {

REFRACT_DECL void add_page_variables(page_variables& out, graphql::list<graphql::ast::selection> const& selections) {
    for (auto const& s : selections) {
        for (auto const& a : s.arguments) {
            if (a.value.kind != graphql::ast::value_kind::variable) {
                continue;
            }
            if (a.name == "first" || a.name == "last") {
                out.limits.emplace(a.value.text);
            } else if (a.name == "skip") {
                out.offsets.emplace(a.value.text);
            }
        }
        add_page_variables(out, s.selections);
    }
}

} // namespace detail

REFRACT_DECL page_variables find_page_variables(graphql::document const& d) {
    page_variables out;
    for (auto const& definition : d.definitions) {
        detail::add_page_variables(out, definition.selections);
    }
    return out;
}

} // namespace refract::prisma1
