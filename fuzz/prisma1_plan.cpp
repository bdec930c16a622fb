// Requests made of the API's names, compiled and run.
//
// A document that is not valid is answered without data and nothing is compiled for it. Every statement of a valid one has a placeholder
// for each parameter, in their order, in both dialects. It is answered with JSON, never with an internal error, and the same whether
// it was compiled for itself, for its text without its literals, or found in the cache.
#include "check.hpp"
#include "choices.hpp"
#include "document_writer.hpp"
#include "memory_service.hpp"

#include <refract/graphql/coerce.hpp>
#include <refract/graphql/parse.hpp>
#include <refract/graphql/validate.hpp>
#include <refract/prisma1/api_names.hpp>
#include <refract/prisma1/operation.hpp>
#include <refract/prisma1/variables.hpp>

#include <cctype>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <boost/json/parse.hpp>

namespace {

using namespace refract;
using refract_fuzz::check;

constexpr std::string_view sdl = R"(
type Artist {
  id: ID! @id
  name: String! @unique
  rank: Int
  rating: Float
  active: Boolean @default(value: true)
  born: DateTime
  mood: Mood
  tags: [String] @scalarList(strategy: RELATION)
  numbers: [Int] @scalarList(strategy: RELATION)
  meta: Json
  created: DateTime! @createdAt
  changed: DateTime! @updatedAt
  albums: [Album] @relation(name: "Made", onDelete: CASCADE)
  label: Label
  friends: [Artist] @relation(name: "Friends")
  fans: [Artist] @relation(name: "Friends")
}
type Album { id: ID! @id title: String! year: Int artist: Artist @relation(name: "Made") cover: Cover @relation(link: INLINE) tracks: [Track] }
type Cover { id: ID! @id code: UUID url: String @unique album: Album }
type Track { id: ID! @id number: Int @unique title: String album: Album! guests: [Artist] }
type Label { id: ID! @id name: String @unique artists: [Artist] }
enum Mood { GOOD BAD ODD }
)";

constexpr std::string_view rows = R"(mutation {
  l: createLabel(data: {id: "c1", name: "a"}) { id }
  a: createArtist(data: {id: "a1", name: "Ab", rank: 1, rating: 0.5, born: "1999-12-31T23:59:59.999Z", mood: GOOD, tags: {set: ["a", "b"]}, label: {connect: {id: "c1"}},
    albums: {create: [{id: "b1", title: "b%", year: 3, cover: {create: {url: "a"}}, tracks: {create: [{title: "a"}, {title: "_"}]}}, {id: "b2", title: ""}]}}) { id }
  b: createArtist(data: {id: "a2", name: "it's", rank: 2, meta: "{\"a\":1}", numbers: {set: [1, 2]}, friends: {connect: [{id: "a1"}]}}) { id }
})";

/// Two services that should not differ: one that keeps nothing, one that keeps all it has compiled.
struct pair_of_services {
    refract_fuzz::memory_service cold{sdl, 0};
    refract_fuzz::memory_service warm{sdl, std::size_t{16} << 20U};

    pair_of_services() {
        auto const body = "{\"query\":" + json_string(rows) + "}";
        for (auto* one : {&cold, &warm}) {
            auto const answer = one->ask(body);
            check(answer.find("errors") == std::string::npos, "the target's own rows can't be written", answer);
            one->save();
        }
    }

    void start_again() {
        cold.restore();
        warm.restore();
    }
};

/// An answer without what is made anew each time: ids, instants of today.
std::string without_fresh_values(std::string_view answer) {
    std::string out;
    for (std::size_t at = 0; at < answer.size(); ++at) {
        out += answer[at];
        if (answer[at] != '"') {
            continue;
        }
        auto const end = answer.find('"', at + 1);
        auto const text = answer.substr(at + 1, end == std::string_view::npos ? 0 : end - at - 1);
        bool const is_id = text.size() == 25 && text[0] == 'c' && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789") == std::string_view::npos;
        bool const is_uuid = text.size() == 36 && text[8] == '-' && text.substr(0, 8) != "00000000" && text[14] == '4';
        bool const is_today = text.size() == 24 && text[0] == '2' && text.back() == 'Z';
        if (is_id || is_uuid || is_today) {
            out += "*\"";
            at = end;
        }
    }
    return out;
}

/// The placeholders of a text, quoted names and strings left out.
std::size_t count_placeholders(std::string_view text, sql::placeholder_style style) {
    std::size_t found = 0;
    char quote = '\0';
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (quote != '\0') {
            quote = text[i] == quote ? '\0' : quote;
        } else if (text[i] == '"' || text[i] == '\'') {
            quote = text[i];
        } else if (style == sql::placeholder_style::question ? text[i] == '?' : text[i] == '$') {
            ++found;
            if (style == sql::placeholder_style::dollar) {
                auto const number = std::to_string(found);
                check(text.substr(i + 1, number.size()) == number, "placeholders out of order", text);
            }
        }
    }
    check(quote == '\0', "a quote that does not end", text);
    return found;
}

void check_statement(engine::compiled_statement const& s, sql::dialect const& d) {
    check(count_placeholders(s.statement.text, d.placeholders) == s.parameters.size(), "a statement without a placeholder for each parameter", s.statement.text);
}

void check_read(engine::compiled_read const& read, sql::dialect const& d) {
    for (auto const& list : read.alternatives) {
        for (auto const& level : list.levels) {
            check_statement(level, d);
        }
        if (list.count) {
            check_statement(*list.count, d);
        }
    }
}

/// Compiles a valid document's operation for a dialect and looks at its statements.
void compile(
    refract_fuzz::memory_service const& service, graphql::document const& doc, graphql::variable_values const& coerced, sql::dialect const& d
) {
    static prisma1::api_names const names(service.model());
    auto const bound = prisma1::bind_variables(coerced, prisma1::find_page_variables(doc));
    graphql::field_collector const collector(service.api(), doc, coerced);
    auto const operation = prisma1::compile_operation(
        {service.model(), names, service.api(), collector, bound.values}, doc.definitions[0], bound,
        {&service.model(), d.has_schemas ? "schema" : "", &d}
    );
    for (auto const& f : operation->fields) {
        if (f.read) {
            check_read(*f.read, d);
        }
        if (f.direct) {
            check_read(f.direct->answer, d);
            if (f.direct->first) {
                check_statement(*f.direct->first, d);
            }
        }
    }
}

bool is_internal_error(std::string_view answer) { return answer.find("Whoops") != std::string_view::npos; }

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static pair_of_services services;
    auto& [cold, warm] = services;
    refract_fuzz::choices decisions(data, size);
    refract_fuzz::document_writer writer(decisions, cold.api());
    auto const body = writer.request();
    auto const doc = graphql::parse(writer.query());
    check(doc.has_value(), "a document that was written by the grammar does not parse", writer.query());
    graphql::validate_options options;
    options.checks = prisma1::prisma1_scalars();
    bool const is_valid = graphql::validate(cold.api(), *doc, options).empty();
    if (is_valid) {
        auto const request = prisma1::parse_request_body(body, {}).value();
        auto const coerced = graphql::coerce_variables(
            cold.api(), *doc, doc->definitions[0], request.requests.front().variables, prisma1::prisma1_scalars()
        );
        if (coerced) {
            compile(cold, *doc, *coerced, sql::sqlite);
            compile(cold, *doc, *coerced, sql::postgres);
        }
    }
    auto const answer = cold.ask(body);
    check(!is_internal_error(answer), "an internal error", body, answer);
    boost::system::error_code failed;
    auto const json = boost::json::parse(answer, failed);
    check(!failed && json.is_object(), "an answer that is no JSON", body, answer);
    check(is_valid || json.at("data").is_null(), "a document that is not valid is answered", body, answer);
    auto const compared = without_fresh_values(answer);
    auto const other = warm.ask(body);
    check(without_fresh_values(other) == compared, "another answer where requests are kept", body + "\n" + answer, other);
    if (is_valid && writer.is_mutation()) {
        services.start_again();
    } else {
        auto const again = warm.ask(body);
        check(again == other, "another answer the second time", body + "\n" + other, again);
    }
    return 0;
}
