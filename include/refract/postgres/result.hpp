// Rows as libpq received them, read as cells.
// See: postgres/connection.hpp.
#pragma once

#include <refract/core/config.hpp>
#include <refract/db/connection.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <libpq-fe.h>

namespace refract::postgres::detail {

struct clear_result {
    void operator()(PGresult* r) const noexcept { PQclear(r); }
};

using result_ptr = std::unique_ptr<PGresult, clear_result>;

/// The rows of one statement, in binary or in text format.
///
/// Cells: bool, int2, int4, int8, oid, float4, float8, numeric (decimal), timestamp, timestamptz, date (date_time), uuid, json,
/// jsonb; everything else is text. `infinity` of a date is text too.
class received_rows final : public db::result_set {
public:
    explicit received_rows(result_ptr received);

    [[nodiscard]] std::size_t rows() const noexcept override { return rows_; }
    [[nodiscard]] std::size_t columns() const noexcept override { return columns_.size(); }
    [[nodiscard]] db::cell cell(std::size_t row, std::size_t column) const override;
    [[nodiscard]] std::uint64_t affected() const noexcept override;
    [[nodiscard]] std::string_view name(std::size_t column) const override;

private:
    struct column_form {
        Oid type;
        bool binary;
        std::size_t converted; ///< position among the columns whose text is not libpq's
    };

    static constexpr auto as_received = static_cast<std::size_t>(-1);

    [[nodiscard]] std::string_view bytes(std::size_t row, std::size_t column) const noexcept;
    void convert_texts();

    result_ptr received_;
    std::size_t rows_ = 0;
    std::vector<column_form> columns_;
    std::vector<std::string> texts_; ///< of numerics, uuids and bytes, row by row
    std::size_t converted_ = 0;      ///< such texts in a row
};

/// Reads a binary `numeric`: exact, plain notation, no trailing zeros.
[[nodiscard]] REFRACT_DECL std::string numeric_text(std::string_view bytes);

/// What the server said, in the words of db/. `position` is the statement's place in its batch.
[[nodiscard]] REFRACT_DECL db::error to_error(PGresult const* failed, std::uint32_t position);

/// The text of a parameter. Text-like values are not copied: `text` is used only for the others.
[[nodiscard]] REFRACT_DECL char const* parameter_text(db::value const& v, std::string& text);

} // namespace refract::postgres::detail

#ifdef REFRACT_HEADER_ONLY
#include <refract/postgres/impl/error.ipp>
#include <refract/postgres/impl/result.ipp>
#endif
