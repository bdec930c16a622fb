#pragma once

#include <refract/graphql/block_string.hpp>
#include <refract/graphql/impl/parse.ipp>
#include <refract/graphql/lexer.hpp>
#include <refract/graphql/strip_ignored_characters.hpp>

namespace refract::graphql {

namespace detail {

/// A block string on as few lines as keep its value.
REFRACT_DECL void append_minimal_block_string(std::string& out, std::string_view value) {
    auto const first_line_end = value.find('\n');
    auto const is_single_line = first_line_end == std::string_view::npos;
    // Were it on the line of the quotes, the first line would lose the indentation the others share.
    auto is_indented = !is_single_line;
    for (auto at = first_line_end; at != std::string_view::npos && is_indented; at = value.find('\n', at + 1)) {
        is_indented = at + 1 == value.size() || value[at + 1] == '\n' || is_blank(value[at + 1]);
    }
    out += "\"\"\"";
    out += is_indented ? "\n" : "";
    while (true) {
        auto const at = value.find("\"\"\"");
        out += value.substr(0, at);
        if (at == std::string_view::npos) {
            break;
        }
        out += "\\\"\"\"";
        value.remove_prefix(at + 3);
    }
    // A quote or backslash at the end would join the closing quotes; escaped ones do not.
    out += !value.empty() && (value.back() == '"' || value.back() == '\\') ? "\n" : "";
    out += "\"\"\"";
}

} // namespace detail

REFRACT_DECL result<std::string> strip_ignored_characters(std::string_view text, parse_options const& options) {
    if (auto e = detail::check_text(text, options); e.code != errc::ok) {
        return e;
    }
    arena nodes;
    lexer tokens(text, nodes);
    std::string out;
    out.reserve(text.size());
    auto after_word = false;
    for (std::uint32_t count = 0; tokens.advance(); ++count) {
        auto const& t = tokens.current();
        if (t.kind == token_kind::end_of_file) {
            return out;
        }
        if (count == options.max_tokens) {
            return error{
                errc::tokens_exceeded,
                "Syntax Error: Document contains more that " + std::to_string(options.max_tokens) + " tokens. Parsing aborted.",
                t.at};
        }
        // Two words need a space between them, and so does a number before `...`.
        auto const is_word = t.kind <= token_kind::block_string;
        out += after_word && (is_word || t.kind == token_kind::spread) ? " " : "";
        if (t.kind == token_kind::block_string) {
            detail::append_minimal_block_string(out, t.text);
        } else {
            out += text.substr(t.at.offset, t.end - t.at.offset);
        }
        after_word = is_word;
    }
    return std::move(tokens.failure());
}

} // namespace refract::graphql
