// Speed of the GraphQL parser next to a bare tokeniser: what reading the text costs, and no more.
// Run by tests/bench/graphql/run, which gives the documents and prints the ratios.
#include <refract/graphql/build_schema.hpp>
#include <refract/graphql/parse.hpp>
#include <refract/graphql/validate.hpp>

#include <array>
#include <benchmark/benchmark.h>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

using namespace refract;

namespace {

std::string slurp(std::string const& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

enum byte_class : unsigned char { invalid, letter, digit, punctuator, blank, quote, hash };

constexpr std::array<unsigned char, 256> make_classes() {
    std::array<unsigned char, 256> classes{};
    for (auto c = 'a'; c <= 'z'; ++c) {
        classes[static_cast<unsigned char>(c)] = letter;
        classes[static_cast<unsigned char>(c - 'a' + 'A')] = letter;
    }
    classes['_'] = letter;
    for (auto c = '0'; c <= '9'; ++c) {
        classes[static_cast<unsigned char>(c)] = digit;
    }
    classes['-'] = digit;
    for (auto const c : std::string_view("!$&().:=@[]{|}")) {
        classes[static_cast<unsigned char>(c)] = punctuator;
    }
    for (auto const c : std::string_view(" \t,\r\n")) {
        classes[static_cast<unsigned char>(c)] = blank;
    }
    classes['"'] = quote;
    classes['#'] = hash;
    return classes;
}

constexpr auto classes = make_classes();

/// A token as small as it can be: no value, no line, no check of what is inside.
struct bare_token {
    unsigned start;
    unsigned short length;
    unsigned char kind;
};

/// One pass, one branch a byte, one vector that is reused: the speed limit of a parser that looks at every byte.
/// False if a byte begins no token.
bool tokenise(std::string_view text, std::vector<bare_token>& to) {
    to.clear();
    auto const size = text.size();
    auto const at = [&](std::size_t i) { return classes[static_cast<unsigned char>(text[i])]; };
    auto const add = [&](std::size_t from, std::size_t end, unsigned char kind) {
        to.push_back({static_cast<unsigned>(from), static_cast<unsigned short>(end - from), kind});
    };
    for (std::size_t i = 0; i < size;) {
        auto const from = i++;
        switch (at(from)) {
        case letter:
            while (i < size && (at(i) == letter || (at(i) == digit && text[i] != '-'))) {
                ++i;
            }
            add(from, i, letter);
            break;
        case digit:
            while (i < size && (at(i) == digit || text[i] == '.' || text[i] == 'e' || text[i] == 'E' || text[i] == '+')) {
                ++i;
            }
            add(from, i, digit);
            break;
        case punctuator: add(from, i, static_cast<unsigned char>(text[from])); break;
        case blank: break;
        case quote:
            while (i < size && text[i] != '"') {
                i += text[i] == '\\' ? 2 : 1;
            }
            add(from, ++i, quote);
            break;
        case hash: {
            auto const* const end = std::memchr(text.data() + i, '\n', size - i);
            i = end == nullptr ? size : static_cast<std::size_t>(static_cast<char const*>(end) - text.data());
            break;
        }
        default: return false;
        }
    }
    return true;
}

void bench_tokenise(benchmark::State& state, std::string const& text) {
    std::vector<bare_token> tokens;
    for (auto _ : state) {
        if (!tokenise(text, tokens)) {
            state.SkipWithError("not a document");
        }
        benchmark::DoNotOptimize(tokens.data());
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

void bench_parse(benchmark::State& state, std::string const& text) {
    graphql::parse_options options;
    options.max_document_bytes = text.size();
    options.max_tokens = static_cast<std::uint32_t>(text.size());
    options.max_directives = options.max_tokens;
    for (auto _ : state) {
        auto const document = graphql::parse(text, options);
        if (!document) {
            state.SkipWithError(document.failure().message.c_str());
            break;
        }
        benchmark::DoNotOptimize(document->definitions.begin());
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

void bench_validate(benchmark::State& state, std::string const& schema_text, std::string const& text) {
    auto const schema = graphql::build_schema(schema_text).value();
    auto const document = graphql::parse(text).value();
    graphql::validate_options options;
    options.style = graphql::message_style::graphql_js;
    options.rules = graphql::rule_set(graphql::message_style::graphql_js);
    for (auto _ : state) {
        auto const violations = graphql::validate(schema, document, options);
        if (!violations.empty()) {
            state.SkipWithError(violations.front().message.c_str());
            break;
        }
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

} // namespace

/// usage: refract_bench_graphql FOLDER [options of Google Benchmark]; FOLDER has query, constructs, large and schema .graphql
int main(int count, char** arguments) {
    if (count < 2) {
        return 2;
    }
    std::string const folder = std::string(arguments[1]) + '/';
    for (std::string const name : {"query", "constructs", "large"}) {
        auto const text = slurp(folder + name + ".graphql");
        benchmark::RegisterBenchmark(("tokenise/" + name).c_str(), [text](auto& state) { bench_tokenise(state, text); });
        benchmark::RegisterBenchmark(("parse/" + name).c_str(), [text](auto& state) { bench_parse(state, text); });
    }
    auto const schema = slurp(folder + "schema.graphql");
    auto const query = slurp(folder + "query.graphql");
    benchmark::RegisterBenchmark("validate/query", [=](auto& state) { bench_validate(state, schema, query); });
    benchmark::Initialize(&count, arguments);
    benchmark::RunSpecifiedBenchmarks();
}
