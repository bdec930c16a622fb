#pragma once

#include <refract/datamodel/check.hpp>
#include <refract/datamodel/impl/problems.hpp>
#include <refract/datamodel/legacy.hpp>
#include <refract/datamodel/naming.hpp>

#include <algorithm>
#include <iterator>
#include <unordered_set>

namespace refract::datamodel {
namespace detail {

/// A directive and an argument it must have.
struct required_argument {
    std::string_view directive;
    std::string_view argument;
};

inline constexpr required_argument legacy_arguments[] = {
    {"relation", "name"},           {"rename", "oldName"},
    {"default", "value"},           {"pgColumn", "name"},
    {"pgRelation", "column"},       {"pgRelationTable", "table"},
    {"pgRelationTable", "relationColumn"}, {"pgRelationTable", "targetColumn"},
};

REFRACT_DECL bool is_v1_1_field(field_declaration const& f) noexcept {
    constexpr std::string_view own[] = {"id", "createdAt", "updatedAt", "scalarList", "sequence", "db"};
    return std::any_of(std::begin(own), std::end(own), [&f](auto const& name) { return f.directive(name) != nullptr; }) ||
        find_argument(f.directive("relation"), "link") != nullptr;
}

/// The value a default's text stands for: legacy texts write every one as a string.
REFRACT_DECL graphql::ast::value unquoted(field_type type, graphql::ast::value v) {
    using graphql::ast::value_kind;
    if (v.kind != value_kind::string) {
        return v;
    }
    switch (type) {
    case field_type::integer: v.kind = value_kind::integer; break;
    case field_type::floating: v.kind = value_kind::floating; break;
    case field_type::boolean:
        v.kind = v.text == "true" || v.text == "false" ? value_kind::boolean : value_kind::string;
        break;
    case field_type::enumeration: v.kind = value_kind::enumeration; break;
    default: break;
    }
    return v;
}

/// One field of a legacy datamodel under check.
struct legacy_field_checker {
    declarations const& all;
    capabilities const& can;
    problems& out;
    type_declaration const& t;
    field_declaration const& f;

    void report(std::string description) const { out.add(t, f, std::move(description)); }

    void check_format() const {
        if (f.is_relation() || !f.is_list) {
            return;
        }
        bool const can_list = can.scalar_lists_relation || can.scalar_lists_embedded;
        auto const type = std::string(f.type_name);
        if (can_list && (f.type_text == "[" + type + "!]" || f.type_text == "[" + type + "!]!")) {
            return;
        }
        report(text("The scalar field `", f.name, "` has the wrong format: `", f.type_text, "` Possible Formats: `", type, "`, `", type,
                    "!`", can_list ? text(", `[", type, "!]` or `[", type, "!]!`") : std::string()));
    }

    void check_system_field(bool adds_fields) const {
        bool const is_unique = f.directive("unique") != nullptr;
        if (f.name == "id") {
            bool const int_id = !adds_fields && can.int_ids;
            bool const fits = f.type == field_type::id || f.type == field_type::uuid || (int_id && f.type == field_type::integer);
            if (!fits || !f.is_required || f.is_list || !is_unique) {
                report(text("The field `id` is reserved and has to have the format: ", id_format(int_id), "."));
            }
        } else if (f.name == "createdAt" || f.name == "updatedAt") {
            if (adds_fields && (f.type != field_type::date_time || !f.is_required || f.is_list)) {
                report(text("The field `", f.name, "` is reserved and has to have the format: ", f.name, ": DateTime!."));
            }
        }
    }

    [[nodiscard]] static std::string id_format(bool int_id) {
        return text("id: ID! @unique or id: UUID! @unique", int_id ? " or id: Int! @unique" : "");
    }

    void check_arguments() const {
        for (auto const& [directive, argument] : legacy_arguments) {
            auto const* d = f.directive(directive);
            if (d == nullptr) {
                continue;
            }
            auto const* v = find_argument(d, argument);
            if (v == nullptr) {
                report(text("The field `", f.name, "` specifies the directive `@", directive,
                            "` but it's missing the required argument `", argument, "`."));
            } else if (directive != "default" && (v->kind != graphql::ast::value_kind::string ||
                                                  (directive.substr(0, 2) == "pg" && !is_database_name(v->text)))) {
                report(text("not a valid value for ", argument));
            }
        }
        auto const* action = find_argument(f.directive("relation"), "onDelete");
        if (action != nullptr && action->text != "CASCADE" && action->text != "SET_NULL") {
            report("not a valid value for onDelete");
        }
        if (!f.is_relation() && f.directive("relation") != nullptr) {
            report(text("The field `", f.name, "` is a scalar field and cannot specify the `@relation` directive."));
        }
        if (f.directive("pgRelation") != nullptr && f.is_list) {
            report(text("The directive `@pgRelation` must only be placed on relation fields that are not lists."));
        }
    }

    void check_default_text() const {
        if (f.directive("defaultValue") != nullptr) {
            report("You are using a '@defaultValue' directive. Prisma uses '@default(value: \"Value as String\")' to declare default "
                   "values.");
        }
        auto const* v = find_argument(f.directive("default"), "value");
        if (v == nullptr) {
            return;
        }
        if (f.is_list) {
            report("List fields cannot have defaultValues.");
        } else if (f.is_relation()) {
            report("The `@default` directive must only be placed on scalar fields that are not lists.");
        } else if (check_default(all, f, unquoted(f.type, *v))) {
            report(f.type == field_type::enumeration ? text("The defaultValue contains an invalid enumValue.")
                                                     : text("Invalid value '", v->text, "' for type ", to_string(f.type), "."));
        }
    }

    void check_repetition() const {
        std::unordered_set<std::string_view> seen;
        for (auto const& d : f.directives) {
            if (!seen.insert(d.name).second) {
                report(text("The field `", f.name, "` specifies a directive more than once. Directives must appear exactly once on a "
                                                   "field."));
                return;
            }
        }
    }
};

} // namespace detail

REFRACT_DECL syntax_version detect_syntax(declarations const& all, bool follows_legacy) noexcept {
    bool is_legacy = follows_legacy && !all.types.empty();
    for (auto const& t : all.types) {
        if (t.is_relation_table || t.directive("db") != nullptr) {
            return syntax_version::v1_1;
        }
        for (auto const& f : t.fields) {
            if (detail::is_v1_1_field(f)) {
                return syntax_version::v1_1;
            }
            is_legacy = is_legacy || (f.name == "id" && f.directive("unique") != nullptr);
        }
    }
    return is_legacy ? syntax_version::legacy : syntax_version::v1_1;
}

REFRACT_DECL std::vector<problem> check_legacy_fields(declarations const& all, capabilities const& can, bool adds_fields) {
    detail::problems out;
    for (auto const& t : all.types) {
        bool has_id = t.is_embedded;
        for (auto const& f : t.fields) {
            has_id = has_id || f.name == "id";
            detail::legacy_field_checker const c{all, can, out, t, f};
            c.check_repetition();
            c.check_format();
            c.check_system_field(adds_fields);
            c.check_arguments();
            c.check_default_text();
        }
        if (!has_id && !adds_fields) {
            out.add(t.name, detail::text("The required field `id` is missing and has to have the format: ",
                                 detail::legacy_field_checker::id_format(can.int_ids), "."));
        }
    }
    return out.take();
}

} // namespace refract::datamodel
