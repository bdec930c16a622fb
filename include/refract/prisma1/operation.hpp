// A GraphQL operation of a service, compiled: every root field a plan that is ready to run.
#pragma once

#include <refract/core/config.hpp>
#include <refract/engine/compiled_read.hpp>
#include <refract/engine/direct_write.hpp>
#include <refract/engine/write.hpp>
#include <refract/graphql/ast.hpp>
#include <refract/plan/write.hpp>
#include <refract/prisma1/api_error.hpp>
#include <refract/prisma1/lower_read.hpp>
#include <refract/prisma1/nested_failure.hpp>
#include <refract/prisma1/variables.hpp>
#include <refract/sql/condition.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace refract::prisma1 {

enum class field_kind : std::uint8_t {
    read,     ///< rows to JSON
    write,    ///< a transaction
    constant, ///< the same bytes each time: introspection, __typename
    failed    ///< an error known before anything runs
};

struct compiled_field {
    field_kind kind = field_kind::constant;
    std::string key{};        ///< response key
    std::string head{};       ///< `"key":`
    location at{};
    bool non_null = false;    ///< a failure makes the whole `data` null
    std::shared_ptr<engine::compiled_read const> read{}; ///< of a read; of a write: its answer, if that is a record
    plan::write_root write{};
    std::shared_ptr<engine::direct_write const> direct{}; ///< of a write that can be one statement
    std::vector<engine::removed_link> links{}; ///< of a removal: links of its answer that are followed afterwards
    std::string constant{};
    api_error failed{};
    std::vector<nested_failure> nested{}; ///< of a read or a write: errors its answer may have marks of
};

/// Immutable, shared between requests with the same text and the same shape of variables. Refers to nothing else.
struct compiled_operation {
    graphql::ast::operation_type type = graphql::ast::operation_type::query;
    std::vector<compiled_field> fields{};
    std::string opening{}; ///< of one field: `{"data":{"key":`, what stands before its value in the answer
    std::shared_ptr<std::string const> answer{}; ///< if all fields are constant: the whole answer; `fields` is empty then
    std::size_t bytes = 0;
    bool holds_values = false; ///< values of variables went into it: good for this one request
};

/// Compiles a validated operation.
REFRACT_DECL std::shared_ptr<compiled_operation const>
compile_operation(lowering const& l, graphql::ast::definition const& operation, bound_variables const& variables, sql::target const& t);

/// `__typename`, `__schema` or `__type` at the root. Fails if the answer would be larger than any use.
REFRACT_DECL compiled_field compile_meta_field(lowering const& l, graphql::type const& root, graphql::collected_field const& f);

} // namespace refract::prisma1

#ifdef REFRACT_HEADER_ONLY
#include <refract/prisma1/impl/operation.ipp>
#endif
