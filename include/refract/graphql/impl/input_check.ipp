// Whether the value of a variable fits its type.
#pragma once

#include <refract/graphql/ast.hpp>
#include <refract/graphql/input.hpp>
#include <refract/graphql/resolve_type.hpp>
#include <refract/graphql/scalar_check.hpp>
#include <refract/graphql/violation.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace refract::graphql::detail {

/// Collects the reasons why a value does not fit, in Sangria's order and words.
class input_checker {
public:
    input_checker(scalar_checks const& checks, std::size_t max_reasons) : checks_(checks), max_reasons_(max_reasons) {}

    void check(type_reference t, input const* v) {
        if (reasons_.size() >= max_reasons_) {
            return;
        }
        if (v == nullptr || v->is_null()) {
            if (t.is_non_null()) {
                add("Expected non-null value, found null.");
            }
            return;
        }
        t = t.nullable();
        if (t.is_list()) {
            auto const length = enter("[0]", false); // the original prints every position as 0
            if (v->kind == input_kind::list) {
                for (auto const& item : v->items) {
                    check(t.unwrapped(), &item);
                }
            } else {
                check(t.unwrapped(), v);
            }
            path_.resize(length);
        } else if (t.named()->kind == type_kind::input_object) {
            check_object(*t.named(), *v);
        } else if (auto reason = input_fault(*t.named(), *v, checks_); !reason.empty()) {
            add(reason);
        }
    }

    [[nodiscard]] std::vector<std::string> const& reasons() const noexcept { return reasons_; }

private:
    void check_object(type const& t, input const& v) {
        if (v.kind != input_kind::object) {
            add("Expected '" + t.name + "', found not an object.");
            return;
        }
        for (auto const& definition : t.input_fields) {
            auto const* const given = v.find(definition.name);
            if (given == nullptr && !definition.is_required()) {
                continue;
            }
            auto const length = enter(definition.name, true);
            check(definition.type, given);
            path_.resize(length);
        }
        if (t.one_of && reasons_.size() < max_reasons_ && (v.fields.size() != 1 || v.fields.front().value.is_null())) {
            add("Exactly one field of '" + t.name + "' must be given, and not be null.");
        }
        for (auto const& f : v.fields) {
            if (t.find_input_field(f.name) == nullptr && reasons_.size() < max_reasons_) {
                auto const length = enter(f.name, true);
                add("Field '" + f.name + "' is not defined in the input type '" + t.name + "'.");
                path_.resize(length);
            }
        }
    }

    std::size_t enter(std::string_view step, bool is_name) {
        auto const length = path_.size();
        if (is_name && !path_.empty()) {
            path_ += '.';
        }
        path_ += step;
        return length;
    }

    void add(std::string_view text) {
        reasons_.push_back(path_.empty() ? std::string(text) : "'" + path_ + "' " + std::string(text));
    }

    scalar_checks const& checks_;
    std::size_t max_reasons_;
    std::string path_;
    std::vector<std::string> reasons_;
};

/// The value as it is quoted in a message: cut if it would be too long.
REFRACT_DECL std::string quoted_json(input const& v) {
    std::string text;
    append_json(text, v);
    if (text.size() > max_message_bytes / 2) {
        text.resize(max_message_bytes / 2);
        while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0x80U) != 0) {
            text.pop_back(); // no half of a character at the end
        }
        text += "...";
    }
    return text;
}

REFRACT_DECL violation bad_variable_type(message_style style, document const& doc, ast::variable_definition const& d) {
    auto const name = std::string(d.name);
    auto const written = d.type == nullptr ? std::string{} : to_string(*d.type);
    auto const where = d.type == nullptr ? d.at : d.type->at;
    return make_violation(style, doc.text,
                          style == message_style::sangria
                              ? "Variable '$" + name + "' cannot be non input type '" + written + "'."
                              : "Variable \"$" + name + "\" expected value of type \"" + written +
                                    "\" which cannot be used as an input type.",
                          {where});
}

/// True if the value fits; else one violation per reason has been added.
REFRACT_DECL bool check_variable(message_style style, document const& doc, ast::variable_definition const& d,
                                 type_reference t, input const* given, scalar_checks const& checks,
                                 std::size_t max_violations, std::vector<violation>& to) {
    input_checker checker(checks, max_violations - std::min(max_violations, to.size()));
    checker.check(t, given);
    if (checker.reasons().empty()) {
        return true;
    }
    auto const name = std::string(d.name);
    auto const got = given == nullptr ? std::string{} : quoted_json(*given);
    for (auto const& reason : checker.reasons()) {
        std::string message;
        if (style == message_style::sangria) {
            message = "Variable '$" + name + "' expected value of type '" + to_string(t) + "' but " +
                      (given == nullptr ? std::string("value is undefined") : "got: " + got) + ". Reason: " + reason;
        } else if (given == nullptr) {
            message = "Variable \"$" + name + "\" of required type \"" + to_string(t) + "\" was not provided.";
        } else {
            message = "Variable \"$" + name + "\" got invalid value " + got + "; " + reason;
        }
        to.push_back(make_violation(style, doc.text, std::move(message), {d.at}));
    }
    return false;
}

} // namespace refract::graphql::detail
