// The fields of one object of an answer, in its order.
// See: GraphQL October 2021, 6.3.2, https://spec.graphql.org/October2021/#CollectFields()
#pragma once

#include <refract/graphql/ast.hpp>
#include <refract/graphql/schema.hpp>
#include <refract/graphql/select_operation.hpp>

#include <algorithm>
#include <string_view>
#include <vector>

namespace refract::graphql {

/// One response key and the fields that share it. They are of the same name and have the same arguments in a valid document.
struct collected_field {
    std::string_view response_key;
    std::vector<ast::selection const*> nodes;
};

/// True if an object of type `object` is what a fragment on `condition` speaks of. An empty condition speaks of everything.
[[nodiscard]] inline bool type_condition_applies(schema const& s, std::string_view condition, type const& object) {
    if (condition.empty() || condition == object.name) {
        return true;
    }
    auto const* other = s.find(condition);
    if (other == nullptr) {
        return false;
    }
    return std::find(other->possible_types.begin(), other->possible_types.end(), &object) != other->possible_types.end();
}

namespace detail {

template <class Condition> class field_collector {
public:
    field_collector(schema const& s, document const& doc, type const& object, Condition& is_true)
        : schema_(s), document_(doc), object_(object), is_true_(is_true) {}

    void add(list<ast::selection> const& selections) {
        for (auto const& selection : selections) {
            if (included(selection)) {
                add(selection);
            }
        }
    }

    std::vector<collected_field> fields;

private:
    bool included(ast::selection const& selection) {
        for (auto const& d : selection.directives) {
            bool const skip = d.name == "skip";
            if ((skip || d.name == "include") && !d.arguments.empty() && is_true_(d.arguments[0].value) == skip) {
                return false;
            }
        }
        return true;
    }

    void add(ast::selection const& selection) {
        if (selection.kind == ast::selection_kind::field) {
            auto const key = selection.response_key();
            for (auto& f : fields) {
                if (f.response_key == key) {
                    f.nodes.push_back(&selection);
                    return;
                }
            }
            fields.push_back({key, {&selection}});
            return;
        }
        if (selection.kind == ast::selection_kind::inline_fragment) {
            if (type_condition_applies(schema_, selection.type_condition, object_)) {
                add(selection.selections);
            }
            return;
        }
        if (std::find(visited_.begin(), visited_.end(), selection.name) != visited_.end()) {
            return;
        }
        visited_.push_back(selection.name);
        auto const* fragment = find_fragment(document_, selection.name);
        if (fragment != nullptr && type_condition_applies(schema_, fragment->type_condition, object_)) {
            add(fragment->selections);
        }
    }

    schema const& schema_;
    document const& document_;
    type const& object_;
    Condition& is_true_;
    std::vector<std::string_view> visited_; // spread fragments: each counts once
};

} // namespace detail

/// Collects the fields that selection sets ask of an object of type `object`: fragments replaced by their fields, equal response keys
/// merged in the place of the first, @skip and @include obeyed.
///
/// Shape: `is_true(ast::value const&) -> bool` tells the value of a directive's `if` argument, a literal or a variable. The result points
/// into the document.
/// Cost: linear in the selections times the distinct keys of the object.
template <class Condition>
std::vector<collected_field> collect_fields(
    schema const& s, document const& doc, std::vector<list<ast::selection>> const& selection_sets, type const& object, Condition is_true
) {
    detail::field_collector<Condition> collector(s, doc, object, is_true);
    for (auto const& selections : selection_sets) {
        collector.add(selections);
    }
    return std::move(collector.fields);
}

} // namespace refract::graphql
