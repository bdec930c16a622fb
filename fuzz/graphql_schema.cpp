// Any text as a type system: what builds has no violations, and its text builds an equal one (unless it defines anew what is built in, which is
// not printed).
#include "check.hpp"

#include <refract/graphql/build_schema.hpp>
#include <refract/graphql/check_schema.hpp>
#include <refract/graphql/compare_schemas.hpp>
#include <refract/graphql/parse.hpp>
#include <refract/graphql/print_schema.hpp>
#include <refract/graphql/validate_sdl.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace refract;
using refract_fuzz::check;

namespace {

bool defines_what_is_built_in(graphql::document const& doc) {
    static auto const bare = graphql::build_schema("type Query { a: Int b: Float c: String d: Boolean e: ID } input OneOf @oneOf { a: Int }").value();
    return std::any_of(doc.definitions.begin(), doc.definitions.end(), [](auto const& d) {
        auto const* type = bare.find(d.name);
        auto const* directive = bare.find_directive(d.name);
        return d.kind == graphql::ast::definition_kind::directive ? directive != nullptr : type != nullptr && graphql::is_built_in(*type);
    });
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    auto const doc = graphql::parse(text);
    if (!doc) {
        return 0;
    }
    auto const violations = graphql::validate_sdl(*doc);
    check(violations.size() <= limits{}.max_errors + 1, "too many violations", text);
    // What is taken on trust may be refused, but not crash.
    auto const trusted = graphql::build_schema(*doc, {false, false});
    auto const built = graphql::build_schema(*doc);
    if (!built) {
        check(!built.failure().message.empty(), "an error without a message", text);
        return 0;
    }
    check(violations.empty(), "a schema was built of a text with violations", text);
    check(trusted.has_value(), "a valid text is refused when it is trusted", text);
    check(graphql::check_schema(*built).empty(), "a schema with faults was built", text);
    auto const once = graphql::print_schema(*built);
    auto const again = graphql::build_schema(once);
    if (!again) {
        check(once.empty(), "a printed schema does not build", text, once);
        return 0;
    }
    check(graphql::print_schema(*again) == once, "a schema prints differently", once, graphql::print_schema(*again));
    if (defines_what_is_built_in(*doc)) {
        return 0;
    }
    check(graphql::compare_schemas(*built, *again).empty(), "a printed schema is another one", text, once);
    check(graphql::compare_schemas(*again, *built).empty(), "a printed schema is another one", text, once);
    (void)graphql::print_schema(*built, graphql::schema_order::by_name);
    return 0;
}
