// Any bytes as what a client sends: what they are does not depend on how they arrive, and nobody else reads the head differently.
//
// The first two bytes say where the rest is split. The head is found and taken apart as the server does it, which looks for its end in one go
// if it can: so whatever the scanner calls bad has to be refused as a whole too. Beast's own parser, given the same head, finds the same request.
#include "check.hpp"

#include <refract/http/accept.hpp>
#include <refract/http/impl/chunk_reader.hpp>
#include <refract/http/query.hpp>
#include <refract/http/request_head.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

namespace {

using namespace refract;
using refract_fuzz::check;
namespace beast = boost::beast;

limits const& bounds() {
    static limits const small = [] {
        limits made;
        made.max_body_bytes = 4'096;
        return made;
    }();
    return small;
}

/// What a connection makes of one request.
struct outcome {
    int status = -1; ///< 0: a request; -1: more bytes are wanted
    std::size_t head = 0;
    std::string body{};
};

/// The same request, or none. Which of several faults is found, and when, may depend on when it is looked for.
bool same(outcome const& a, outcome const& b) {
    return (a.status == 0) == (b.status == 0) && (a.status != 0 || (a.head == b.head && a.body == b.body));
}

/// Reads a chunked body in pieces of `step` bytes.
outcome read_chunks(std::string_view bytes, std::size_t head, std::size_t step) {
    using state = http::detail::chunk_reader::state;
    http::detail::chunk_reader reader(bounds());
    std::size_t used = 0;
    for (std::size_t there = head;; there = std::min(bytes.size(), there + step)) {
        std::size_t count = 0;
        auto const found = reader.read(bytes.substr(used, there - used), count);
        used += count;
        check(used <= there, "bytes are read that are not there", bytes);
        if (found == state::done) {
            return {0, head, reader.body()};
        }
        if (found != state::more) {
            return {found == state::too_large ? 413 : 400, head, {}};
        }
        if (there == bytes.size()) {
            return {-1, head, {}};
        }
    }
}

/// Finds a head in bytes that arrive `step` at a time, and what it says; then the body.
outcome read(std::string_view bytes, std::size_t step, http::request& r) {
    http::head_scanner scanner;
    std::size_t there = 0;
    auto state = http::head_scanner::state::incomplete;
    std::size_t head = 0;
    while (head == 0 && state == http::head_scanner::state::incomplete && there < bytes.size()) {
        there = std::min(bytes.size(), there + step);
        auto const end = scanner.size() == 0 ? bytes.substr(0, there).find("\r\n\r\n") : std::string_view::npos;
        if (end != std::string_view::npos) {
            head = end + 4;
        } else {
            state = scanner.scan(bytes.substr(0, there));
            head = state == http::head_scanner::state::complete ? scanner.size() : 0;
        }
    }
    if (head == 0) {
        return {state == http::head_scanner::state::bad ? 400 : -1, 0, {}};
    }
    check(head <= there && bytes.substr(head - 4, 4) == "\r\n\r\n", "a head that does not end", bytes);
    http::framing f;
    int const fault = http::parse_head(bytes.substr(0, head), bounds(), r, f);
    if (fault != 0) {
        check(fault >= 400 && fault < 600, "a fault that is no status", bytes);
        return {fault, head, {}};
    }
    if (f.chunked) {
        return read_chunks(bytes, head, step);
    }
    if (bytes.size() - head < f.content_length) {
        return {-1, head, {}};
    }
    return {0, head, std::string(bytes.substr(head, static_cast<std::size_t>(f.content_length)))};
}

/// Beast, which knows nothing of our rules, reads an accepted head as we do.
void compare_with_beast(std::string_view head, http::request const& r) {
    beast::http::request_parser<beast::http::empty_body> parser;
    parser.header_limit(static_cast<std::uint32_t>(bounds().max_header_bytes));
    parser.body_limit(boost::none);
    parser.skip(true);
    boost::system::error_code failed;
    parser.put(boost::asio::buffer(head.data(), head.size()), failed);
    check(!failed && parser.is_header_done(), "Beast refuses an accepted head", head, failed.message());
    auto const& other = parser.get();
    check(std::string_view(other.method_string()) == r.method && std::string_view(other.target()) == r.target, "Beast reads another request line", head);
    std::vector<std::pair<std::string_view, std::string_view>> fields;
    for (auto const& f : other) {
        fields.emplace_back(f.name_string(), f.value());
    }
    auto ours = r.headers;
    std::sort(fields.begin(), fields.end());
    std::sort(ours.begin(), ours.end());
    check(fields == ours, "Beast reads other fields", head);
}

/// What is read later of an accepted request: its query, and what the client would like to get.
void check_values(http::request const& r) {
    for (auto const& [name, value] : r.headers) {
        for (auto const* wanted : {"gzip", "application/json"}) {
            auto const weight = http::named_weight(value, wanted);
            check(!weight || (*weight >= 0 && *weight <= 1'000), "a weight out of range", value);
        }
    }
    auto const parameters = http::parse_query(r.target);
    if (!parameters) {
        return;
    }
    std::string text = "/?";
    for (auto const& [name, value] : *parameters) {
        for (auto const* part : {&name, &value}) {
            for (char const c : *part) {
                constexpr std::string_view digits = "0123456789abcdef";
                auto const byte = static_cast<unsigned char>(c);
                text += {'%', digits[byte >> 4U], digits[byte & 15U]};
            }
            text += part == &name ? '=' : '&';
        }
    }
    auto const again = http::parse_query(text);
    check(again && *again == *parameters, "a query that is written again is another one", r.target, text);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size < 2) {
        return 0;
    }
    std::string_view const bytes(reinterpret_cast<char const*>(data) + 2, size - 2);
    http::request whole;
    auto const at_once = read(bytes, bytes.size() + 1, whole);
    // Byte by byte only what is short: the parser starts a line again with each of its bytes.
    std::size_t const smallest = bytes.size() < 512 ? 1 : 37;
    for (auto const step : {smallest, std::size_t{data[0]} + smallest, std::size_t{data[1]} * 16 + smallest}) {
        http::request r;
        auto const in_pieces = read(bytes, step, r);
        check(same(in_pieces, at_once), "the answer depends on how the bytes arrive", bytes,
              std::to_string(step) + " bytes at a time: " + std::to_string(in_pieces.status) + ", all at once: " + std::to_string(at_once.status));
        check(at_once.status != 0 || (r.headers == whole.headers && r.method == whole.method && r.target == whole.target), "another request in pieces", bytes);
    }
    if (at_once.status == 0) {
        check(at_once.body.size() <= bounds().max_body_bytes, "a body beyond the limit", bytes);
        check(!http::has_dot_segment(whole.segments), "a path that leads upwards", bytes);
        compare_with_beast(bytes.substr(0, at_once.head), whole);
        check_values(whole);
    }
    return 0;
}
