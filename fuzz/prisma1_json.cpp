// Any bytes as JSON from outside: the tree and the tape are read alike, and as Boost.JSON reads it; a value has one text.
#include "check.hpp"

#include <refract/prisma1/json_tape.hpp>
#include <refract/prisma1/json_text.hpp>
#include <refract/prisma1/request.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <boost/json/parse.hpp>

namespace {

using namespace refract;
using refract_fuzz::check;
using boost::json::value;

std::string_view view(boost::json::string_view s) { return {s.data(), s.size()}; }

/// Whether the values are the same; doubles may be off by what Boost 1.81's reader is off by (of zero with a large exponent it makes no number, of the
/// largest one infinity).
bool same(value const& a, value const& b) {
    if (a.is_double() && b.is_double()) {
        auto const x = a.get_double();
        auto const y = b.get_double();
        return x == y || (x == 0 && !std::isfinite(y)) || (std::isinf(y) && std::fabs(x) > 1.797e308 && (x < 0) == (y < 0)) ||
               std::fabs(x - y) <= 1e-14 * std::fabs(x) || (std::fabs(x) < 1e-300 && std::fabs(y) < 1e-300);
    }
    if (a.is_array() && b.is_array() && a.get_array().size() == b.get_array().size()) {
        for (std::size_t i = 0; i < a.get_array().size(); ++i) {
            if (!same(a.get_array()[i], b.get_array()[i])) {
                return false;
            }
        }
        return true;
    }
    if (a.is_object() && b.is_object() && a.get_object().size() == b.get_object().size()) {
        for (auto const& member : a.get_object()) {
            auto const* other = b.get_object().if_contains(member.key());
            if (other == nullptr || !same(member.value(), *other)) {
                return false;
            }
        }
        return true;
    }
    return a.kind() == b.kind() && !a.is_double() && !a.is_structured() && a == b;
}

/// A name hardly any object has. The fuzzer sees what texts are compared with, and writes it.
constexpr char const* other_name = "a name that nobody gives";

/// The tape's value at a position is `v`.
void check_tape(prisma1::json_tape const& tape, std::size_t at, value const& v, std::string_view text) {
    using prisma1::json_kind;
    auto const& item = tape[at];
    check(item.size >= 1 && at + item.size <= tape.size(), "an item that ends behind the tape", text);
    switch (item.kind) {
    case json_kind::null: check(v.is_null(), "the tape has null", text); break;
    case json_kind::boolean: check(v.is_bool() && v.get_bool() == item.boolean, "the tape has another boolean", text); break;
    case json_kind::integer: check(v.is_int64() && v.get_int64() == item.integer, "the tape has another integer", text); break;
    case json_kind::natural: check(v.is_uint64() && v.get_uint64() == item.natural, "the tape has another natural", text); break;
    case json_kind::floating: check(v.is_double() && v.get_double() == item.floating, "the tape has another double", text); break;
    case json_kind::string: check(v.is_string() && view(v.get_string()) == item.text, "the tape has another string", text); break;
    case json_kind::list: {
        check(v.is_array(), "the tape has a list", text);
        std::size_t next = at + 1;
        for (auto const& element : v.get_array()) {
            check(next < at + item.size, "the tape's list is shorter", text);
            check_tape(tape, next, element, text);
            next += tape[next].size;
        }
        check(next == at + item.size, "the tape's list is longer", text);
        break;
    }
    case json_kind::object:
        check(v.is_object(), "the tape has an object", text);
        for (auto const& member : v.get_object()) {
            auto const found = tape.find(at, view(member.key()));
            check(found > at && found < at + item.size, "the tape does not find a member", text);
            check_tape(tape, found, member.value(), text);
        }
        check(v.get_object().contains(other_name) || tape.find(at, other_name) == 0, "the tape finds what is not there", text);
        break;
    }
}

void check_requests(prisma1::json_tape const& tape, std::string_view text, limits const& bounds) {
    auto const whole = prisma1::parse_request_body(text, bounds);
    auto const found = prisma1::find_requests(tape, bounds);
    check(whole.has_value() == found.has_value(), "a body is a request for one reader only", text);
    if (!whole) {
        check(whole.failure().message == found.failure().message, "two messages for one body", text);
        return;
    }
    check(whole->is_batch == found->is_batch && whole->requests.size() == found->requests.size(), "two numbers of requests", text);
    for (std::size_t i = 0; i < whole->requests.size(); ++i) {
        auto const& a = whole->requests[i];
        auto const& b = found->requests[i];
        auto const copied = prisma1::to_request(b);
        std::string left;
        std::string right;
        graphql::append_json(left, a.variables);
        graphql::append_json(right, copied.variables);
        check(a.query == b.query && a.operation_name == b.operation_name && left == right, "two readings of a request", text, left + "\n" + right);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    limits bounds;
    bounds.max_json_depth = 12;
    bounds.max_json_values = 200;
    bounds.max_batch = 5;
    prisma1::json_tape tape;
    auto const taped = tape.parse(text, bounds);
    auto const parsed = prisma1::parse_json(text, bounds);
    check(taped.has_value() == parsed.has_value(), "the tape and the tree do not agree", text);
    boost::json::parse_options options;
    options.max_depth = bounds.max_json_depth;
    boost::system::error_code failed;
    auto const reference = boost::json::parse(boost::json::string_view(text.data(), text.size()), failed, {}, options);
    if (!parsed) {
        check(parsed.failure().code == taped.failure().code, "the tape and the tree fail differently", text);
        bool const is_bounded = parsed.failure().code == errc::limit_exceeded || parsed.failure().message == "A number is too big.";
        check(failed || is_bounded, "Boost.JSON takes what is refused", text);
        return 0;
    }
    check(!failed, "Boost.JSON refuses what is accepted", text);
    check(same(*parsed, reference), "Boost.JSON reads another value", text);
    check_tape(tape, 0, *parsed, text);
    check_requests(tape, text, bounds);
    std::string once;
    prisma1::append_json(once, *parsed);
    auto const again = prisma1::parse_json(once, {});
    check(again.has_value(), "a printed value does not parse", text, once);
    std::string twice;
    prisma1::append_json(twice, *again);
    check(once == twice, "a value has two texts", once, twice);
    return 0;
}
