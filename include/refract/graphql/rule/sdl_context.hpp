// What the rules for type system documents share: the names a document and the schema it extends define.
#pragma once

#include <refract/graphql/ast.hpp>
#include <refract/graphql/resolve_type.hpp>
#include <refract/graphql/schema.hpp>
#include <refract/graphql/suggestion.hpp>
#include <refract/graphql/validate_sdl_options.hpp>
#include <refract/graphql/violation.hpp>

#include <refract/graphql/impl/introspection_types.ipp> // behind schema.hpp, which includes it in header-only mode

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace refract::graphql::detail {

/// True for the definition of a type (not of a directive, not of the schema), extensions included.
constexpr bool is_type_kind(ast::definition_kind k) noexcept {
    return k >= ast::definition_kind::scalar_type && k <= ast::definition_kind::input_object_type;
}

/// A directive as its uses need it.
struct known_directive {
    struct argument {
        std::string_view name;
        bool required;
        std::string type;
    };

    std::vector<std::string_view> locations;
    std::vector<argument> arguments;
    bool repeatable = false;
};

class sdl_context {
public:
    sdl_context(document const& d, schema const* s, validate_sdl_options const& o) : doc(d), extended(s), options(o) {
        if (s == nullptr) {
            built_in_.add_built_in();
            add_one_of(built_in_);
        }
        for (auto const& directive : (s == nullptr ? built_in_ : *s).directives) {
            add(directive);
        }
        for (auto const& definition : d.definitions) {
            if (definition.kind == ast::definition_kind::directive) {
                add(definition);
            } else if (is_type_kind(definition.kind) && !definition.extension) {
                auto const [at, is_new] = types_.insert_or_assign(definition.name, &definition);
                static_cast<void>(at);
                if (is_new) {
                    type_names_.push_back(definition.name);
                }
            }
        }
    }

    [[nodiscard]] bool on(sdl_rule r) const noexcept { return options.rules.test(static_cast<std::size_t>(r)); }
    [[nodiscard]] bool full() const noexcept { return violations.size() > options.max_errors; }

    void add(std::string message, std::vector<location> locations) {
        if (violations.size() < options.max_errors) {
            violations.push_back(make_violation(message_style::graphql_js, {}, std::move(message), std::move(locations)));
        } else if (!full()) {
            violations.push_back({"Too many validation errors, error limit reached. Validation aborted.", {}});
        }
    }

    /// The last definition of a type in the document; null if there is none.
    [[nodiscard]] ast::definition const* defined(std::string_view name) const {
        auto const at = types_.find(name);
        return at == types_.end() ? nullptr : at->second;
    }

    [[nodiscard]] type const* existing(std::string_view name) const {
        return extended == nullptr ? nullptr : extended->find(name);
    }

    [[nodiscard]] known_directive const* directive(std::string_view name) const {
        auto const at = directives_.find(name);
        return at == directives_.end() ? nullptr : &at->second;
    }

    /// Types a name may have been meant for: those of the document and the schema, and what is built in if `standard`.
    [[nodiscard]] std::string suggest_type(std::string_view name, bool standard) {
        std::vector<std::string_view> names = type_names_;
        auto const& known = extended == nullptr ? built_in_ : *extended;
        for (auto const& t : known.types()) {
            if (standard || (extended != nullptr && !is_built_in(*t))) {
                names.push_back(t->name);
            }
        }
        return suggest_one(name, names);
    }

    [[nodiscard]] std::string suggest_one(std::string_view name, std::vector<std::string_view> const& names) {
        if (!options.suggestions || names.size() > suggestions_left_) {
            return {};
        }
        suggestions_left_ -= names.size();
        return did_you_mean(message_style::graphql_js, suggest(message_style::graphql_js, name, names));
    }

    document const& doc;
    schema const* extended;
    validate_sdl_options const& options;
    std::vector<violation> violations;

private:
    void add(directive_definition const& d) {
        known_directive known;
        known.repeatable = d.repeatable;
        known.locations.assign(d.locations.begin(), d.locations.end());
        for (auto const& a : d.arguments) {
            known.arguments.push_back({a.name, a.is_required(), to_string(a.type)});
        }
        directives_.insert_or_assign(d.name, std::move(known));
    }

    void add(ast::definition const& d) {
        known_directive known;
        known.repeatable = d.repeatable;
        for (auto const& l : d.locations) {
            known.locations.push_back(l.name);
        }
        for (auto const& a : d.input_fields) {
            auto const required = a.type->kind == ast::type_reference_kind::non_null && a.default_value == nullptr;
            auto const same = std::find_if(known.arguments.begin(), known.arguments.end(),
                                           [&](known_directive::argument const& other) { return other.name == a.name; });
            if (same == known.arguments.end()) {
                known.arguments.push_back({a.name, required, to_string(*a.type)});
            } else if (required) {
                *same = {a.name, required, to_string(*a.type)}; // defined twice, which is an error: the last one counts
            }
        }
        directives_.insert_or_assign(d.name, std::move(known));
    }

    schema built_in_;
    std::unordered_map<std::string_view, ast::definition const*> types_;
    std::vector<std::string_view> type_names_;
    std::unordered_map<std::string_view, known_directive> directives_;
    std::size_t suggestions_left_ = 50'000; // names compared: about as many edit distances as fit into 20 ms
};

} // namespace refract::graphql::detail
