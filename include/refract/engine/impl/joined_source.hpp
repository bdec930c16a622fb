// Rows of all levels of a list, read at once: what a json_writer takes them from.
// See: engine/json_writer.hpp.
#pragma once

#include <refract/engine/json_writer.hpp>
#include <refract/engine/row_groups.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace refract::engine::detail {

/// Rows of all levels; children are found by their parent's key. How a column is written is chosen once for all its rows.
class joined_source {
    struct level_rows {
        db::result_set const* set = nullptr;
        db::packed_rows packed{};
        std::vector<db::json_formatter> formatters{}; ///< by column; null: cell by cell
        std::optional<row_groups> groups{};
    };

public:
    class row {
    public:
        row(level_rows const& level, std::size_t position) : level_(&level), index_(position) {}

        [[nodiscard]] db::cell cell(std::uint32_t column) const { return level_->set->cell(index_, column); }
        [[nodiscard]] db::cell key(std::uint32_t column) const { return level_->set->key(index_, column); }

        [[nodiscard]] bool is_null(std::uint32_t column) const {
            return level_->packed.places != nullptr ? level_->packed.place(index_, column).size == db::cell_place::null
                                                    : cell(column).is_null();
        }

        void append(json_buffer& out, std::uint32_t column, db::value_type wanted) const {
            auto const& packed = level_->packed;
            auto const format = level_->formatters[column];
            if (packed.places == nullptr || format == nullptr) {
                append_cell(out, cell(column), wanted);
                return;
            }
            auto const place = packed.place(index_, column);
            if (place.size == db::cell_place::null) {
                out.raw("null");
            } else {
                format(out, {packed.bytes + place.at, place.size});
            }
        }

    private:
        level_rows const* level_;
        std::size_t index_;
    };

    /// `first` is the position of the list's root level in `results`.
    joined_source(compiled_list const& list, db::results const& results, std::size_t first)
        : list_(list), levels_(list.select.levels.size()) {
        for (std::size_t i = 0; i < levels_.size(); ++i) {
            auto& to = levels_[i];
            auto const& l = list.select.levels[i];
            to.set = results[first + l.beside.value_or(static_cast<std::uint32_t>(i))].get();
            to.packed = to.set->packed();
            to.formatters.resize(to.set->columns(), nullptr);
            choose(to, l.object);
            if (l.kind == sql::level_kind::values) {
                choose(to, l.value_column, l.value_type);
            }
        }
        if (list.select.connection && !levels_.empty()) {
            for (auto const& node : list.select.connection->nodes) {
                choose(levels_.front(), node);
            }
        }
    }

    /// About how long the answer will be.
    [[nodiscard]] std::size_t expected_bytes() const noexcept {
        std::size_t bytes = 64;
        for (std::size_t i = 0; i < levels_.size(); ++i) {
            bytes += levels_[i].set->rows() * row_bytes(list_.select.levels[i].object);
        }
        return bytes;
    }

    template <class F> void each(std::uint32_t level, db::cell const& key, F f) {
        auto& rows = levels_[level];
        if (level == 0) {
            for (std::size_t i = 0; i < rows.set->rows(); ++i) {
                if (!f(row(rows, i))) {
                    return;
                }
            }
            return;
        }
        if (!rows.groups) {
            rows.groups.emplace(*rows.set, list_.select.levels[level].key_column);
        }
        rows.groups->each(key, [&](std::uint32_t i) { return f(row(rows, i)); });
    }

private:
    static void choose(level_rows& to, std::uint32_t column, db::value_type wanted) {
        if (column < to.formatters.size()) {
            to.formatters[column] = to.set->formatter(column, wanted);
        }
    }

    static void choose(level_rows& to, sql::row_shape const& shape) {
        for (auto const& item : shape.items) {
            if (item.from == sql::shape_item::source::column) {
                choose(to, item.column, item.type);
            } else if (item.from == sql::shape_item::source::joined) {
                choose(to, *item.object);
            }
        }
    }

    static std::size_t row_bytes(sql::row_shape const& shape) noexcept {
        constexpr std::size_t usual_cell = 16;
        std::size_t bytes = 3;
        for (auto const& item : shape.items) {
            bytes += item.key.size() + 1 + usual_cell + (item.object ? row_bytes(*item.object) : 0);
        }
        return bytes;
    }

    compiled_list const& list_;
    std::vector<level_rows> levels_;
};

} // namespace refract::engine::detail
