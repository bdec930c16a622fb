#pragma once

#include <refract/core/time.hpp>
#include <refract/db/decimal.hpp>
#include <refract/prisma1/default_value.hpp>

#include <charconv>
#include <cstdint>
#include <string>

namespace refract::prisma1 {

REFRACT_DECL db::value default_of(datamodel::field const& f) {
    using datamodel::field_type;
    if (!f.default_value) {
        return {};
    }
    std::string const& text = f.default_value->text;
    switch (f.type) {
    case field_type::integer: {
        std::int64_t number = 0;
        auto const* const end = text.data() + text.size();
        auto const [at, problem] = std::from_chars(text.data(), end, number);
        return problem == std::errc{} && at == end ? db::value::integer(number) : db::value{};
    }
    case field_type::floating: {
        auto plain = db::plain_decimal(text);
        return plain ? db::value::decimal(std::move(*plain)) : db::value{};
    }
    case field_type::boolean: return db::value::boolean(text == "true");
    case field_type::date_time: {
        auto const ms = refract::parse_date_time(text);
        return ms ? db::value::date_time(*ms) : db::value{};
    }
    case field_type::json: return db::value::json(text);
    case field_type::uuid: return db::value::uuid(text);
    case field_type::id:
    case field_type::string:
    case field_type::enumeration: return db::value::text(text);
    case field_type::relation: break;
    }
    return {};
}

} // namespace refract::prisma1
