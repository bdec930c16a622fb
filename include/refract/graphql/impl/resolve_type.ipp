#pragma once

#include <refract/graphql/resolve_type.hpp>

#include <vector>

namespace refract::graphql {

REFRACT_DECL type_reference resolve_type(schema const& s, ast::type_reference const* written) {
    std::vector<ast::type_reference_kind> wrappers;
    while (written != nullptr && written->of != nullptr) {
        wrappers.push_back(written->kind);
        written = written->of;
    }
    if (written == nullptr || wrappers.size() > 16) {
        return {};
    }
    type_reference t{s.find(written->name)};
    if (!t) {
        return {};
    }
    for (auto at = wrappers.rbegin(); at != wrappers.rend(); ++at) {
        t = *at == ast::type_reference_kind::list ? t.list() : t.non_null();
    }
    return t;
}

REFRACT_DECL std::string to_string(ast::type_reference const& written) {
    std::string opening;
    std::string closing;
    auto const* at = &written;
    for (; at->of != nullptr; at = at->of) {
        if (at->kind == ast::type_reference_kind::list) {
            opening += '[';
            closing += ']';
        } else {
            closing += '!';
        }
    }
    return opening + std::string(at->name) + std::string(closing.rbegin(), closing.rend());
}

} // namespace refract::graphql
