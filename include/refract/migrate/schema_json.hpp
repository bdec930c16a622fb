// The JSON a Prisma 1 server keeps in its management tables: the datamodel, the steps, the subscriptions.
// See: docs of the Management API, "Management tables".
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/result.hpp>
#include <refract/datamodel/model.hpp>
#include <refract/migrate/step.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace refract::migrate {

/// A server-side subscription: a query whose results are posted to a URL.
struct webhook {
    std::string name;
    std::string query;
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers{};
    friend bool operator==(webhook const&, webhook const&) = default;
};

/// The datamodel as JSON text.
///
/// Shape: as the original wrote it, plus keys the original ignores (`text` of a default, `columnSide` of an inline relation).
REFRACT_DECL std::string print_schema_json(datamodel::datamodel const& dm);

/// Reads a stored datamodel, the original's or ours. Without `version` it is a legacy one.
///
/// Errors: errc::invalid_json, errc::invalid_datamodel for references to what is not there.
REFRACT_DECL result<datamodel::datamodel> parse_schema_json(std::string_view text);

/// Steps as JSON text, and back. Errors: errc::invalid_json; a step of an unknown kind too.
REFRACT_DECL std::string print_steps_json(std::vector<step> const& steps);
REFRACT_DECL result<std::vector<step>> parse_steps_json(std::string_view text);

/// Subscriptions as JSON text, and back. An empty text is no subscriptions. Errors: errc::invalid_json.
REFRACT_DECL std::string print_webhooks_json(std::vector<webhook> const& webhooks);
REFRACT_DECL result<std::vector<webhook>> parse_webhooks_json(std::string_view text);

/// `["a","b"]`, and back. An empty text is no strings. Errors: errc::invalid_json.
REFRACT_DECL std::string print_strings_json(std::vector<std::string> const& strings);
REFRACT_DECL result<std::vector<std::string>> parse_strings_json(std::string_view text);

} // namespace refract::migrate

#ifdef REFRACT_HEADER_ONLY
#include <refract/migrate/impl/schema_json.ipp>
#include <refract/migrate/impl/steps_json.ipp>
#endif
