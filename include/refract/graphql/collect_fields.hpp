// The fields a selection set asks of one object, fragments opened, @skip and @include obeyed.
// See: GraphQL October 2021, 6.3.2, https://spec.graphql.org/October2021/#CollectFields()
#pragma once

#include <refract/core/config.hpp>
#include <refract/graphql/ast.hpp>
#include <refract/graphql/coerce.hpp>
#include <refract/graphql/schema.hpp>

#include <string_view>
#include <unordered_map>
#include <vector>

namespace refract::graphql {

/// A key of the answer and the selections behind it: all name the same field with the same arguments, their subselections are
/// to be merged.
struct collected_field {
    std::string_view response_key;
    std::vector<ast::selection const*> nodes; ///< at least one

    [[nodiscard]] std::string_view name() const noexcept { return nodes.front()->name; }
};

/// Collects fields of one operation. Refers to the schema, document and variables it was made from; they must outlive it.
class field_collector {
public:
    REFRACT_DECL field_collector(schema const& s, document const& doc, variable_values const& variables);

    /// The fields of a selection set for an object of type `runtime_type`, in the order of the answer.
    ///
    /// Shape: the document is valid. A fragment applies if its type condition is `runtime_type` or has it as possible type.
    /// Cost: linear in the selections and the fragments they spread.
    [[nodiscard]] REFRACT_DECL std::vector<collected_field> collect(list<ast::selection> set, type const& runtime_type) const;

    /// The subfields of a collected field: the selection sets of all its nodes merged.
    [[nodiscard]] REFRACT_DECL std::vector<collected_field> collect(std::vector<ast::selection const*> const& nodes,
                                                                    type const& runtime_type) const;

    /// What @skip and @include say. Shape: an absent variable counts as false.
    [[nodiscard]] REFRACT_DECL bool is_included(list<ast::directive> directives) const noexcept;

    /// The value of a Boolean literal or variable; `otherwise` if it is neither, or absent.
    [[nodiscard]] REFRACT_DECL bool boolean(ast::value const& v, bool otherwise) const noexcept;

    [[nodiscard]] schema const& types() const noexcept { return schema_; }
    [[nodiscard]] document const& doc() const noexcept { return doc_; }
    [[nodiscard]] variable_values const& variables() const noexcept { return variables_; }

private:
    schema const& schema_;
    document const& doc_;
    variable_values const& variables_;
    std::unordered_map<std::string_view, ast::definition const*> fragments_;
};

} // namespace refract::graphql

#ifdef REFRACT_HEADER_ONLY
#include <refract/graphql/impl/collect_fields.ipp>
#endif
