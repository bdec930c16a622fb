// Documents made to be expensive: refused, or answered, cheaply.
#include <refract/graphql/build_schema.hpp>
#include <refract/graphql/parse.hpp>
#include <refract/graphql/print.hpp>
#include <refract/graphql/strip_ignored_characters.hpp>
#include <refract/graphql/validate.hpp>
#include <refract/graphql/validate_sdl.hpp>
#include <refract/graphql/visit.hpp>

#include <ctime>
#include <functional>
#include <pthread.h>
#include <set>
#include <sys/resource.h>

#include <catch2/catch.hpp>

#include "vector_cases.hpp"

using namespace refract;
using namespace refract::graphql;

namespace {

// Sanitizers make frames several times as large, keep what was freed, and slow everything down.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr auto instrumented = true;
#else
constexpr auto instrumented = false;
#endif
constexpr std::size_t stack_bytes = instrumented ? 8U << 20U : 512U << 10U;
#if defined(__OPTIMIZE__)
constexpr double most_milliseconds = instrumented ? 10'000 : 50;
#else
constexpr double most_milliseconds = instrumented ? 10'000 : 2'000; // only what is not linear shows
#endif

void* call(void* work) {
    (*static_cast<std::function<void()>*>(work))();
    return nullptr;
}

/// Runs on a thread with a stack of 512 KiB. Gives the CPU time it took, in milliseconds.
double run_on_small_stack(std::function<void()> const& work) {
    double milliseconds = 0;
    std::function<void()> timed = [&] {
        auto const now = [] {
            timespec t{};
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
            return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
        };
        auto const start = now();
        work();
        milliseconds = now() - start;
    };
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    REQUIRE(pthread_attr_setstacksize(&attributes, stack_bytes) == 0);
    pthread_t thread{};
    REQUIRE(pthread_create(&thread, &attributes, call, &timed) == 0);
    REQUIRE(pthread_join(thread, nullptr) == 0);
    pthread_attr_destroy(&attributes);
    return milliseconds;
}

struct node_counter {
    std::size_t& nodes;
    template <class Node> void enter(Node const&) { ++nodes; }
};

/// The most memory this process has held so far.
long peak_kibibytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

std::string text_of(boost::json::object const& c) {
    std::string text;
    for (auto const& part : c.at("parts").as_array()) {
        auto const& pair = part.as_array();
        auto const piece = std::string(pair.at(0).as_string());
        for (std::int64_t i = 0; i < pair.at(1).as_int64(); ++i) {
            text += piece;
        }
    }
    return text;
}

} // namespace

TEST_CASE("graphql: hostile documents cost little", "[graphql][dos]") {
    auto const file = test::read_vectors("dos.json");
    auto const s = build_schema(test::text(file, "schema"), {true, false}).value();
    // Within the default limits, and right; everything else is refused.
    std::set<std::string> const answered = {
        "1,000 distinct aliases",
        "1,000 operations",
        "20 aliased __schema",
        "1 MB of commas",
        "1 MB of newlines",
        "100,000 comments",
        "1 MB string",
        "300,000 unicode escapes",
        "block string of 100,000 indented lines",
        "float with 100,000 digits",
        "Int -2147483648",
    };
    for (auto const& item : file.at("cases").as_array()) {
        auto const& c = item.as_object();
        auto const name = test::text(c, "name");
        DYNAMIC_SECTION(name) {
            auto const text = text_of(c);
            auto const before = peak_kibibytes();
            auto is_valid = false;
            std::size_t found = 0;
            std::size_t message_bytes = 0;
            auto const milliseconds = run_on_small_stack([&] {
                parse_options parsing;
                parsing.max_document_bytes = text.size(); // the lexer has to bear more than the default
                auto const doc = parse(text, parsing);
                if (!doc) {
                    message_bytes = doc.failure().message.size();
                    return;
                }
                validate_options options;
                options.style = message_style::graphql_js;
                options.rules = rule_set(message_style::graphql_js);
                auto const violations = validate(s, *doc, options);
                is_valid = violations.empty();
                found = violations.size();
                for (auto const& v : violations) {
                    message_bytes += v.message.size();
                }
            });
            CHECK(is_valid == (answered.count(name) != 0));
            CHECK(found <= 101);
            CHECK(message_bytes < 8U << 20U);
            CHECK(milliseconds < most_milliseconds);
            CHECK((instrumented || peak_kibibytes() - before < 64L << 10U));
        }
    }
}

TEST_CASE("graphql: the deepest documents there can be, on a small stack", "[graphql][dos]") {
    struct form {
        char const* before;
        char const* open;
        char const* inside;
        char const* close;
        char const* after;
        std::uint32_t levels; ///< around `inside`, `before` included
    };
    constexpr auto n = most_depth;
    constexpr form forms[] = {
        {"{", "a{", "c", "}", "}", n},
        {"{", "...{", "a{c}", "}", "}", n - 1},
        {"{", "... on Query{", "a{c}", "}", "}", n - 1},
        {"{s(l:", "[", "1", "]", ")}", n},
        {"{s(o:", "{o:", "{v:1}", "}", ")}", n - 1},
        {"query($v:", "[", "Int", "]", "){a{c}}", n + 1},
        {"query($v:In=", "{o:", "{v:1}", "}", "){s(o:$v)}", n},
        {"{x:s(o:{o:{v:1}}) x:s(o:", "{o:", "{v:1}", "}", ")}", n - 1},
        {"{a{b(x:1)}", "a{", "c", "}", "}", n},
        {"type A{a(b:In=", "{o:", "{v:1}", "}", "):Int}", n},
    };
    auto const s = build_schema(test::text(test::read_vectors("dos.json"), "schema"), {true, false}).value();
    parse_options parsing;
    parsing.max_depth = 1'000'000; // as deep as it goes
    for (auto const& f : forms) {
        auto const make = [&](std::uint32_t levels) {
            std::string text = f.before;
            for (std::uint32_t i = 1; i < levels; ++i) {
                text += f.open;
            }
            text += f.inside;
            for (std::uint32_t i = 1; i < levels; ++i) {
                text += f.close;
            }
            return text + f.after;
        };
        auto const text = make(f.levels);
        CAPTURE(f.before, f.open);
        auto const too_deep = parse(make(f.levels + 1), parsing);
        REQUIRE_FALSE(too_deep);
        CHECK(too_deep.failure().code == errc::depth_exceeded);
        run_on_small_stack([&] {
            auto const doc = parse(text, parsing);
            REQUIRE(doc);
            CHECK(strip_ignored_characters(print(*doc)).value() == strip_ignored_characters(text).value());
            for (auto const style : {message_style::graphql_js, message_style::sangria}) {
                validate_options options;
                options.style = style;
                options.rules = rule_set(style);
                options.bounds.max_selection_depth = most_depth;
                validate(s, *doc, options);
            }
            validate_sdl(*doc);
            std::size_t nodes = 0;
            visit(*doc, node_counter{nodes});
            CHECK(nodes >= most_depth - 2);
        });
    }
}
