// Rows of one statement, read where they were received.
// See: postgres/connection.hpp.
#pragma once

#include <refract/core/config.hpp>
#include <refract/db/connection.hpp>
#include <refract/postgres/message.hpp>
#include <refract/postgres/receive_block.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refract::postgres::detail {

/// What all answers of a statement have in common. Written while its description arrives, before any row is there.
struct row_form {
    std::vector<column> columns{};
    bool binary = false;
    std::size_t expected_cells = 0; ///< of the last answer; for the connection alone
};

/// The rows of one statement, in binary or in text format: they stay in the block they were received in.
///
/// Cells: bool, int2, int4, int8, oid, float4, float8, numeric (decimal), timestamp, timestamptz, date (date_time), uuid, json,
/// jsonb; everything else is text. `infinity` of a date is text too.
class received_rows final : public db::result_set {
public:
    explicit received_rows(std::shared_ptr<row_form> form) : form_(std::move(form)) {
        if (form_->expected_cells > 0) {
            enlarge(std::min<std::size_t>(form_->expected_cells, 1U << 16U));
        }
    }

    /// Takes a DataRow. `start` is where the bytes begin that seal() will keep. False if the row is malformed.
    [[nodiscard]] REFRACT_DECL bool add(char const* start, std::string_view body);

    /// The answer is complete, and `affected` rows were changed.
    void complete(std::uint64_t affected) noexcept {
        affected_ = affected;
        form_->expected_cells = rows_ * columns();
    }

    /// Where the rows' bytes have come to rest.
    void seal(receive_block block, char const* start) noexcept {
        block_ = std::move(block);
        start_ = start;
    }

    [[nodiscard]] std::size_t rows() const noexcept override { return rows_; }
    [[nodiscard]] std::size_t columns() const noexcept override { return form_->columns.size(); }
    [[nodiscard]] REFRACT_DECL db::cell cell(std::size_t row, std::size_t column) const override;
    [[nodiscard]] REFRACT_DECL db::cell key(std::size_t row, std::size_t column) const override;
    [[nodiscard]] std::uint64_t affected() const noexcept override { return affected_; }
    [[nodiscard]] std::string_view name(std::size_t column) const override { return form_->columns[column].name; }
    [[nodiscard]] db::packed_rows packed() const noexcept override { return {start_, places_.get(), columns()}; }
    [[nodiscard]] REFRACT_DECL db::json_formatter formatter(std::size_t column, db::value_type wanted) const noexcept override;
    [[nodiscard]] REFRACT_DECL std::optional<std::string> raw_json(std::size_t row, std::size_t column) const override;

private:
    [[nodiscard]] std::string_view bytes(std::size_t row, std::size_t column) const noexcept {
        auto const p = places_[row * columns() + column];
        return {start_ + p.at, p.size};
    }
    /// Room for `cells` places.
    void enlarge(std::size_t cells);
    void convert_texts() const;
    [[nodiscard]] bool is_converted(std::size_t column) const noexcept;

    std::shared_ptr<row_form> form_;
    receive_block block_;
    char const* start_ = nullptr;
    std::unique_ptr<db::cell_place[]> places_; ///< row by row; not zeroed
    std::size_t capacity_ = 0;
    std::size_t rows_ = 0;
    std::uint64_t affected_ = 0;
    mutable std::vector<std::string> texts_; ///< of numerics, uuids and bytes, for who asks for them cell by cell
};

/// Appends a binary `numeric`: exact, plain notation, no trailing zeros.
REFRACT_DECL void append_numeric(std::string& out, std::string_view bytes);

/// What the server said, in the words of db/. `position` is the statement's place in its batch.
[[nodiscard]] REFRACT_DECL db::error to_error(error_fields const& failed, std::uint32_t position);

/// The text of a parameter that is not null. Text-like values are not copied: `text` is used only for the others.
[[nodiscard]] REFRACT_DECL std::string_view parameter_text(db::value const& v, std::string& text);

} // namespace refract::postgres::detail

#ifdef REFRACT_HEADER_ONLY
#include <refract/postgres/impl/error.ipp>
#include <refract/postgres/impl/result.ipp>
#endif
