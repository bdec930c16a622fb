// Any bytes as a GraphQL document.
//
// What is accepted prints to a text that parses and prints the same; without its ignored characters it is the same document; it is within
// the limits it was read with, and what is accepted within narrow limits is accepted within wide ones.
#include "check.hpp"

#include <refract/core/utf8.hpp>
#include <refract/graphql/block_string.hpp>
#include <refract/graphql/lexer.hpp>
#include <refract/graphql/parse.hpp>
#include <refract/graphql/print.hpp>
#include <refract/graphql/strip_ignored_characters.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace refract;
using refract_fuzz::check;

struct counts {
    std::uint32_t tokens = 0;
    std::uint32_t directives = 0;
    std::uint32_t nesting = 0; ///< of braces and brackets
};

counts count(std::string_view text) {
    counts out;
    std::uint32_t open = 0;
    bool is_defined = false; // `directive @a` is none in use
    graphql::arena nodes;
    graphql::lexer in(text, nodes);
    while (in.advance() && in.current().kind != graphql::token_kind::end_of_file) {
        auto const kind = in.current().kind;
        ++out.tokens;
        out.directives += kind == graphql::token_kind::at && !is_defined ? 1 : 0;
        is_defined = kind == graphql::token_kind::name && in.current().text == "directive";
        open += kind == graphql::token_kind::brace_left || kind == graphql::token_kind::bracket_left ? 1 : 0;
        open -= kind == graphql::token_kind::brace_right || kind == graphql::token_kind::bracket_right ? 1 : 0;
        out.nesting = std::max(out.nesting, open);
    }
    return out;
}

void check_limits(std::string_view text, graphql::parse_options options, bool accepted) {
    options.max_document_bytes = 400;
    options.own_source = true;
    options.max_tokens = 24;
    options.max_depth = 4;
    options.max_directives = 2;
    if (graphql::parse(text, options)) {
        auto const found = count(text);
        check(accepted, "narrow limits accept what wide ones refuse", text);
        check(found.tokens <= options.max_tokens, "max_tokens", text);
        check(found.nesting <= options.max_depth + 1, "max_depth", text); // the braces of a type's definition are no level
        check(found.directives <= options.max_directives, "max_directives", text);
        check(text.size() <= options.max_document_bytes, "max_document_bytes", text);
    }
    auto const stripped = graphql::strip_ignored_characters(text, options);
    check(!stripped || text.size() <= options.max_document_bytes, "max_document_bytes of stripping", text);
}

void check_stripped(std::string_view text, graphql::document const& doc, graphql::parse_options const& options) {
    auto const stripped = graphql::strip_ignored_characters(text, options);
    check(stripped.has_value(), "a document can't be stripped", text);
    auto const again = graphql::strip_ignored_characters(*stripped, options);
    check(again && *again == *stripped, "stripping twice gives something else", text, *stripped);
    auto const same = graphql::parse(*stripped, options);
    check(same && graphql::print(*same) == graphql::print(doc), "a stripped document is another one", text, *stripped);
    // Where names and strings touch, a space is put between them: two a string, which has two quotes at least. And one in front of a spread.
    auto const quotes = static_cast<std::size_t>(std::count(text.begin(), text.end(), '"'));
    auto const spreads = static_cast<std::size_t>(std::count(text.begin(), text.end(), '.')) / 3;
    check(stripped->size() <= text.size() + quotes + spreads, "a stripped document is longer", text, *stripped);
}

/// A text as a block string's content: what can be written as one reads the same.
void check_block_string(std::string_view text) {
    auto const value = graphql::block_string_value(text);
    check(value.size() <= text.size(), "a block string's value grows", text, value);
    for (auto const printed : {text, std::string_view(value)}) {
        if (is_valid_utf8(printed) && graphql::is_printable_as_block_string(printed)) {
            std::string block;
            graphql::append_block_string(block, printed);
            auto const read = graphql::parse_value(block);
            check(read && read->value.text == printed, "a block string reads differently", printed, block);
        }
    }
}

template <class Document> void check_part(std::string_view text, Document (*parse)(std::string_view, graphql::parse_options const&)) {
    auto const read = parse(text, {});
    if (!read) {
        return;
    }
    auto const& part = [&]() -> auto const& {
        if constexpr (requires { read->value; }) {
            return read->value;
        } else {
            return read->type;
        }
    }();
    auto const once = graphql::print(part);
    auto const again = parse(once, {});
    check(again.has_value(), "a printed part does not parse", text, once);
    if constexpr (requires { again->value; }) {
        check(graphql::print(again->value) == once, "a value prints differently", text, once);
    } else {
        check(graphql::print(again->type) == once, "a type prints differently", text, once);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    graphql::parse_options options;
    // The printed text is longer than the parsed one.
    options.max_document_bytes = std::size_t{64} << 20U;
    options.allow_fragment_variables = true;
    check_part(text, graphql::parse_value);
    check_part(text, graphql::parse_type);
    check_block_string(text);
    if (auto const constant = graphql::parse_const_value(text)) {
        auto const compact = graphql::print_compact(constant->value);
        auto const again = graphql::parse_const_value(compact);
        check(again && graphql::print_compact(again->value) == compact, "a constant prints differently", text, compact);
    }
    auto const doc = graphql::parse(text, options);
    check_limits(text, options, doc.has_value());
    if (!doc) {
        check(!doc.failure().message.empty() && doc.failure().where.offset <= size, "an error without a message or a place", text);
        return 0;
    }
    auto const once = graphql::print(*doc);
    auto const again = graphql::parse(once, options);
    check(again.has_value(), "a printed document does not parse", text, once);
    check(graphql::print(*again) == once, "a document prints differently", text, once);
    check_stripped(text, *doc, options);
    for (auto const& definition : doc->definitions) {
        check(once.find(graphql::print(definition)) != std::string::npos, "a definition prints differently alone", once, graphql::print(definition));
    }
    return 0;
}
