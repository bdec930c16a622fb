// The normalized data format of import and export: request bodies and elements to rows.
// See: import.hpp, export.hpp.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/limits.hpp>
#include <refract/core/result.hpp>
#include <refract/datamodel/model.hpp>
#include <refract/db/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refract::prisma1 {

/// What a file or a page of a file holds.
enum class ndf_kind : std::uint8_t { nodes, lists, relations };

/// `nodes`, `lists`, `relations`.
REFRACT_DECL std::string_view to_string(ndf_kind kind) noexcept;

/// Where the first element of an export page is. Negative: behind the last.
struct export_cursor {
    std::int64_t table = 0; ///< position in the models, list fields or relations
    std::int64_t row = 0;   ///< position in it
};

struct export_request {
    std::optional<ndf_kind> kind{}; ///< nothing: a file type nobody knows
    export_cursor cursor{};
};

/// Parses `{"fileType":...,"cursor":{"table":...,"row":...}}`.
///
/// Errors: as parse_json; errc::invalid_value (a missing key, or one of another type).
REFRACT_DECL result<export_request> parse_export_request(std::string_view body, limits const& bounds);

/// The body of an import. Shape: the elements are JSON texts and refer to the body.
struct import_request {
    ndf_kind kind = ndf_kind::nodes;
    std::vector<std::string_view> elements{};
};

/// Parses `{"valueType":...,"values":[...]}` without reading the elements: memory is taken for their places only.
///
/// Errors: errc::invalid_json, errc::limit_exceeded (`max_json_values` elements, `max_json_depth`), errc::invalid_value.
REFRACT_DECL result<import_request> parse_import_request(std::string_view body, limits const& bounds);

/// One row to insert.
struct import_row {
    datamodel::index owner = datamodel::none; ///< nodes, lists: the model; relations: the relation
    datamodel::index field = datamodel::none; ///< lists: the field
    /// Nodes: the values of stored_fields(). Lists: id, position (null), value. Relations: id of side A, id of side B.
    std::vector<db::value> values{};
};

/// What an element says.
struct import_element {
    std::vector<import_row> rows{};
    std::string fault{}; ///< not empty: why the element is refused, in the words for the client
};

/// The fields of a model that have a column and are no relations, hidden ones included.
REFRACT_DECL std::vector<datamodel::index> stored_fields(datamodel::model const& m);

/// Reads one element.
///
/// Shape: fields without a value are null; a creation or update time without a value is `now_ms`.
/// Errors: as parse_json; errc::invalid_value (not an element of this kind, an unknown model, an id type that can't be imported).
REFRACT_DECL result<import_element>
parse_element(datamodel::datamodel const& dm, ndf_kind kind, std::string_view text, std::int64_t now_ms, limits const& bounds);

} // namespace refract::prisma1

#ifdef REFRACT_HEADER_ONLY
#include <refract/prisma1/impl/ndf.ipp>
#include <refract/prisma1/impl/ndf_element.ipp>
#endif
