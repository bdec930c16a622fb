#pragma once

#include <refract/graphql/select_operation.hpp>

namespace refract::graphql {

REFRACT_DECL result<ast::definition const*> select_operation(document const& doc, std::string_view name,
                                                             message_style style) {
    auto const fail = [](std::string message) { return error{errc::invalid_document, std::move(message), {}}; };
    auto const sangria = style == message_style::sangria;
    ast::definition const* only = nullptr;
    for (auto const& d : doc.definitions) {
        if (d.kind != ast::definition_kind::operation) {
            continue;
        }
        if (!name.empty()) {
            if (d.name == name) {
                return &d;
            }
        } else if (only != nullptr) {
            return fail(sangria ? "Must provide operation name if query contains multiple operations"
                                : "Must provide operation name if query contains multiple operations.");
        } else {
            only = &d;
        }
    }
    if (!name.empty()) {
        return sangria ? fail("Unknown operation name '" + std::string(name) + "'")
                       : fail("Unknown operation named \"" + std::string(name) + "\".");
    }
    if (only == nullptr) {
        return fail("Must provide an operation.");
    }
    return only;
}

REFRACT_DECL ast::definition const* find_fragment(document const& doc, std::string_view name) noexcept {
    for (auto const& d : doc.definitions) {
        if (d.kind == ast::definition_kind::fragment && d.name == name) {
            return &d;
        }
    }
    return nullptr;
}

} // namespace refract::graphql
