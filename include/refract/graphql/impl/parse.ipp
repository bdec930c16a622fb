#pragma once

#include <refract/core/utf8.hpp>
#include <refract/graphql/impl/parse_executable.ipp>
#include <refract/graphql/parse.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace refract::graphql {

namespace detail {

/// Adds the type system to the executable definitions.
class document_parser : public executable_parser {
public:
    using executable_parser::executable_parser;

    // Document : Definition+
    bool read_definitions(list<ast::definition>& to) {
        if (options_.allow_empty && kind() == token_kind::end_of_file) {
            return true;
        }
        auto const base = children_.here();
        do {
            auto& item = children_.push(ast::definition{});
            if (!read_definition(item)) {
                return false;
            }
            item.end = end();
        } while (kind() != token_kind::end_of_file);
        to = children_.take<ast::definition>(nodes_, base);
        return true;
    }

private:
    bool read_definition(ast::definition& to) {
        to.at = current().at;
        if (kind() == token_kind::brace_left) {
            return read_operation(to);
        }
        if (!read_description(to)) {
            return false;
        }
        if (kind() == token_kind::brace_left) {
            return fail(errc::syntax, to.at, "Unexpected description, descriptions are not supported on shorthand queries.");
        }
        if (kind() != token_kind::name) {
            return unexpected(current());
        }
        auto const word = current().text;
        if (select_type_system(word, to.kind)) {
            return read_type_system(to);
        }
        if (word == "query" || word == "mutation" || word == "subscription") {
            return read_operation(to);
        }
        if (word == "fragment") {
            return read_fragment_definition(to);
        }
        if (to.has_description) {
            return fail(errc::syntax, to.at, "Unexpected description, only GraphQL definitions support descriptions.");
        }
        return word == "extend" ? read_extension(to) : unexpected(current());
    }

    /// The kind of definition a word begins. False if it begins none of the type system.
    static bool select_type_system(std::string_view word, ast::definition_kind& to) noexcept {
        constexpr std::pair<std::string_view, ast::definition_kind> kinds[] = {
            {"schema", ast::definition_kind::schema},           {"scalar", ast::definition_kind::scalar_type},
            {"type", ast::definition_kind::object_type},        {"interface", ast::definition_kind::interface_type},
            {"union", ast::definition_kind::union_type},        {"enum", ast::definition_kind::enum_type},
            {"input", ast::definition_kind::input_object_type}, {"directive", ast::definition_kind::directive},
        };
        for (auto const& entry : kinds) {
            if (entry.first == word) {
                to = entry.second;
                return true;
            }
        }
        return false;
    }

    // TypeSystemExtension : extend (schema | scalar | type | interface | union | enum | input) ...
    bool read_extension(ast::definition& to) {
        to.extension = true;
        if (!advance()) {
            return false;
        }
        if (kind() != token_kind::name || !select_type_system(current().text, to.kind) ||
            to.kind == ast::definition_kind::directive) {
            return unexpected(current());
        }
        if (!read_type_system(to)) {
            return false;
        }
        auto const is_empty = to.directives.empty() && to.interfaces.empty() && to.fields.empty() && to.members.empty() &&
                              to.values.empty() && to.input_fields.empty() && to.operation_types.empty();
        return !is_empty || unexpected(current());
    }

    bool read_type_system(ast::definition& to) {
        if (!advance()) {
            return false;
        }
        if (to.kind == ast::definition_kind::schema) {
            return read_directives(to.directives, true) && read_operation_types(to);
        }
        if (to.kind == ast::definition_kind::directive) {
            return read_directive_definition(to);
        }
        if (!read_name(to.name, to.name_at)) {
            return false;
        }
        auto const has_interfaces =
            to.kind == ast::definition_kind::object_type || to.kind == ast::definition_kind::interface_type;
        if (has_interfaces && !read_interfaces(to.interfaces)) {
            return false;
        }
        if (!read_directives(to.directives, true)) {
            return false;
        }
        switch (to.kind) {
        case ast::definition_kind::object_type:
        case ast::definition_kind::interface_type: return read_fields(to.fields);
        case ast::definition_kind::union_type: return read_members(to.members);
        case ast::definition_kind::enum_type: return read_enum_values(to.values);
        case ast::definition_kind::input_object_type:
            return read_input_values(to.input_fields, token_kind::brace_left, token_kind::brace_right);
        default: return true;
        }
    }

    // { (OperationType : NamedType)+ }, optional in an extension
    bool read_operation_types(ast::definition& to) {
        if (to.extension && kind() != token_kind::brace_left) {
            return true;
        }
        if (!expect(token_kind::brace_left)) {
            return false;
        }
        auto const base = children_.here();
        do {
            auto& item = children_.push(ast::operation_type_definition{});
            item.at = current().at;
            if (!read_operation_type(item.operation) || !expect(token_kind::colon) || !read_name(item.type, item.type_at)) {
                return false;
            }
        } while (kind() != token_kind::brace_right);
        to.operation_types = children_.take<ast::operation_type_definition>(nodes_, base);
        return advance();
    }

    /// `separator? Name (separator Name)*`
    bool read_names(list<ast::name_reference>& to, token_kind separator) {
        if (kind() == separator && !advance()) {
            return false;
        }
        auto const base = children_.here();
        while (true) {
            auto& item = children_.push(ast::name_reference{});
            if (!read_name(item.name, item.at)) {
                return false;
            }
            if (kind() != separator) {
                break;
            }
            if (!advance()) {
                return false;
            }
        }
        to = children_.take<ast::name_reference>(nodes_, base);
        return true;
    }

    // ImplementsInterfaces : implements &? NamedType (& NamedType)*
    bool read_interfaces(list<ast::name_reference>& to) {
        return !is_keyword("implements") || (advance() && read_names(to, token_kind::ampersand));
    }

    // UnionMemberTypes : = |? NamedType (| NamedType)*
    bool read_members(list<ast::name_reference>& to) {
        return kind() != token_kind::equals || (advance() && read_names(to, token_kind::pipe));
    }

    // FieldsDefinition : { (Description? Name ArgumentsDefinition? : Type Directives[Const]?)+ }
    bool read_fields(list<ast::field_definition>& to) {
        if (kind() != token_kind::brace_left) {
            return true;
        }
        if (!advance()) {
            return false;
        }
        auto const base = children_.here();
        do {
            auto& item = children_.push(ast::field_definition{});
            if (!read_description(item) || !read_name(item.name, item.at) ||
                !read_input_values(item.arguments, token_kind::paren_left, token_kind::paren_right) ||
                !expect(token_kind::colon) || !read_type(item.type) || !read_directives(item.directives, true)) {
                return false;
            }
        } while (kind() != token_kind::brace_right);
        to = children_.take<ast::field_definition>(nodes_, base);
        return advance();
    }

    // InputValueDefinition : Description? Name : Type DefaultValue? Directives[Const]?
    bool read_input_values(list<ast::input_value_definition>& to, token_kind open, token_kind close) {
        if (kind() != open) {
            return true;
        }
        if (!advance()) {
            return false;
        }
        auto const base = children_.here();
        do {
            auto& item = children_.push(ast::input_value_definition{});
            if (!read_description(item) || !read_name(item.name, item.at) || !expect(token_kind::colon) ||
                !read_type(item.type) || !read_default_value(item.default_value) || !read_directives(item.directives, true)) {
                return false;
            }
        } while (kind() != close);
        to = children_.take<ast::input_value_definition>(nodes_, base);
        return advance();
    }

    // EnumValuesDefinition : { (Description? EnumValue Directives[Const]?)+ }
    bool read_enum_values(list<ast::enum_value_definition>& to) {
        if (kind() != token_kind::brace_left) {
            return true;
        }
        if (!advance()) {
            return false;
        }
        auto const base = children_.here();
        do {
            auto& item = children_.push(ast::enum_value_definition{});
            if (!read_description(item)) {
                return false;
            }
            auto const text = current().text;
            if (text == "true" || text == "false" || text == "null") {
                return fail(
                    errc::syntax, current().at, describe(current()) + " is reserved and cannot be used for an enum value."
                );
            }
            if (!read_name(item.name, item.at) || !read_directives(item.directives, true)) {
                return false;
            }
        } while (kind() != token_kind::brace_right);
        to = children_.take<ast::enum_value_definition>(nodes_, base);
        return advance();
    }

    // DirectiveDefinition : directive @ Name ArgumentsDefinition? repeatable? on DirectiveLocations
    bool read_directive_definition(ast::definition& to) {
        if (!expect(token_kind::at) || !read_name(to.name, to.name_at) ||
            !read_input_values(to.input_fields, token_kind::paren_left, token_kind::paren_right)) {
            return false;
        }
        to.repeatable = is_keyword("repeatable");
        if ((to.repeatable && !advance()) || !expect_keyword("on")) {
            return false;
        }
        if (kind() == token_kind::pipe && !advance()) {
            return false;
        }
        auto const base = children_.here();
        while (true) {
            auto const t = current();
            auto& item = children_.push(ast::name_reference{});
            if (!read_name(item.name, item.at)) {
                return false;
            }
            if (!is_directive_location(item.name)) {
                return unexpected(t);
            }
            if (kind() != token_kind::pipe) {
                break;
            }
            if (!advance()) {
                return false;
            }
        }
        to.locations = children_.take<ast::name_reference>(nodes_, base);
        return true;
    }

    static bool is_directive_location(std::string_view name) noexcept {
        constexpr std::array<std::string_view, 19> locations = {
            "QUERY",
            "MUTATION",
            "SUBSCRIPTION",
            "FIELD",
            "FRAGMENT_DEFINITION",
            "FRAGMENT_SPREAD",
            "INLINE_FRAGMENT",
            "VARIABLE_DEFINITION",
            "SCHEMA",
            "SCALAR",
            "OBJECT",
            "FIELD_DEFINITION",
            "ARGUMENT_DEFINITION",
            "INTERFACE",
            "UNION",
            "ENUM",
            "ENUM_VALUE",
            "INPUT_OBJECT",
            "INPUT_FIELD_DEFINITION"};
        return std::find(locations.begin(), locations.end(), name) != locations.end();
    }
};

/// The error of a text that is too long or not UTF-8; errc::ok if it is neither.
REFRACT_DECL error check_text(std::string_view text, parse_options const& options) {
    auto const max_bytes = std::min<std::size_t>(options.max_document_bytes, std::numeric_limits<std::uint32_t>::max() - 1U);
    if (text.size() > max_bytes) {
        return {
            errc::limit_exceeded,
            "Syntax Error: Document contains more than " + std::to_string(max_bytes) + " bytes. Parsing aborted.",
            {}};
    }
    if (is_valid_utf8(text)) {
        return {errc::ok, {}, {}};
    }
    std::size_t at = 0;
    while (true) {
        auto const length = utf8_length(static_cast<unsigned char>(text[at]));
        if (at + length > text.size() || !is_valid_utf8(text.substr(at, length))) {
            break;
        }
        at += length;
    }
    constexpr std::string_view digits = "0123456789ABCDEF";
    auto const byte = static_cast<unsigned char>(text[at]);
    return {
        errc::invalid_utf8,
        std::string("Syntax Error: Invalid character: byte 0x") + digits[byte >> 4U] + digits[byte & 15U] + " is not UTF-8.",
        locate(text, at)};
}

/// What parse(), parse_value() and parse_type() share: checks, ownership, the first and the last token.
template <class Document, class Read>
result<Document> parse_with(std::string_view text, parse_options const& options, Read read) {
    if (auto e = check_text(text, options); e.code != errc::ok) {
        return e;
    }
    Document to;
    if (options.own_source) {
        text = to.nodes.copy(text);
    }
    document_parser parser(text, to.nodes, options);
    if (!parser.advance() || !read(parser, to) || !parser.finish()) {
        return std::move(parser.failure());
    }
    if constexpr (std::is_same_v<Document, document>) {
        to.text = text;
        to.token_count = parser.token_count();
    }
    return result<Document>(std::move(to));
}

} // namespace detail

REFRACT_DECL result<document> parse(std::string_view text, parse_options const& options) {
    return detail::parse_with<document>(text, options, [](detail::document_parser& p, document& to) {
        return p.read_definitions(to.definitions);
    });
}

REFRACT_DECL result<value_document> parse_value(std::string_view text, parse_options const& options) {
    return detail::parse_with<value_document>(text, options, [](detail::document_parser& p, value_document& to) {
        return p.read_value(to.value, false);
    });
}

REFRACT_DECL result<value_document> parse_const_value(std::string_view text, parse_options const& options) {
    return detail::parse_with<value_document>(text, options, [](detail::document_parser& p, value_document& to) {
        return p.read_value(to.value, true);
    });
}

REFRACT_DECL result<type_document> parse_type(std::string_view text, parse_options const& options) {
    return detail::parse_with<type_document>(text, options, [](detail::document_parser& p, type_document& to) {
        ast::type_reference const* read = nullptr;
        if (!p.read_type(read)) {
            return false;
        }
        to.type = *read;
        return true;
    });
}

} // namespace refract::graphql
