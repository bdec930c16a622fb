#pragma once

#include <refract/core/log.hpp>
#include <refract/core/text.hpp>
#include <refract/prisma1/api_error.hpp>
#include <refract/prisma1/export.hpp>
#include <refract/prisma1/import.hpp>
#include <refract/prisma1/service.hpp>

#include <variant>

namespace refract::prisma1 {

namespace detail {

REFRACT_DECL void log_trouble(plan::failure const& f, std::string const& project, std::string const& request_id); // of service.ipp

/// The answer to a request the database failed.
REFRACT_DECL response not_carried_out(plan::failure const& f, std::string const& project, std::string const& request_id) {
    log_trouble(f, project, request_id);
    auto const e = spell(f);
    if (e.code != 0) {
        return {200, make_response(std::nullopt, {{e.message, {}, {}, e.code, request_id}})};
    }
    log::write(log::level::error, "error/unhandled", {{"requestId", request_id}, {"projectId", project}, {"message", e.message}});
    return {500, make_response(std::nullopt, {{internal_error_text(request_id), {}, {}, 0, request_id}})};
}

} // namespace detail

REFRACT_DECL boost::asio::awaitable<refract::result<response>>
service::run_export(std::string_view body, std::string const& request_id) {
    auto const wanted = parse_export_request(body, options_.bounds);
    if (!wanted) {
        co_return wanted.failure();
    }
    auto page = co_await export_page(*database_, target_, statements_, *wanted, options_.bounds.max_export_characters);
    if (!page) {
        co_return detail::not_carried_out(page.failure(), project_id_, request_id);
    }
    co_return response{200, std::move(*page)};
}

REFRACT_DECL boost::asio::awaitable<refract::result<response>>
service::run_import(std::string_view body, std::string const& request_id) {
    auto const wanted = parse_import_request(body, options_.bounds);
    if (!wanted) {
        co_return wanted.failure();
    }
    auto asking = refusal_of(plan::write_kind::create);
    auto const full = co_await std::move(asking);
    if (full) {
        co_return detail::not_carried_out(*full, project_id_, request_id);
    }
    auto const errors = co_await import_elements(*database_, target_, statements_, *wanted, options_.bounds, project_id_);
    if (!errors) {
        if (auto const* refused = std::get_if<error>(&errors.failure())) {
            co_return *refused;
        }
        co_return detail::not_carried_out(std::get<plan::failure>(errors.failure()), project_id_, request_id);
    }
    std::string out = "[";
    for (auto const& e : *errors) {
        out += out.size() > 1 ? "," : "";
        append_json_string(out, e);
    }
    co_return response{200, out + ']'};
}

} // namespace refract::prisma1
