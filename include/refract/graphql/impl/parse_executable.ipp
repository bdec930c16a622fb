#pragma once

#include <refract/core/utf8.hpp>
#include <refract/graphql/lexer.hpp>
#include <refract/graphql/parse.hpp>

#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace refract::graphql::detail {

/// Children of unfinished lists, of all kinds: the lists nest, so what is read last is complete first.
///
/// Shape: trivially copyable items aligned like a pointer. The first kilobytes need no allocation.
class child_stack {
public:
    child_stack() = default;
    child_stack(child_stack const&) = delete;
    child_stack& operator=(child_stack const&) = delete;

    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    template <class T> void push(T const& item) {
        static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= alignof(void*) && sizeof(T) % alignof(void*) == 0);
        if (size_ + sizeof(T) > capacity_) {
            grow();
        }
        std::memcpy(bytes_ + size_, static_cast<void const*>(&item), sizeof(T));
        size_ += sizeof(T);
    }

    /// Moves what was pushed since size() was `base` to the arena.
    template <class T> list<T> take(arena& to, std::size_t base) {
        auto const count = (size_ - base) / sizeof(T);
        size_ = base;
        if (count == 0) {
            return {};
        }
        auto* const items = to.allocate(count * sizeof(T), alignof(T));
        std::memcpy(items, bytes_ + base, count * sizeof(T));
        return {static_cast<T const*>(items), static_cast<std::uint32_t>(count)};
    }

private:
    static constexpr std::size_t initial_bytes = 8U << 10U;

    void grow() {
        auto larger = std::unique_ptr<std::byte[]>(new std::byte[capacity_ * 2]);
        std::memcpy(larger.get(), bytes_, size_);
        heap_ = std::move(larger);
        bytes_ = heap_.get();
        capacity_ *= 2;
    }

    alignas(void*) std::byte initial_[initial_bytes]; // left uninitialized: only what was pushed is read
    std::unique_ptr<std::byte[]> heap_{};
    std::byte* bytes_ = initial_;
    std::size_t size_ = 0;
    std::size_t capacity_ = initial_bytes;
};

/// The tokens of one text, and the errors of a parser. Every function that returns bool gives false after an error.
class token_reader {
public:
    token_reader(std::string_view text, arena& nodes, parse_options const& options)
        : lexer_(text, nodes), nodes_(nodes), options_(options) {}

    [[nodiscard]] error& failure() noexcept { return error_; }
    [[nodiscard]] std::uint32_t token_count() const noexcept { return token_count_; }

    bool advance() {
        end_ = current().end;
        if (!lexer_.advance()) {
            error_ = std::move(lexer_.failure());
            return false;
        }
        if (kind() == token_kind::end_of_file || ++token_count_ <= options_.max_tokens) {
            return true;
        }
        // The misspelled word is graphql-js'.
        return fail_limit(errc::tokens_exceeded, "more that " + std::to_string(options_.max_tokens) + " tokens");
    }

    /// Reads the end of the text.
    bool finish() { return kind() == token_kind::end_of_file || expect(token_kind::end_of_file); }

protected:
    [[nodiscard]] token const& current() const noexcept { return lexer_.current(); }
    [[nodiscard]] token_kind kind() const noexcept { return current().kind; }
    [[nodiscard]] bool is_keyword(std::string_view word) const noexcept {
        return kind() == token_kind::name && current().text == word;
    }

    /// Offset one past the token before the current one.
    [[nodiscard]] std::uint32_t end() const noexcept { return end_; }

    bool fail(errc code, location at, std::string message) {
        error_ = {code, "Syntax Error: " + std::move(message), at};
        return false;
    }

    bool fail_limit(errc code, std::string const& what) {
        return fail(code, current().at, "Document contains " + what + ". Parsing aborted.");
    }

    bool unexpected(token const& t) { return fail(errc::syntax, t.at, "Unexpected " + describe(t) + "."); }

    bool fail_expected(std::string const& what) {
        return fail(errc::syntax, current().at, "Expected " + what + ", found " + describe(current()) + ".");
    }

    bool expect(token_kind wanted) {
        if (kind() == wanted) {
            return advance();
        }
        token t;
        t.kind = wanted;
        return fail_expected(wanted > token_kind::block_string ? describe(t) : std::string(name(wanted)));
    }

    bool expect_keyword(std::string_view word) {
        return is_keyword(word) ? advance() : fail_expected('"' + std::string(word) + '"');
    }

    bool read_name(std::string_view& to, location& at) {
        if (kind() != token_kind::name) {
            return expect(token_kind::name);
        }
        to = current().text;
        at = current().at;
        return advance();
    }

    /// Enters a nested selection set, value or type.
    bool enter() {
        if (++depth_ <= options_.max_depth) {
            return true;
        }
        return fail_limit(errc::depth_exceeded, "more than " + std::to_string(options_.max_depth) + " levels of nesting");
    }

    void leave() noexcept { --depth_; }

    lexer lexer_;
    arena& nodes_;
    parse_options const& options_;
    child_stack children_;

private:
    std::uint32_t token_count_ = 0;
    std::uint32_t depth_ = 0;
    std::uint32_t end_ = 0;
    error error_{};
};

/// Recursive descent over values, types, selections, operations and fragments.
///
/// Children wait on a stack of their kind until their list is complete: no allocation per node, one copy to the arena per list.
class executable_parser : public token_reader {
public:
    using token_reader::token_reader;

    // Value[Const] : [~Const] Variable | IntValue | FloatValue | StringValue | BooleanValue | NullValue | EnumValue |
    //                ListValue | ObjectValue
    bool read_value(ast::value& to, bool constant) {
        auto const& t = current();
        to.at = t.at;
        to.end = t.end;
        to.text = t.text;
        switch (t.kind) {
        case token_kind::integer: to.kind = ast::value_kind::integer; return advance();
        case token_kind::floating: to.kind = ast::value_kind::floating; return advance();
        case token_kind::string: to.kind = ast::value_kind::string; return advance();
        case token_kind::block_string:
            to.kind = ast::value_kind::string;
            to.block = true;
            return advance();
        case token_kind::name:
            to.kind = t.text == "true" || t.text == "false" ? ast::value_kind::boolean
                      : t.text == "null"                    ? ast::value_kind::null
                                                            : ast::value_kind::enumeration;
            return advance();
        case token_kind::dollar: return read_variable(to, constant);
        case token_kind::bracket_left: return read_list(to, constant);
        case token_kind::brace_left: return read_object(to, constant);
        default: return unexpected(t);
        }
    }

    // Type : NamedType | [ Type ] | Type !
    bool read_type(ast::type_reference& to) {
        to.at = current().at;
        if (kind() == token_kind::bracket_left) {
            ast::type_reference inner;
            if (!enter() || !advance() || !read_type(inner) || !expect(token_kind::bracket_right)) {
                return false;
            }
            leave();
            to.kind = ast::type_reference_kind::list;
            to.of = nodes_.copy(inner);
        } else if (!read_name(to.name, to.at)) {
            return false;
        }
        to.end = end();
        if (kind() != token_kind::bang) {
            return true;
        }
        auto const at = to.at;
        auto const* const of = nodes_.copy(to);
        to = {ast::type_reference_kind::non_null, at, current().end, {}, of};
        return advance();
    }

protected:
    // Directives[Const] : Directive[?Const]+       Directive[Const] : @ Name Arguments[?Const]?
    bool read_directives(list<ast::directive>& to, bool constant) {
        if (kind() != token_kind::at) {
            return true;
        }
        auto const base = children_.size();
        while (kind() == token_kind::at) {
            if (++directive_count_ > options_.max_directives) {
                return fail_limit(errc::limit_exceeded, "more than " + std::to_string(options_.max_directives) + " directives");
            }
            ast::directive item;
            item.at = current().at;
            location name_at;
            if (!advance() || !read_name(item.name, name_at) || !read_arguments(item.arguments, constant)) {
                return false;
            }
            children_.push(item);
        }
        to = children_.take<ast::directive>(nodes_, base);
        return true;
    }

    // DefaultValue : = Value[Const]
    bool read_default_value(ast::value const*& to) {
        if (kind() != token_kind::equals) {
            return true;
        }
        ast::value value;
        if (!advance() || !read_value(value, true)) {
            return false;
        }
        to = nodes_.copy(value);
        return true;
    }

    bool read_type(ast::type_reference const*& to) {
        ast::type_reference type;
        if (!read_type(type)) {
            return false;
        }
        to = nodes_.copy(type);
        return true;
    }

    // OperationDefinition : OperationType Name? VariableDefinitions? Directives? SelectionSet | SelectionSet
    bool read_operation(ast::definition& to) {
        to.kind = ast::definition_kind::operation;
        if (kind() == token_kind::brace_left) {
            to.shorthand = true;
            return read_selections(to.selections);
        }
        if (!read_operation_type(to.operation)) {
            return false;
        }
        if (kind() == token_kind::name && !read_name(to.name, to.name_at)) {
            return false;
        }
        return read_variable_definitions(to.variables) && read_directives(to.directives, false) && read_selections(to.selections);
    }

    // FragmentDefinition : fragment FragmentName TypeCondition Directives? SelectionSet
    bool read_fragment_definition(ast::definition& to) {
        to.kind = ast::definition_kind::fragment;
        if (!advance() || !read_fragment_name(to.name, to.name_at)) {
            return false;
        }
        if (options_.allow_fragment_variables && !read_variable_definitions(to.variables)) {
            return false;
        }
        return expect_keyword("on") && read_name(to.type_condition, to.type_condition_at) &&
               read_directives(to.directives, false) && read_selections(to.selections);
    }

    // OperationType : one of query mutation subscription
    bool read_operation_type(ast::operation_type& to) {
        auto const t = current();
        if (!expect(token_kind::name)) {
            return false;
        }
        if (t.text == "query") {
            to = ast::operation_type::query;
        } else if (t.text == "mutation") {
            to = ast::operation_type::mutation;
        } else if (t.text == "subscription") {
            to = ast::operation_type::subscription;
        } else {
            return unexpected(t);
        }
        return true;
    }

private:
    bool read_variable(ast::value& to, bool constant) {
        auto const dollar = current();
        if (!advance()) {
            return false;
        }
        if (constant) {
            return kind() == token_kind::name
                       ? fail(
                             errc::syntax, dollar.at,
                             "Unexpected variable \"$" + std::string(current().text) + "\" in constant value."
                         )
                       : unexpected(dollar);
        }
        to.kind = ast::value_kind::variable;
        location at;
        if (!read_name(to.text, at)) {
            return false;
        }
        to.end = end();
        return true;
    }

    // ListValue[Const] : [ Value[?Const]* ]
    bool read_list(ast::value& to, bool constant) {
        to.kind = ast::value_kind::list;
        if (!enter() || !advance()) {
            return false;
        }
        auto const base = children_.size();
        while (kind() != token_kind::bracket_right) {
            ast::value item;
            if (!read_value(item, constant)) {
                return false;
            }
            children_.push(item);
        }
        to.items = children_.take<ast::value>(nodes_, base);
        to.end = current().end;
        leave();
        return advance();
    }

    // ObjectValue[Const] : { (Name : Value[?Const])* }
    bool read_object(ast::value& to, bool constant) {
        to.kind = ast::value_kind::object;
        if (!enter() || !advance()) {
            return false;
        }
        auto const base = children_.size();
        while (kind() != token_kind::brace_right) {
            ast::object_field item;
            if (!read_name(item.name, item.at) || !expect(token_kind::colon) || !read_value(item.value, constant)) {
                return false;
            }
            children_.push(item);
        }
        to.fields = children_.take<ast::object_field>(nodes_, base);
        to.end = current().end;
        leave();
        return advance();
    }

    // Arguments[Const] : ( (Name : Value[?Const])+ )
    bool read_arguments(list<ast::argument>& to, bool constant) {
        if (kind() != token_kind::paren_left) {
            return true;
        }
        if (!advance()) {
            return false;
        }
        auto const base = children_.size();
        do {
            auto item = empty_argument_;
            if (!read_name(item.name, item.at) || !expect(token_kind::colon) || !read_value(item.value, constant)) {
                return false;
            }
            children_.push(item);
        } while (kind() != token_kind::paren_right);
        to = children_.take<ast::argument>(nodes_, base);
        return advance();
    }

    // VariableDefinitions : ( (Variable : Type DefaultValue? Directives[Const]?)+ )
    bool read_variable_definitions(list<ast::variable_definition>& to) {
        if (kind() != token_kind::paren_left) {
            return true;
        }
        if (!advance()) {
            return false;
        }
        auto const base = children_.size();
        do {
            ast::variable_definition item;
            item.at = current().at;
            location name_at;
            if (!expect(token_kind::dollar) || !read_name(item.name, name_at) || !expect(token_kind::colon) ||
                !read_type(item.type) || !read_default_value(item.default_value) || !read_directives(item.directives, true)) {
                return false;
            }
            children_.push(item);
        } while (kind() != token_kind::paren_right);
        to = children_.take<ast::variable_definition>(nodes_, base);
        return advance();
    }

    // SelectionSet : { Selection+ }
    bool read_selections(list<ast::selection>& to) {
        if (!enter() || !expect(token_kind::brace_left)) {
            return false;
        }
        auto const base = children_.size();
        do {
            auto item = empty_selection_;
            if (!(kind() == token_kind::spread ? read_fragment(item) : read_field(item))) {
                return false;
            }
            children_.push(item);
        } while (kind() != token_kind::brace_right);
        to = children_.take<ast::selection>(nodes_, base);
        leave();
        return advance();
    }

    // Field : Alias? Name Arguments? Directives? SelectionSet?        Alias : Name :
    bool read_field(ast::selection& to) {
        if (!read_name(to.name, to.at)) {
            return false;
        }
        to.name_at = to.at;
        if (kind() == token_kind::colon) {
            to.alias = to.name;
            if (!advance() || !read_name(to.name, to.name_at)) {
                return false;
            }
        }
        if (!read_arguments(to.arguments, false) || !read_directives(to.directives, false)) {
            return false;
        }
        to.has_selections = kind() == token_kind::brace_left;
        return !to.has_selections || read_selections(to.selections);
    }

    // FragmentSpread : ... FragmentName Directives?
    // InlineFragment : ... (on NamedType)? Directives? SelectionSet
    bool read_fragment(ast::selection& to) {
        to.at = current().at;
        to.name_at = to.at;
        if (!advance()) {
            return false;
        }
        if (kind() == token_kind::name && current().text != "on") {
            to.kind = ast::selection_kind::fragment_spread;
            return read_name(to.name, to.name_at) && read_directives(to.directives, false);
        }
        to.kind = ast::selection_kind::inline_fragment;
        to.has_selections = true;
        if (kind() == token_kind::name && (!advance() || !read_name(to.type_condition, to.name_at))) {
            return false;
        }
        return read_directives(to.directives, false) && read_selections(to.selections);
    }

    // FragmentName : Name but not `on`
    bool read_fragment_name(std::string_view& to, location& at) {
        return current().text == "on" ? unexpected(current()) : read_name(to, at);
    }

    std::uint32_t directive_count_ = 0;
    // Copied instead of clearing a new one each time: compilers clear this size with a slow string instruction.
    ast::selection const empty_selection_{};
    ast::argument const empty_argument_{};
};

} // namespace refract::graphql::detail
