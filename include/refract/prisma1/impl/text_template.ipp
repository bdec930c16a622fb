#pragma once

#include <refract/prisma1/text_template.hpp>
#include <refract/prisma1/variables.hpp>

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

namespace refract::prisma1 {

namespace detail {

inline constexpr std::string_view literal_prefix = "_literal"; // no text that has this word in it is cut

REFRACT_DECL bool is_name_start(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
REFRACT_DECL bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// Copies a text, and cuts as it goes.
class literal_cutter {
public:
    explicit literal_cutter(std::string_view text) : text_(text) { out_.text.reserve(text.size() + 64); }

    bool run() {
        while (at_ < text_.size()) {
            char const c = text_[at_];
            bool good = true;
            if (is_name_start(c)) {
                good = name();
            } else if (c == '-' || is_digit(c)) {
                good = number();
            } else if (c == '"') {
                good = string();
            } else if (c == '#') {
                copy(std::min(text_.find_first_of("\r\n", at_), text_.size()));
            } else {
                is_value_ = c == ':' || (is_value_ && (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ','));
                good = static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n' || c == '\r';
                out_.text += c;
                ++at_;
            }
            if (!good || out_.literals.size() > max_template_literals) {
                return false;
            }
        }
        return !out_.literals.empty();
    }

    cut_text take() { return std::move(out_); }

private:
    void copy(std::size_t end) {
        out_.text += text_.substr(at_, end - at_);
        at_ = end;
    }

    bool name() {
        std::size_t end = at_;
        while (end < text_.size() && (is_name_start(text_[end]) || is_digit(text_[end]))) {
            ++end;
        }
        name_ = text_.substr(at_, end - at_);
        is_value_ = false;
        copy(end);
        return name_.substr(0, literal_prefix.size()) != literal_prefix;
    }

    void cut(graphql::ast::value_kind kind, char letter, std::string_view literal, std::size_t end) {
        out_.text += '$';
        out_.text += literal_prefix;
        out_.text += letter;
        char digits[8];
        auto const last = std::to_chars(digits, digits + sizeof digits, out_.literals.size()).ptr;
        out_.text.append(digits, static_cast<std::size_t>(last - digits));
        out_.text += ' '; // what comes next may be a name
        out_.literals.push_back({kind, literal});
        at_ = end;
        is_value_ = false;
    }

    std::size_t skip_digits(std::size_t at) const {
        while (at < text_.size() && is_digit(text_[at])) {
            ++at;
        }
        return at;
    }

    /// Source: GraphQL October 2021, 2.9.1 and 2.9.2
    bool number() {
        std::size_t const digits = at_ + (text_[at_] == '-' ? 1U : 0U);
        std::size_t end = skip_digits(digits);
        bool good = end > digits && (text_[digits] != '0' || end == digits + 1);
        bool is_float = false;
        if (end < text_.size() && text_[end] == '.') {
            std::size_t const fraction = end + 1;
            end = skip_digits(fraction);
            good = good && end > fraction;
            is_float = true;
        }
        if (end < text_.size() && (text_[end] == 'e' || text_[end] == 'E')) {
            std::size_t exponent = end + 1;
            exponent += exponent < text_.size() && (text_[exponent] == '+' || text_[exponent] == '-') ? 1U : 0U;
            end = skip_digits(exponent);
            good = good && end > exponent;
            is_float = true;
        }
        good = good && (end == text_.size() || !(is_name_start(text_[end]) || is_digit(text_[end]) || text_[end] == '.'));
        auto const literal = text_.substr(at_, end - at_);
        bool const is_special = literal == "0" || literal.front() == '-'; // as an offset
        bool const stays = is_value_ && (name_ == "first" || name_ == "last" || (name_ == "skip" && is_special));
        if (!good || stays) {
            copy(end);
            return good;
        }
        using graphql::ast::value_kind;
        cut(is_float ? value_kind::floating : value_kind::integer, is_float ? 'F' : 'I', literal, end);
        return true;
    }

    bool string() {
        std::size_t end = at_ + 1;
        for (; end < text_.size() && text_[end] != '"'; ++end) {
            if (text_[end] == '\\' || (static_cast<unsigned char>(text_[end]) < 0x20 && text_[end] != '\t')) {
                return false;
            }
        }
        bool const is_block = end == at_ + 1 && end + 1 < text_.size() && text_[end + 1] == '"';
        if (end == text_.size() || is_block) {
            return false;
        }
        cut(graphql::ast::value_kind::string, 'S', text_.substr(at_ + 1, end - at_ - 1), end + 1);
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string_view name_{};
    bool is_value_ = false; ///< a colon came after name_, and nothing else since
    cut_text out_;
};

/// The number of a variable that stands for a literal.
REFRACT_DECL std::optional<std::size_t> literal_number(graphql::ast::value const& v) {
    if (v.kind != graphql::ast::value_kind::variable || v.text.substr(0, literal_prefix.size()) != literal_prefix) {
        return std::nullopt;
    }
    auto const digits = v.text.substr(literal_prefix.size() + 1);
    std::size_t n = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), n);
    return n;
}

/// Walks the fields of a document for the types of its literals.
class rule_finder {
public:
    rule_finder(graphql::schema const& api, std::size_t literals) : api_(api), rules_(literals) {}

    void definition(graphql::ast::definition const& d, graphql::type const* root) {
        if (root != nullptr) {
            selections(d.selections, *root);
        }
    }

    /// Nothing if a literal was not found, or one is where it can't be a slot.
    std::optional<std::vector<literal_rule>> finish() {
        return good_ && found_ == rules_.size() ? std::optional(std::move(rules_)) : std::nullopt;
    }

private:
    void selections(graphql::list<graphql::ast::selection> const& all, graphql::type const& parent) {
        using graphql::ast::selection_kind;
        for (auto const& s : all) {
            if (s.kind == selection_kind::inline_fragment) {
                auto const* const narrowed = s.type_condition.empty() ? &parent : api_.find(s.type_condition);
                if (narrowed != nullptr) {
                    selections(s.selections, *narrowed);
                }
            } else if (s.kind == selection_kind::field && s.name.substr(0, 2) != "__") {
                auto const* const f = parent.find_field(s.name);
                if (f != nullptr) {
                    field(s, *f);
                }
            }
        }
    }

    void field(graphql::ast::selection const& s, graphql::field const& f) {
        auto const before = found_;
        for (auto const& a : s.arguments) {
            if (auto const* const argument = f.argument(a.name)) {
                value(a.value, argument->type);
            }
        }
        // Fields of one key are merged if their arguments are the same: with other literals they might not be.
        good_ = good_ && (found_ == before || keys_.insert(s.response_key()).second);
        if (f.type.named() != nullptr) {
            selections(s.selections, *f.type.named());
        }
    }

    void value(graphql::ast::value const& v, graphql::type_reference t) {
        using graphql::ast::value_kind;
        t = t.nullable();
        if (v.kind == value_kind::list) {
            for (auto const& item : v.items) {
                value(item, t.is_list() ? t.unwrapped() : t);
            }
        } else if (v.kind == value_kind::object) {
            for (auto const& f : v.fields) {
                auto const* const input = t.named()->find_input_field(f.name);
                if (input != nullptr) {
                    value(f.value, input->type);
                }
            }
        } else if (auto const n = literal_number(v)) {
            leaf(*n, t);
        }
    }

    void leaf(std::size_t n, graphql::type_reference t) {
        literal_rule rule;
        for (; t.is_list(); t = t.unwrapped().nullable()) {
            ++rule.list_depth;
        }
        constexpr std::string_view slots[] = {"Int", "Long", "Float", "String", "ID", "DateTime", "UUID"};
        auto const& type = *t.named();
        good_ = good_ && n < rules_.size() && std::find(std::begin(slots), std::end(slots), type.name) != std::end(slots);
        if (good_) {
            rule.type = type.name;
            rule.check = prisma1_scalars().find(type.name);
            rules_[n] = rule;
            ++found_;
        }
    }

    graphql::schema const& api_;
    std::vector<literal_rule> rules_;
    std::size_t found_ = 0;
    std::set<std::string_view> keys_;
    bool good_ = true;
};

} // namespace detail

REFRACT_DECL std::optional<cut_text> cut_literals(std::string_view text) {
    detail::literal_cutter cutter(text);
    return cutter.run() ? std::optional(cutter.take()) : std::nullopt;
}

REFRACT_DECL std::optional<std::vector<literal_rule>>
find_literal_rules(graphql::schema const& api, graphql::document const& cut, std::size_t literals) {
    detail::rule_finder finder(api, literals);
    for (auto const& d : cut.definitions) {
        using graphql::ast::operation_type;
        if (d.kind == graphql::ast::definition_kind::fragment) {
            finder.definition(d, api.find(d.type_condition));
        } else if (d.kind == graphql::ast::definition_kind::operation) {
            finder.definition(d, d.operation == operation_type::query      ? api.query
                                 : d.operation == operation_type::mutation ? api.mutation
                                                                           : nullptr);
        }
    }
    return finder.finish();
}

REFRACT_DECL bool bind_literals(
    std::vector<literal_rule> const& rules, std::vector<cut_literal> const& literals, std::vector<db::value>& slots
) {
    if (rules.size() != literals.size()) {
        return false;
    }
    graphql::ast::value written;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        written.kind = literals[i].kind;
        written.text = literals[i].text;
        auto const* const check = rules[i].check;
        if (check != nullptr && check->literal != nullptr && check->literal(written) != nullptr) {
            return false;
        }
        slots.push_back(leaf_value(rules[i].type, literals[i].text));
    }
    return true;
}

REFRACT_DECL void add_literal_variables(std::vector<literal_rule> const& rules, std::size_t first_slot, variable_map& variables) {
    for (std::size_t i = 0; i < rules.size(); ++i) {
        argument a;
        a.kind = argument_kind::scalar;
        a.operand = plan::operand::at(static_cast<std::uint32_t>(first_slot + i));
        for (std::uint32_t depth = rules[i].list_depth; depth > 0; --depth) {
            argument around;
            around.kind = argument_kind::list;
            around.items.push_back(std::move(a));
            a = std::move(around);
        }
        for (char const letter : {'I', 'F', 'S'}) {
            variables.insert_or_assign(std::string(detail::literal_prefix) + letter + std::to_string(i), a);
        }
    }
}

} // namespace refract::prisma1
