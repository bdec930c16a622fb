#pragma once

#include <refract/core/utf8.hpp>
#include <refract/graphql/impl/lexer.ipp>
#include <refract/graphql/lexer.hpp>
#include <refract/graphql/parse.hpp>

#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace refract::graphql::detail {

/// Children of unfinished lists, of all kinds: the lists nest, so what is begun last is complete first.
///
/// Shape: an item stays where it is until its list is taken, so it is filled in place while its own children come and go
/// above it. Trivially copyable items aligned like a pointer. The first kilobytes need no allocation.
class child_stack {
    struct chunk {
        chunk* below;
        std::byte* bytes;
        std::size_t used;
        std::size_t capacity;
        std::unique_ptr<std::byte[]> owned{};
        std::unique_ptr<chunk> above{}; // kept when the stack shrinks, for the next time
    };

public:
    /// Where a list begins.
    struct mark {
        chunk* in;
        std::size_t used;
    };

    child_stack() { static_cast<void>(initial_); }
    child_stack(child_stack const&) = delete;
    child_stack& operator=(child_stack const&) = delete;

    [[nodiscard]] mark here() const noexcept { return {top_, top_->used}; }

    /// Adds a copy of `item` to the innermost list.
    template <class T> T& push(T const& item) {
        static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= alignof(void*) && sizeof(T) % alignof(void*) == 0);
        if (top_->used + sizeof(T) > top_->capacity) {
            grow();
        }
        auto* const at = ::new (top_->bytes + top_->used) T(item);
        top_->used += sizeof(T);
        return *at;
    }

    /// Moves what was pushed since `base` to the arena.
    template <class T> list<T> take(arena& to, mark base) {
        auto count = (base.in->used - base.used) / sizeof(T);
        for (auto const* c = top_; c != base.in; c = c->below) {
            count += c->used / sizeof(T);
        }
        list<T> taken;
        if (count != 0) {
            taken = to.make_list<T>(count, [&](T* items) {
                auto* from = base.in->bytes + base.used;
                for (auto* c = base.in;; c = c->above.get(), from = c->bytes) {
                    // Item by item: most lists are short, and a call of memcpy costs more than they do.
                    for (auto const* const end = c->bytes + c->used; from != end; from += sizeof(T)) {
                        ::new (items++) T(*reinterpret_cast<T const*>(from)); // NOLINT: push() constructed it there
                    }
                    if (c == top_) {
                        break;
                    }
                }
            });
        }
        top_ = base.in;
        top_->used = base.used;
        return taken;
    }

private:
    static constexpr std::size_t initial_bytes = 8U << 10U;

    [[gnu::noinline]] void grow() {
        if (top_->above == nullptr) {
            auto const capacity = top_->capacity * 2;
            auto owned = std::unique_ptr<std::byte[]>(new std::byte[capacity]);
            auto* const bytes = owned.get();
            top_->above = std::unique_ptr<chunk>(new chunk{top_, bytes, 0, capacity, std::move(owned), {}});
        }
        top_ = top_->above.get();
        top_->used = 0;
    }

    alignas(void*) std::byte initial_[initial_bytes]; // left uninitialized: only what was pushed is read
    chunk first_{nullptr, initial_, 0, initial_bytes, {}, {}};
    chunk* top_ = &first_;
};

/// The tokens of one text, and the errors of a parser. Every function that returns bool gives false after an error.
class token_reader {
public:
    token_reader(std::string_view text, arena& nodes, parse_options const& options)
        : lexer_(text, nodes), nodes_(nodes), options_(options), max_tokens_(options.max_tokens),
          max_depth_(options.max_depth < most_depth ? options.max_depth : most_depth) {}

    [[nodiscard]] error& failure() noexcept { return error_; }
    /// Without the end of the text.
    [[nodiscard]] std::uint32_t token_count() const noexcept { return token_count_ - 1; }

    [[gnu::noinline]] bool advance() {
        end_ = current().end;
        if (!lexer_.next()) {
            error_ = std::move(lexer_.failure());
            return false;
        }
        return ++token_count_ <= max_tokens_ || check_token_count();
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

    [[gnu::cold, gnu::noinline]] bool fail(errc code, location at, std::string message) {
        error_ = {code, "Syntax Error: " + std::move(message), at};
        return false;
    }

    [[gnu::cold, gnu::noinline]] bool fail_limit(errc code, std::string const& what) {
        return fail(code, current().at, "Document contains " + what + ". Parsing aborted.");
    }

    [[gnu::cold, gnu::noinline]] bool unexpected(token const& t) { return fail(errc::syntax, t.at, "Unexpected " + describe(t) + "."); }

    [[gnu::cold, gnu::noinline]] bool fail_expected(std::string const& what) {
        return fail(errc::syntax, current().at, "Expected " + what + ", found " + describe(current()) + ".");
    }

    [[gnu::cold, gnu::noinline]] bool fail_expected(token_kind wanted) {
        token t;
        t.kind = wanted;
        return fail_expected(wanted > token_kind::block_string ? describe(t) : std::string(name(wanted)));
    }

    bool expect(token_kind wanted) { return kind() == wanted ? advance() : fail_expected(wanted); }

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
        return ++depth_ <= max_depth_ || fail_depth();
    }

    void leave() noexcept { --depth_; }

    lexer lexer_;
    arena& nodes_;
    parse_options const& options_;
    child_stack children_;

private:
    [[gnu::cold, gnu::noinline]] bool fail_depth() {
        return fail_limit(errc::depth_exceeded, "more than " + std::to_string(max_depth_) + " levels of nesting");
    }

    /// True at the end of the text: it is no token.
    [[gnu::cold, gnu::noinline]] bool check_token_count() {
        // The misspelled word is graphql-js'.
        return kind() == token_kind::end_of_file ||
               fail_limit(errc::tokens_exceeded, "more that " + std::to_string(options_.max_tokens) + " tokens");
    }

    std::uint32_t const max_tokens_;
    std::uint32_t const max_depth_;
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
    bool read_type(ast::type_reference const*& to) {
        auto* node = nodes_.copy(ast::type_reference{});
        node->at = current().at;
        if (kind() == token_kind::bracket_left) {
            node->kind = ast::type_reference_kind::list;
            if (!enter() || !advance() || !read_type(node->of) || !expect(token_kind::bracket_right)) {
                return false;
            }
            leave();
        } else if (!read_name(node->name, node->at)) {
            return false;
        }
        node->end = end();
        to = node;
        if (kind() != token_kind::bang) {
            return true;
        }
        to = nodes_.copy(ast::type_reference{ast::type_reference_kind::non_null, node->at, current().end, {}, node});
        return advance();
    }

protected:
    // Description : StringValue
    template <class Node> bool read_description(Node& to) {
        if (kind() != token_kind::string && kind() != token_kind::block_string) {
            return true;
        }
        to.has_description = true;
        to.is_description_block = kind() == token_kind::block_string;
        to.description = current().text;
        return advance();
    }

    // Directives[Const] : Directive[?Const]+       Directive[Const] : @ Name Arguments[?Const]?
    bool read_directives(list<ast::directive>& to, bool constant) {
        if (kind() != token_kind::at) {
            return true;
        }
        auto const base = children_.here();
        while (kind() == token_kind::at) {
            if (++directive_count_ > options_.max_directives) {
                return fail_limit(errc::limit_exceeded, "more than " + std::to_string(options_.max_directives) + " directives");
            }
            auto& item = children_.push(ast::directive{});
            item.at = current().at;
            location name_at;
            if (!advance() || !read_name(item.name, name_at) || !read_arguments(item.arguments, constant)) {
                return false;
            }
        }
        to = children_.take<ast::directive>(nodes_, base);
        return true;
    }

    // DefaultValue : = Value[Const]
    bool read_default_value(ast::value const*& to) {
        if (kind() != token_kind::equals) {
            return true;
        }
        auto* const value = nodes_.copy(ast::value{});
        to = value;
        return advance() && read_value(*value, true);
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
        auto const base = children_.here();
        while (kind() != token_kind::bracket_right) {
            auto& item = children_.push(ast::value{});
            if (!read_value(item, constant)) {
                return false;
            }
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
        auto const base = children_.here();
        while (kind() != token_kind::brace_right) {
            auto& item = children_.push(ast::object_field{});
            if (!read_name(item.name, item.at) || !expect(token_kind::colon) || !read_value(item.value, constant)) {
                return false;
            }
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
        auto const base = children_.here();
        do {
            auto& item = children_.push(empty_argument_);
            if (!read_name(item.name, item.at) || !expect(token_kind::colon) || !read_value(item.value, constant)) {
                return false;
            }
        } while (kind() != token_kind::paren_right);
        to = children_.take<ast::argument>(nodes_, base);
        return advance();
    }

    // VariableDefinitions : ( (Description? Variable : Type DefaultValue? Directives[Const]?)+ )
    bool read_variable_definitions(list<ast::variable_definition>& to) {
        if (kind() != token_kind::paren_left) {
            return true;
        }
        if (!advance()) {
            return false;
        }
        auto const base = children_.here();
        do {
            auto& item = children_.push(ast::variable_definition{});
            item.at = current().at;
            if (!read_description(item) || !expect(token_kind::dollar) || !read_name(item.name, item.name_at) || !expect(token_kind::colon) ||
                !read_type(item.type) || !read_default_value(item.default_value) || !read_directives(item.directives, true)) {
                return false;
            }
        } while (kind() != token_kind::paren_right);
        to = children_.take<ast::variable_definition>(nodes_, base);
        return advance();
    }

    // SelectionSet : { Selection+ }
    bool read_selections(list<ast::selection>& to) {
        if (!enter() || !expect(token_kind::brace_left)) {
            return false;
        }
        auto const base = children_.here();
        do {
            auto& item = children_.push(empty_selection_);
            if (!(kind() == token_kind::spread ? read_fragment(item) : read_field(item))) {
                return false;
            }
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
