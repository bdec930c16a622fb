#pragma once

#include <refract/config/environment.hpp>
#include <refract/core/result.hpp>
#include <refract/core/utf8.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace refract::config {

namespace detail {

/// The name at the start of `text`, which follows `${`; empty unless a `}` ends it.
REFRACT_DECL std::string_view variable_name(std::string_view text) noexcept {
    std::size_t length = 0;
    for (; length < text.size() && text[length] != '}'; ++length) {
        char const c = text[length];
        bool const letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && !(length > 0 && c >= '0' && c <= '9')) {
            return {};
        }
    }
    return length < text.size() ? text.substr(0, length) : std::string_view();
}

REFRACT_DECL result<std::string> expanded(std::string_view text, environment lookup, location where) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        if (text.substr(at, 3) == "$${") {
            out += "${";
            at += 3;
            continue;
        }
        if (text.substr(at, 2) != "${") {
            out += text[at++];
            continue;
        }
        std::string const name(variable_name(text.substr(at + 2)));
        if (name.empty()) {
            return error{errc::yaml_syntax, "After '${' a variable's name and '}' are expected; '$${' stands for '${' itself.", where};
        }
        char const* const value = lookup != nullptr ? lookup(name.c_str()) : nullptr;
        if (value == nullptr) {
            return error{errc::missing_key, "The environment variable " + name + " is not set.", where};
        }
        if (!is_valid_utf8(value)) {
            return error{errc::invalid_utf8, "The environment variable " + name + " is not UTF-8.", where};
        }
        out += value;
        at += name.size() + 3;
        if (out.size() > yaml_limits{}.max_line_bytes) {
            return error{errc::limit_exceeded, "The environment variable " + name + " is too long.", where};
        }
    }
    return out;
}

} // namespace detail

REFRACT_DECL std::vector<error> expand_environment(yaml_node& document, environment lookup) {
    std::vector<error> problems;
    std::vector<yaml_node*> open{&document};
    while (!open.empty()) {
        yaml_node& node = *open.back();
        open.pop_back();
        for (auto item = node.items.rbegin(); item != node.items.rend(); ++item) { // the last one pushed is looked at first
            open.push_back(&*item);
        }
        for (auto entry = node.entries.rbegin(); entry != node.entries.rend(); ++entry) {
            open.push_back(&entry->value);
        }
        if (node.type != yaml_node::kind::scalar || node.text.find("${") == std::string::npos) {
            continue;
        }
        auto text = detail::expanded(node.text, lookup, node.where);
        if (!text) {
            problems.push_back(std::move(text.failure()));
            continue;
        }
        node.text = std::move(*text);
        node.quoted = true;
    }
    return problems;
}

} // namespace refract::config
