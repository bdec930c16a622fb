// What a server may send, hostile ones included: messages are found, and every cell of every row can be read in any way.
#include <refract/postgres/message.hpp>
#include <refract/postgres/result.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

namespace {

using namespace refract;
using namespace refract::postgres::detail;

/// Reads all cells of `rows` as cells, keys and JSON.
void read_all(received_rows const& rows) {
    auto const packed = rows.packed();
    std::string text;
    json_buffer out(text);
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        for (std::size_t column = 0; column < rows.columns(); ++column) {
            auto const value = db::to_value(rows.cell(row, column));
            auto const key = db::to_value(rows.key(row, column));
            auto const place = packed.place(row, column);
            bool const is_null = place.size == db::cell_place::null;
            if (value.is_null() != is_null || key.is_null() != is_null) {
                std::abort();
            }
            for (auto const wanted : {db::value_type::text, db::value_type::json}) {
                auto const format = rows.formatter(column, wanted);
                if (format != nullptr && !is_null) {
                    format(out, {packed.bytes + place.at, place.size});
                }
            }
            out.shrink(0);
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    receive_block block(size);
    std::copy(data, data + size, block.data());
    for (auto const binary : {true, false}) {
        auto form = std::make_shared<row_form>();
        form->binary = binary;
        auto rows = std::make_unique<received_rows>(form);
        std::string_view rest(block.data(), size);
        message m;
        while (next_message(rest, m) == framing::complete) {
            rest.remove_prefix(m.body.size() + 5);
            if (m.type == 'T') {
                form = std::make_shared<row_form>();
                form->binary = binary;
                if (!read_row_description(m.body, form->columns)) {
                    break;
                }
                rows = std::make_unique<received_rows>(form);
            } else if (m.type == 'D') {
                if (!rows->add(block.data(), m.body)) {
                    break;
                }
            } else if (m.type == 'C') {
                rows->complete(read_row_count(m.body));
                rows->seal(block, block.data());
                read_all(*rows);
                rows = std::make_unique<received_rows>(form);
            } else if (m.type == 'E') {
                auto const e = to_error(error_fields(m.body), 0);
                if (e.message.empty()) {
                    std::abort();
                }
            }
        }
    }
    return 0;
}
