// Any JSON as the variables of an operation: bound straight from the JSON they are what they are when they are coerced first.
//
// The first byte chooses one of the operations, the rest is the JSON.
#include "check.hpp"

#include <refract/datamodel/sdl.hpp>
#include <refract/graphql/coerce.hpp>
#include <refract/graphql/parse.hpp>
#include <refract/graphql/validate.hpp>
#include <refract/prisma1/api.hpp>
#include <refract/prisma1/direct_variables.hpp>
#include <refract/prisma1/page_variables.hpp>
#include <refract/prisma1/variables.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace refract;
using refract_fuzz::check;

constexpr std::string_view sdl = R"(
type A { id: ID! @id s: String n: Int f: Float b: Boolean d: DateTime e: E j: Json u: UUID tags: [String] @scalarList(strategy: RELATION) many: [B] }
type B { id: ID! @id s: String @unique a: A }
enum E { X Y }
)";

constexpr std::array<std::string_view, 8> queries{
    "query ($w: AWhereInput, $first: Int, $skip: Int = 3, $order: AOrderByInput) { as(where: $w, first: $first, skip: $skip, orderBy: $order) { id } }",
    "query ($w: AWhereInput = {n: 1}, $last: Int) { as(where: $w, last: $last) { id } }",
    "query ($id: ID!, $in: [ID!], $deep: [ID!] = [\"a\"]) { a(where: {id: $id}) { many(where: {id_in: $in, id_not_in: $deep}) { id } } }",
    "mutation ($d: ACreateInput!) { createA(data: $d) { id } }",
    "mutation ($d: AUpdateInput!, $w: AWhereUniqueInput!) { updateA(data: $d, where: $w) { id } }",
    "query ($s: String, $n: Int, $f: Float, $b: Boolean, $d: DateTime, $e: E, $u: UUID) { as(where: {s: $s, n: $n, f: $f, b: $b, d: $d, e: $e, u: $u}) { id } }",
    "query ($if: Boolean!, $ns: [Int!], $fs: [Float!], $ds: [DateTime!], $es: [E!]) { as(where: {n_in: $ns, f_in: $fs, d_in: $ds, e_in: $es}) { id @include(if: $if) } }",
    "mutation ($j: Json, $t: [String!], $u: UUID) { createA(data: {j: $j, u: $u, tags: {set: $t}}) { id } }",
};

/// One operation, ready.
struct operation {
    graphql::document doc;
    prisma1::page_variables pages;
    std::vector<prisma1::operation_variables> rules;
};

struct fixture {
    graphql::schema api;
    std::vector<operation> operations;

    fixture() {
        auto const parsed = datamodel::parse_sdl(sdl, datamodel::postgres_capabilities);
        check(parsed.ok(), "the target's own datamodel is wrong", parsed.errors.empty() ? "" : parsed.errors.front().description);
        api = prisma1::build_api_schema(parsed.model);
        graphql::validate_options options;
        options.checks = prisma1::prisma1_scalars();
        operations.reserve(queries.size());
        for (auto const query : queries) {
            auto& one = operations.emplace_back(operation{graphql::parse(query).value(), {}, {}});
            auto const violations = graphql::validate(api, one.doc, options);
            check(violations.empty(), "the target's own operation is not valid", query, violations.empty() ? "" : violations.front().message);
            one.pages = prisma1::find_page_variables(one.doc);
            one.rules = prisma1::find_operation_variables(api, one.doc, one.pages);
        }
    }
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static fixture const all;
    if (size == 0) {
        return 0;
    }
    auto const& chosen = all.operations[data[0] % all.operations.size()];
    auto const body = "{\"query\":\"\",\"variables\":" + std::string(reinterpret_cast<char const*>(data) + 1, size - 1) + "}";
    prisma1::json_tape tape;
    if (!tape.parse(body, {})) {
        return 0;
    }
    auto const found = prisma1::find_requests(tape, {});
    if (!found) {
        return 0;
    }
    auto const& request = found->requests.front();
    prisma1::direct_variables direct;
    bool const is_direct = prisma1::bind_directly(chosen.rules.front(), request, direct);
    auto const coerced = graphql::coerce_variables(
        all.api, chosen.doc, chosen.doc.definitions[0], prisma1::to_request(request).variables, prisma1::prisma1_scalars()
    );
    if (!coerced) {
        check(!is_direct, "bound directly, but not coerced", body, coerced.failure().front().message);
        return 0;
    }
    auto const bound = prisma1::bind_variables(*coerced, chosen.pages);
    if (is_direct) {
        check(direct.shape == bound.shape, "two shapes of the same variables", direct.shape, bound.shape);
        check(direct.slots == bound.slots, "two values of the same variables", body);
    }
    return 0;
}
