// Any text as what import and export are asked for.
//
// The first byte chooses: a request for an export, the body of an import, or one element of one of its kinds. Elements of an accepted body
// are JSON and parts of it; the rows of an accepted element belong to the datamodel and have a value for each of their columns.
#include "check.hpp"

#include <refract/core/utf8.hpp>
#include <refract/datamodel/sdl.hpp>
#include <refract/prisma1/json_text.hpp>
#include <refract/prisma1/ndf.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

namespace {

using namespace refract;
using namespace refract::prisma1;
using refract_fuzz::check;

datamodel::datamodel const& model() {
    static auto const parsed = datamodel::parse_sdl(R"(
type A { id: ID! @id s: String! n: Int f: Float b: Boolean d: DateTime! @createdAt t: DateTime! @updatedAt e: E j: Json u: UUID
  tags: [String] @scalarList(strategy: RELATION) numbers: [Int] @scalarList(strategy: RELATION) many: [B] one: C self: [A] }
type B { id: UUID! @id as: [A] c: C @relation(link: INLINE) }
type C { id: Int! @id s: String @unique as: [A] b: B }
enum E { X Y })", datamodel::postgres_capabilities);
    check(parsed.ok(), "the target's own datamodel is wrong", parsed.errors.empty() ? "" : parsed.errors.front().description);
    return parsed.model;
}

void check_row(ndf_kind kind, import_row const& row, std::string_view text) {
    auto const& dm = model();
    switch (kind) {
    case ndf_kind::nodes:
        check(row.owner < dm.models.size() && row.values.size() == stored_fields(dm.models[row.owner]).size(), "a node without its columns", text);
        check(!row.values.empty(), "a node without an id", text);
        break;
    case ndf_kind::lists:
        check(row.owner < dm.models.size() && row.field < dm.models[row.owner].fields.size(), "a list of nobody", text);
        check(dm.models[row.owner].fields[row.field].is_scalar_list() && row.values.size() == 3, "a list that is none", text);
        break;
    case ndf_kind::relations:
        check(row.owner < dm.relations.size() && row.values.size() == 2, "a link of nobody", text);
        check(!row.values[0].is_null() && !row.values[1].is_null(), "a link that leads nowhere", text);
        break;
    }
}

void read_element(ndf_kind kind, std::string_view text, limits const& bounds) {
    auto const element = parse_element(model(), kind, text, 1'700'000'000'000, bounds);
    check(element.has_value() || !element.failure().message.empty(), "an error without a message", text);
    if (!element) {
        return;
    }
    check(parse_json(text, bounds).has_value(), "an element that is no JSON", text);
    check(is_valid_utf8(element->fault), "a message that is not UTF-8", text, element->fault);
    for (auto const& row : element->rows) {
        check_row(kind, row, text);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    std::string_view const text(reinterpret_cast<char const*>(data) + 1, size - 1);
    limits bounds;
    bounds.max_json_depth = 12;
    bounds.max_json_values = 50;
    if (data[0] % 5 < 3) {
        read_element(static_cast<ndf_kind>(data[0] % 5), text, bounds);
        return 0;
    }
    if (data[0] % 5 == 3) {
        if (auto const request = parse_export_request(text, bounds)) {
            check(parse_json(text, bounds).has_value(), "a request that is no JSON", text);
        }
        return 0;
    }
    auto const body = parse_import_request(text, bounds);
    if (!body) {
        return 0;
    }
    check(body->elements.size() <= bounds.max_json_values, "more elements than allowed", text);
    std::less_equal<char const*> const before{};
    for (auto const element : body->elements) {
        check(before(text.data(), element.data()) && before(element.data() + element.size(), text.data() + text.size()), "an element from elsewhere", text);
        auto const parsed = parse_json(element, bounds);
        check(parsed || parsed.failure().code == errc::limit_exceeded || parsed.failure().message == "A number is too big.", "an element that is no JSON", text, element);
        read_element(body->kind, element, bounds);
    }
    return 0;
}
