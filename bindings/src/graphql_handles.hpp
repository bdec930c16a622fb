// What Python holds of a document and of a schema.
#pragma once

#include <refract/graphql/parse.hpp>
#include <refract/graphql/schema.hpp>

#include <memory>

namespace refract::python {

inline constexpr char const* graphql_module = "refract.graphql"; ///< where the classes seem to be

struct parsed_document {
    std::shared_ptr<graphql::document const> tree;
};

struct schema_handle {
    std::shared_ptr<graphql::schema const> types;
};

} // namespace refract::python
