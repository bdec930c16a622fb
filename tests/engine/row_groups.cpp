// Test that the header is self-contained.
#include <refract/engine/row_groups.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace refract;

namespace {

/// One column of cells.
class column final : public db::result_set {
public:
    explicit column(std::vector<db::cell> cells) : cells_(std::move(cells)) {}
    [[nodiscard]] std::size_t rows() const noexcept override { return cells_.size(); }
    [[nodiscard]] std::size_t columns() const noexcept override { return 1; }
    [[nodiscard]] db::cell cell(std::size_t row, std::size_t) const override { return cells_[row]; }
    [[nodiscard]] std::uint64_t affected() const noexcept override { return 0; }
    [[nodiscard]] std::string_view name(std::size_t) const override { return "k"; }

private:
    std::vector<db::cell> cells_;
};

db::cell text(std::string_view t) { return {db::value_type::text, 0, 0, t}; }

db::cell number(std::int64_t n) { return {db::value_type::integer, n, 0, {}}; }

std::vector<std::uint32_t> rows_of(engine::detail::row_groups const& groups, db::cell const& key, std::size_t most = 100) {
    std::vector<std::uint32_t> out;
    groups.each(key, [&](std::uint32_t row) {
        out.push_back(row);
        return out.size() < most;
    });
    return out;
}

} // namespace

TEST_CASE("engine::row_groups: rows keep their order inside a group", "[engine][row_groups]") {
    column const set({text("a"), text("b"), text("a"), text(""), text("a")});
    engine::detail::row_groups const groups(set, 0);
    CHECK(rows_of(groups, text("a")) == std::vector<std::uint32_t>{0, 2, 4});
    CHECK(rows_of(groups, text("a"), 2) == std::vector<std::uint32_t>{0, 2});
    CHECK(rows_of(groups, text("b")) == std::vector<std::uint32_t>{1});
    CHECK(rows_of(groups, text("")) == std::vector<std::uint32_t>{3});
    CHECK(rows_of(groups, text("c")).empty());
}

TEST_CASE("engine::row_groups: integers are keys by their number", "[engine][row_groups]") {
    column const set({number(2), number(-1), number(2), number(0)});
    engine::detail::row_groups const groups(set, 0);
    CHECK(rows_of(groups, number(2)) == std::vector<std::uint32_t>{0, 2});
    CHECK(rows_of(groups, number(0)) == std::vector<std::uint32_t>{3});
    CHECK(rows_of(groups, number(7)).empty());
    column const no_rows(std::vector<db::cell>{});
    CHECK(rows_of(engine::detail::row_groups(no_rows, 0), number(1)).empty());
}
