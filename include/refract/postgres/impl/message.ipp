#pragma once

#include <refract/postgres/message.hpp>

#include <charconv>

namespace refract::postgres::detail {

REFRACT_DECL framing next_message(std::string_view bytes, message& m) noexcept {
    constexpr std::size_t head = 5;
    if (bytes.size() < head) {
        return framing::incomplete;
    }
    auto const length = load_number<std::uint32_t>(bytes.data() + 1);
    if (length < 4 || length > max_message_bytes) {
        return framing::invalid;
    }
    if (bytes.size() - 1 < length) {
        return framing::incomplete;
    }
    m.type = bytes.front();
    m.body = bytes.substr(head, length - 4);
    return framing::complete;
}

REFRACT_DECL bool read_row_description(std::string_view body, std::vector<column>& columns) {
    columns.clear();
    body_reader in(body);
    auto const count = in.number<std::uint16_t>();
    for (std::uint16_t i = 0; i < count && in.ok(); ++i) {
        column c;
        c.name = std::string(in.text());
        in.number<std::uint32_t>(); // its table
        in.number<std::uint16_t>(); // its place there
        c.type = in.number<std::uint32_t>();
        in.number<std::uint16_t>(); // the type's size
        in.number<std::uint32_t>(); // the type's modifier
        in.number<std::uint16_t>(); // the format: ours to say
        columns.push_back(std::move(c));
    }
    return in.ok() && in.at_end();
}

REFRACT_DECL std::uint64_t read_row_count(std::string_view body) noexcept {
    auto const tag = body_reader(body).text(); // `INSERT 0 5`, `SELECT 5`, `BEGIN`
    auto const last = tag.substr(tag.rfind(' ') + 1);
    std::uint64_t count = 0;
    std::from_chars(last.data(), last.data() + last.size(), count);
    return count;
}

REFRACT_DECL std::string_view error_fields::operator[](char letter) const noexcept {
    body_reader in(body_);
    while (in.ok()) {
        auto const code = in.number<std::uint8_t>();
        if (code == 0) {
            break;
        }
        auto const text = in.text();
        if (code == static_cast<std::uint8_t>(letter)) {
            return text;
        }
    }
    return {};
}

REFRACT_DECL void message_writer::end() noexcept {
    auto const length = static_cast<std::uint32_t>(out_.size() - start_);
    for (std::size_t i = 0; i < 4; ++i) {
        out_[start_ + i] = static_cast<char>(length >> (24U - 8U * i));
    }
}

REFRACT_DECL void message_writer::append_name(name statement) {
    if (statement.number != 0) {
        char digits[24];
        auto const written = std::to_chars(digits, digits + sizeof digits, statement.number);
        out_.append("refract_").append(digits, written.ptr);
    }
    out_.push_back('\0');
}

REFRACT_DECL void message_writer::parse(name statement, std::string_view text) {
    begin('P');
    append_name(statement);
    out_.append(text);
    out_.push_back('\0');
    number(std::uint16_t{0}); // types of parameters: for the server to find out
    end();
}

REFRACT_DECL void message_writer::describe_statement(name statement) {
    begin('D');
    out_.push_back('S');
    append_name(statement);
    end();
}

REFRACT_DECL void message_writer::describe_portal() { out_.append({'D', 0, 0, 0, 6, 'P', 0}); }

REFRACT_DECL void message_writer::close_statement(name statement) {
    begin('C');
    out_.push_back('S');
    append_name(statement);
    end();
}

REFRACT_DECL void message_writer::execute() { out_.append({'E', 0, 0, 0, 9, 0, 0, 0, 0, 0}); }

REFRACT_DECL void message_writer::sync() { out_.append({'S', 0, 0, 0, 4}); }

REFRACT_DECL void message_writer::begin_bind(name statement, std::uint16_t parameters) {
    begin('B');
    out_.push_back('\0'); // the portal without a name
    append_name(statement);
    number(std::uint16_t{0}); // all parameters are text
    number(parameters);
}

REFRACT_DECL void message_writer::end_bind(bool binary_result) {
    if (binary_result) {
        out_.append({0, 1, 0, 1});
    } else {
        out_.append({0, 0});
    }
    end();
}

} // namespace refract::postgres::detail
