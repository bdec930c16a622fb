#pragma once

#include <refract/core/log.hpp>
#include <refract/core/text.hpp>
#include <refract/core/time.hpp>

#include <atomic>
#include <cstdio>

namespace refract::log {

namespace detail {

REFRACT_DECL std::atomic<level>& threshold() noexcept {
    static std::atomic<level> value{level::info};
    return value;
}

} // namespace detail

REFRACT_DECL std::string_view name(level l) noexcept {
    switch (l) {
    case level::debug: return "debug";
    case level::info: return "info";
    case level::warn: return "warn";
    case level::error: return "error";
    case level::off: break;
    }
    return "off";
}

REFRACT_DECL bool parse_level(std::string_view text, level& out) noexcept {
    for (level const l : {level::debug, level::info, level::warn, level::error, level::off}) {
        if (text == name(l)) {
            out = l;
            return true;
        }
    }
    return false;
}

REFRACT_DECL void field::append_to(std::string& out) const {
    append_json_string(out, key_);
    out += ':';
    switch (kind_) {
    case kind::text:
        if (is_valid_utf8(text_)) {
            append_json_string(out, text_);
        } else {
            out += "\"<not UTF-8>\"";
        }
        return;
    case kind::number: out += std::to_string(number_); return;
    case kind::truth: out += number_ != 0 ? "true" : "false"; return;
    }
}

REFRACT_DECL field redacted(std::string_view key, std::string_view secret) noexcept {
    return field(key, secret.empty() ? std::string_view("<unset>") : std::string_view("<set>"));
}

REFRACT_DECL std::string format(level l, std::string_view event, std::initializer_list<field> fields) {
    std::string line = "{\"time\":\"";
    append_date_time(line, now_ms());
    line += "\",\"level\":\"";
    line += name(l);
    line += "\",\"event\":";
    append_json_string(line, event);
    for (field const& f : fields) {
        line += ',';
        f.append_to(line);
    }
    line += "}\n";
    return line;
}

REFRACT_DECL void set_threshold(level l) noexcept { detail::threshold().store(l, std::memory_order_relaxed); }

REFRACT_DECL bool enabled(level l) noexcept {
    return l != level::off && l >= detail::threshold().load(std::memory_order_relaxed);
}

REFRACT_DECL void write(level l, std::string_view event, std::initializer_list<field> fields) {
    if (!enabled(l)) {
        return;
    }
    std::string const line = format(l, event, fields);
    std::fwrite(line.data(), 1, line.size(), stderr);
}

} // namespace refract::log
