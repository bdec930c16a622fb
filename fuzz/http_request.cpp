// Any bytes as what a client sends: the answer does not depend on how they arrive, and nobody else reads the head differently.
//
// The first two bytes say where the rest is split. The head is found and taken apart as the server does it; a chunked body is read by the
// same parser with the same checks in between. Beast's own parser, given the same head, finds the same request.
#include "check.hpp"

#include <refract/http/request_head.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace {

using namespace refract;
using refract_fuzz::check;
namespace beast = boost::beast;

constexpr std::uint64_t max_body_bytes = 4'096;
constexpr std::uint32_t max_header_bytes = 64U << 10U;

/// What a connection makes of one request.
struct outcome {
    int status = -1; ///< 0: a request; -1: more bytes are wanted
    std::size_t head = 0;
    std::string body{};
};

bool operator==(outcome const& a, outcome const& b) { return a.status == b.status && a.head == b.head && a.body == b.body; }

/// Reads a chunked body in pieces of `step` bytes, as a session does.
outcome read_chunks(std::string_view bytes, std::size_t head, std::size_t step) {
    beast::http::request_parser<beast::http::string_body> parser;
    parser.header_limit(max_header_bytes);
    parser.body_limit(max_body_bytes);
    boost::system::error_code failed;
    auto const parsed = parser.put(boost::asio::buffer(bytes.data(), head), failed);
    if (failed || !parser.is_header_done()) {
        return {400, head, {}};
    }
    check(parsed == head, "a head is read in part", bytes);
    parser.eager(true);
    std::size_t used = head;
    for (std::size_t there = head; !parser.is_done();) {
        if (there > used) {
            used += parser.put(boost::asio::buffer(bytes.data() + used, there - used), failed);
            if (failed && failed != beast::http::error::need_more) {
                return {failed == beast::http::error::body_limit ? 413 : 400, head, {}};
            }
            if (parser.is_done()) {
                break;
            }
            auto const left = bytes.substr(used, there - used);
            if (left.size() > max_header_bytes || http::has_bare_line_feed(left)) {
                return {400, head, {}};
            }
        }
        if (there == bytes.size()) {
            return {-1, head, {}};
        }
        there = std::min(bytes.size(), there + step);
    }
    return {0, head, parser.get().body()};
}

/// Finds a head in bytes that arrive `step` at a time, and what it says; then the body.
outcome read(std::string_view bytes, std::size_t step, http::request& r) {
    http::head_scanner scanner;
    std::size_t there = 0;
    auto state = http::head_scanner::state::incomplete;
    while (state == http::head_scanner::state::incomplete && there < bytes.size()) {
        there = std::min(bytes.size(), there + step);
        state = scanner.scan(bytes.substr(0, there));
    }
    if (state != http::head_scanner::state::complete) {
        return {state == http::head_scanner::state::bad ? 400 : -1, 0, {}};
    }
    auto const head = scanner.size();
    check(head <= there && bytes.substr(head - 4, 4) == "\r\n\r\n", "a head that does not end", bytes);
    http::framing f;
    int const fault = http::parse_head(bytes.substr(0, head), max_body_bytes, r, f);
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
    parser.header_limit(max_header_bytes);
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
        check(in_pieces == at_once, "the answer depends on how the bytes arrive", bytes,
              std::to_string(step) + " bytes at a time: " + std::to_string(in_pieces.status) + ", all at once: " + std::to_string(at_once.status));
        check(r.headers == whole.headers && r.method == whole.method && r.target == whole.target, "another request in pieces", bytes);
    }
    if (at_once.status == 0) {
        check(at_once.body.size() <= max_body_bytes, "a body beyond the limit", bytes);
        check(!http::has_dot_segment(whole.segments), "a path that leads upwards", bytes);
        compare_with_beast(bytes.substr(0, at_once.head), whole);
    }
    return 0;
}
