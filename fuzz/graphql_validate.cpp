// Any text as a document for a schema with interfaces, unions, input objects and directives.
//
// A valid document is valid as it is printed and without its ignored characters; its fields can be collected and their arguments coerced;
// narrow limits only ever add violations. There are never more violations than asked for.
#include "check.hpp"

#include <refract/graphql/build_schema.hpp>
#include <refract/graphql/coerce.hpp>
#include <refract/graphql/collect_fields.hpp>
#include <refract/graphql/parse.hpp>
#include <refract/graphql/print.hpp>
#include <refract/graphql/strip_ignored_characters.hpp>
#include <refract/graphql/validate.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {

using namespace refract;
using refract_fuzz::check;

constexpr std::string_view schema_text = R"(
directive @onQuery(a: Int = 1) on QUERY | MUTATION | SUBSCRIPTION
directive @onField(list: [Filter!]) repeatable on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT
interface Node { id: ID! }
interface Named implements Node { id: ID! name(upper: Boolean = false): String }
type Dog implements Named & Node { id: ID! name(upper: Boolean = false): String friends(first: Int! = 10, where: Filter): [Pet!]! owner: Human mood: Mood! }
type Cat implements Named & Node { id: ID! name(upper: Boolean = false): String lives: Int old: Boolean @deprecated(reason: "no") mood: Mood }
type Human implements Node { id: ID! pets(which: [Mood!], shape: OneOf): [Pet] best: Named self: Human! weight(unit: String): Float any: Any }
union Pet = Dog | Cat
enum Mood { GOOD BAD ODD @deprecated }
scalar Any
input Filter { id: ID ids: [ID!] name: String = "x" and: [Filter!] or: [[Filter]] not: Filter mood: Mood = GOOD n: Int! = 3 f: Float any: Any }
input OneOf @oneOf { a: String b: Int c: Filter }
type Query { node(id: ID!): Node pet(filter: Filter!): Pet dog: Dog! human(ids: [ID!]!, any: Any): Human search(text: String, limit: Int = 5): [Named] }
type Mutation { rename(id: ID!, name: String = "y"): Named }
type Subscription { moods(of: [ID]): Mood names: Named }
)";

/// Looks at a field as whoever answers it would.
void answer(graphql::field_collector const& from, graphql::collected_field const& f, graphql::type const& parent, int depth) {
    auto const* field = from.types().find_field(parent, f.name());
    check(field != nullptr, "a valid document asks for a field that is not there", f.name());
    (void)graphql::coerce_arguments(from.doc(), field->arguments, f.nodes.front()->arguments, from.variables());
    auto const* named = field->type.named();
    if (!named->is_composite() || depth == 0) {
        return;
    }
    if (named->kind == graphql::type_kind::object) {
        for (auto const& sub : from.collect(f.nodes, *named)) {
            answer(from, sub, *named, depth - 1);
        }
    }
    for (auto const* possible : named->possible_types) {
        for (auto const& sub : from.collect(f.nodes, *possible)) {
            answer(from, sub, *possible, depth - 1);
        }
    }
}

void run(graphql::schema const& schema, graphql::document const& doc) {
    for (auto const& definition : doc.definitions) {
        if (definition.kind != graphql::ast::definition_kind::operation) {
            continue;
        }
        auto const variables = graphql::coerce_variables(schema, doc, definition, {}, {});
        if (!variables) {
            continue;
        }
        using graphql::ast::operation_type;
        auto const* root = definition.operation == operation_type::query      ? schema.query
                           : definition.operation == operation_type::mutation ? schema.mutation
                                                                              : schema.subscription;
        graphql::field_collector const collector(schema, doc, *variables);
        for (auto const& f : collector.collect(definition.selections, *root)) {
            answer(collector, f, *root, 4);
        }
    }
}

bool is_valid(graphql::schema const& schema, std::string_view text, graphql::validate_options const& options) {
    auto const doc = graphql::parse(text);
    return doc && graphql::validate(schema, *doc, options).empty();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static auto const schema = graphql::build_schema(schema_text).value();
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    auto const doc = graphql::parse(text);
    if (!doc) {
        return 0;
    }
    graphql::validate_options options;
    options.rules = graphql::rule_set(graphql::message_style::graphql_js);
    options.style = graphql::message_style::graphql_js;
    auto const violations = graphql::validate(schema, *doc, options);
    check(violations.size() <= options.bounds.max_errors + 1, "too many violations", text);
    (void)graphql::validate(schema, *doc);
    auto strict = options;
    strict.rules.with(graphql::rule::no_deprecated).with(graphql::rule::no_schema_introspection);
    strict.suggestions = false;
    check(graphql::validate(schema, *doc, strict).size() >= violations.size(), "more rules find less", text);
    auto narrow = options;
    narrow.bounds.max_errors = 3;
    narrow.bounds.max_merge_steps = 50;
    narrow.bounds.max_selection_depth = 4;
    narrow.bounds.max_aliases = 3;
    narrow.bounds.max_fields = 20;
    auto const fewer = graphql::validate(schema, *doc, narrow);
    check(fewer.size() <= 4, "too many violations within narrow limits", text);
    check(violations.empty() || !fewer.empty(), "narrow limits accept what wide ones refuse", text);
    if (violations.empty()) {
        check(is_valid(schema, graphql::print(*doc), options), "a valid document is not valid as it is printed", text);
        check(is_valid(schema, graphql::strip_ignored_characters(text).value(), options), "a valid document is not valid when stripped", text);
        run(schema, *doc);
    }
    return 0;
}
