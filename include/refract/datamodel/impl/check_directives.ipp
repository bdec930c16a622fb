#pragma once

#include <refract/datamodel/check.hpp>
#include <refract/datamodel/impl/problems.hpp>
#include <refract/datamodel/naming.hpp>

#include <charconv>
#include <initializer_list>
#include <unordered_set>

namespace refract::datamodel::detail {

using graphql::ast::value_kind;

/// One field under check: where findings go.
struct directive_checker {
    declarations const& all;
    capabilities const& can;
    problems& out;
    type_declaration const& t;
    field_declaration const& f;

    void report(std::string description) const { out.add(t, f, std::move(description)); }

    [[nodiscard]] bool is_db_name(graphql::ast::directive const* d, std::string_view argument) const {
        auto const* v = find_argument(d, argument);
        if (v == nullptr) {
            return true;
        }
        if (v->kind != value_kind::string) {
            report("This argument must be a String.");
            return false;
        }
        if (!is_database_name(v->text)) {
            report(text("The argument `", argument, "` of the directive `@", d->name,
                        "` must be a name of 1 to 63 bytes without a NUL character."));
            return false;
        }
        return true;
    }

    void check_required(graphql::ast::directive const& d, std::string_view argument) const {
        if (find_argument(&d, argument) == nullptr) {
            report(text("The field `", f.name, "` specifies the directive `@", d.name, "` but it's missing the required argument `",
                        argument, "`."));
        }
    }

    void check_integer(graphql::ast::directive const& d, std::string_view argument) const {
        auto const* v = find_argument(&d, argument);
        if (v == nullptr) {
            return;
        }
        std::int32_t number = 0;
        auto const* end = v->text.data() + v->text.size();
        auto const read = std::from_chars(v->text.data(), end, number);
        if (v->kind != value_kind::integer || read.ec != std::errc{} || read.ptr != end) {
            report("This argument must be an Int.");
        }
    }

    /// False if the argument is there and none of the values.
    [[nodiscard]] static bool is_one_of(graphql::ast::value const* v, std::initializer_list<std::string_view> values) {
        if (v == nullptr) {
            return true;
        }
        for (auto const& allowed : values) {
            if (v->kind == value_kind::enumeration && v->text == allowed) {
                return true;
            }
        }
        return false;
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

    void check_default_value() const {
        auto const* d = f.directive("default");
        if (d == nullptr) {
            return;
        }
        check_required(*d, "value");
        if (f.is_relation() || f.is_list) {
            report("The `@default` directive must only be placed on scalar fields that are not lists.");
        } else if (auto const* v = find_argument(d, "value"); v != nullptr) {
            if (auto reason = check_default(all, f, *v)) {
                report(std::move(*reason));
            }
        }
    }

    void check_relation() const {
        auto const* d = f.directive("relation");
        if (d == nullptr) {
            return;
        }
        if (!f.is_relation()) {
            report(text("The field `", f.name, "` is a scalar field and cannot specify the `@relation` directive."));
            return;
        }
        for (auto const argument : {"name", "oldName"}) {
            auto const* v = find_argument(d, argument);
            if (v != nullptr && v->kind != value_kind::string) {
                report("This argument must be a String.");
            }
        }
        if (!is_one_of(find_argument(d, "onDelete"), {"CASCADE", "SET_NULL"})) {
            report("Valid values for the argument `onDelete` are: CASCADE,SET_NULL.");
        }
        auto const* link = find_argument(d, "link");
        if (!(can.link_tables ? is_one_of(link, {"INLINE", "TABLE"}) : is_one_of(link, {"INLINE"}))) {
            report(text("Valid values for the argument `link` are: ", can.link_tables ? "INLINE,TABLE" : "INLINE", "."));
        }
    }

    void check_unique() const {
        if (t.is_embedded && (f.directive("unique") != nullptr || f.directive("pqUnique") != nullptr)) {
            report(text("The field `", f.name, "` is marked as unique but its type `", t.name, "` is embedded. This is disallowed."));
        }
    }

    void check_db() const {
        auto const* d = f.directive("db");
        if (d == nullptr || !is_db_name(d, "name") || !f.is_relation() || t.is_relation_table) {
            return;
        }
        bool const is_inline = f.link == link_argument::inline_column ||
            (f.link == link_argument::absent && !f.is_list && !can.link_lists);
        if (!is_inline) {
            report(text("The field `", f.name, "` specifies the `@db` directive. Relation fields must not specify this directive."));
        }
    }

    void check_sequence() const {
        auto const* d = f.directive("sequence");
        if (d == nullptr) {
            return;
        }
        for (auto const argument : {"name", "initialValue", "allocationSize"}) {
            check_required(*d, argument);
        }
        static_cast<void>(is_db_name(d, "name"));
        check_integer(*d, "initialValue");
        check_integer(*d, "allocationSize");
        auto const* strategy = find_argument(f.directive("id"), "strategy");
        if (strategy == nullptr || strategy->text != "SEQUENCE" || f.type != field_type::integer) {
            report("The directive `@sequence` must only be specified for fields that are marked as id, are of type `Int` and use the "
                   "sequence strategy. E.g. `id: Int! @id(strategy: SEQUENCE)`.");
        }
    }

    void check_id() const {
        auto const* d = f.directive("id");
        if (d == nullptr) {
            return;
        }
        if (f.is_list || f.is_relation() ||
            !(f.type == field_type::id || (f.type == field_type::uuid && can.uuid_ids) ||
              (f.type == field_type::integer && can.int_ids))) {
            report(text("The field `", f.name, "` is marked as id must have one of the following types: `ID!`",
                        can.uuid_ids ? ",`UUID!`" : "", can.int_ids ? ",`Int!`" : "", "."));
        }
        if (!f.is_required) {
            report("Fields that are marked as id must be required.");
        }
        auto const* strategy = find_argument(d, "strategy");
        if (!(can.sequences ? is_one_of(strategy, {"AUTO", "NONE", "SEQUENCE"}) : is_one_of(strategy, {"AUTO", "NONE"}))) {
            report(text("Valid values for the strategy argument of `@id` are: AUTO, NONE", can.sequences ? ", SEQUENCE." : "."));
        }
    }

    void check_time_stamps() const {
        bool const created = f.directive("createdAt") != nullptr;
        bool const updated = f.directive("updatedAt") != nullptr;
        bool const is_date = f.type == field_type::date_time && !f.is_list;
        if (created && updated) {
            report("Fields cannot be marked simultaneously with `@createdAt` and `@updatedAt`.");
        }
        if (created && !is_date) {
            report("Fields that are marked as `@createdAt` must be of type `DateTime!` or `DateTime`.");
        }
        if (updated && !is_date) {
            report("Fields that are marked as @updatedAt must be of type `DateTime!` or `DateTime`.");
        }
    }

    void check_scalar_list() const {
        auto const* d = f.directive("scalarList");
        if (d == nullptr) {
            return;
        }
        if (!f.is_list) {
            report(text("Fields that are marked as `@scalarList` must be lists, e.g. `[", f.type_name, "]`."));
        }
        if (!can.scalar_lists_embedded && !can.scalar_lists_relation) {
            report("This connector does not support scalar lists.");
            return;
        }
        auto const* strategy = find_argument(d, "strategy");
        if (!((can.scalar_lists_embedded && is_one_of(strategy, {"EMBEDDED"})) ||
              (can.scalar_lists_relation && is_one_of(strategy, {"RELATION"})))) {
            report(scalar_list_strategies(can));
        }
    }

    void check_rename() const {
        auto const* v = find_argument(f.directive("rename"), "oldName");
        if (v != nullptr && v->kind != value_kind::string) {
            report("This argument must be a String.");
        }
    }

    [[nodiscard]] static std::string scalar_list_strategies(capabilities const& can) {
        return text("Valid values for the strategy argument of `@scalarList` are: ", can.scalar_lists_embedded ? "EMBEDDED" : "",
                    can.scalar_lists_embedded && can.scalar_lists_relation ? ", " : "", can.scalar_lists_relation ? "RELATION" : "",
                    ".");
    }
};

REFRACT_DECL void check_type_directives(type_declaration const& t, capabilities const& can, problems& out) {
    std::unordered_set<std::string_view> seen;
    for (auto const& d : t.directives) {
        if (!seen.insert(d.name).second) {
            out.add(t.name, text("The type `", t.name, "` specifies a directive more than once. Directives must appear exactly once on a "
                                                       "type."));
            break;
        }
    }
    if (auto const* v = find_argument(t.directive("db"), "name"); v != nullptr) {
        if (v->kind != value_kind::string) {
            out.add(t.name, "This argument must be a String.");
        } else if (!is_database_name(v->text)) {
            out.add(t.name, "The argument `name` of the directive `@db` must be a name of 1 to 63 bytes without a NUL character.");
        }
    }
    if (t.is_embedded && t.directive("db") != nullptr) {
        out.add(t.name, text("The type `", t.name, "` is specifies the `@db` directive. Embedded types must not specify this directive."));
    }
    if (t.is_embedded && !can.embedded_types) {
        out.add(t.name, text("The type `", t.name, "` is marked as embedded but this connector does not support embedded types."));
    }
    if (t.is_relation_table && !can.link_tables) {
        out.add(t.name, "The directive `@relationTable` is not supported by this connector.");
    }
}

REFRACT_DECL void check_directives(declarations const& all, capabilities const& can, problems& out) {
    for (auto const& t : all.types) {
        for (auto const& f : t.fields) {
            directive_checker{all, can, out, t, f}.check_repetition();
        }
    }
    for (auto const& t : all.types) {
        for (auto const& f : t.fields) {
            directive_checker const c{all, can, out, t, f};
            c.check_default_value();
            c.check_relation();
            c.check_unique();
            c.check_db();
            c.check_sequence();
            c.check_id();
            c.check_time_stamps();
            c.check_scalar_list();
            c.check_rename();
        }
    }
    for (auto const& t : all.types) {
        check_type_directives(t, can, out);
    }
}

} // namespace refract::datamodel::detail
