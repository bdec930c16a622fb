// Import and export on a service_fixture.
#pragma once

#include "service_fixture.hpp"

#include <refract/prisma1/service.hpp>

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace refract::test {

/// The body of an answer; of a body that is no request the number and the text of the error.
inline boost::asio::awaitable<std::string> text_of(boost::asio::awaitable<result<prisma1::response>> work) {
    auto answer = co_await std::move(work);
    co_return answer ? answer->body : std::to_string(static_cast<int>(answer.failure().code)) + " " + answer.failure().message;
}

inline std::string send_import(service_fixture& s, std::string_view kind, std::string_view values) {
    std::string const body = R"({"valueType":")" + std::string(kind) + R"(","values":)" + std::string(values) + "}";
    std::string const request_id = "local:test";
    return wait_for(text_of(s.service().run_import(body, request_id)));
}

inline std::string send_export(service_fixture& s, std::string_view kind, int table = 0, int row = 0) {
    std::string const body = R"({"fileType":")" + std::string(kind) + R"(","cursor":{"table":)" + std::to_string(table) +
                             R"(,"row":)" + std::to_string(row) + R"(,"field":0,"array":0}})";
    std::string const request_id = "local:test";
    return wait_for(text_of(s.service().run_export(body, request_id)));
}

/// All pages of a kind, followed by their cursors.
inline std::vector<std::string> export_pages(service_fixture& s, std::string_view kind) {
    std::vector<std::string> out;
    for (std::int64_t table = 0, row = 0; table >= 0;) {
        out.push_back(send_export(s, kind, static_cast<int>(table), static_cast<int>(row)));
        auto const page = boost::json::parse(out.back());
        table = page.at("cursor").at("table").as_int64();
        row = page.at("cursor").at("row").as_int64();
        REQUIRE(page.at("isFull").as_bool() == (table >= 0));
    }
    return out;
}

/// The elements of a page, as the `values` of an import.
inline std::string elements_of(std::string_view page) {
    auto const from = page.find('[');
    auto const to = page.rfind(R"(],"size")");
    return std::string(page.substr(from, to - from + 1));
}

} // namespace refract::test
