// Reads the values of a map and remembers everything that is wrong with it.
#pragma once

#include <refract/config/yaml.hpp>
#include <refract/core/error.hpp>
#include <refract/core/text.hpp>

#include <charconv>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace refract::config::detail {

/// Reads the values of one map. A value that is wrong is absent for the caller, and a problem in the list.
class map_reader {
public:
    map_reader(yaml_node const& map, std::string path, std::vector<error>& problems)
        : map_(map), path_(std::move(path)), problems_(problems), before_(problems.size()) {}

    [[nodiscard]] bool failed() const noexcept { return problems_.size() > before_; }
    [[nodiscard]] std::string const& path() const noexcept { return path_; }
    [[nodiscard]] yaml_node const* find(std::string_view key) const noexcept { return map_.find(key); }

    void fail(errc code, std::string const& message, location where) {
        problems_.push_back(error{code, path_.empty() ? message : path_ + ": " + message, where});
    }

    void fail(errc code, std::string const& message) { fail(code, message, map_.where); }

    /// Refuses every key that is not one of these.
    void know(std::initializer_list<std::string_view> keys) {
        for (auto const& entry : map_.entries) {
            bool known = entry.key.substr(0, 2) == "x-";
            std::string_view nearest;
            std::size_t least = 4;
            for (std::string_view const key : keys) {
                known = known || entry.key == key;
                std::size_t const distance = edit_distance(ascii_lower(entry.key.substr(0, 64)), ascii_lower(key));
                if (distance < least) {
                    least = distance;
                    nearest = key;
                }
            }
            if (!known) {
                std::string const hint = nearest.empty() ? "" : " Did you mean '" + std::string(nearest) + "'?";
                fail(errc::unknown_key, "Unknown key '" + entry.key.substr(0, 64) + "'." + hint, entry.where);
            }
        }
    }

    /// Whether the key is there with something in it: null and the empty text are nothing, as on the original.
    [[nodiscard]] bool has(std::string_view key) const noexcept {
        yaml_node const* const node = map_.find(key);
        return node != nullptr && node->type != yaml_node::kind::null &&
               (node->type != yaml_node::kind::scalar || !node->text.empty());
    }

    /// A text; nothing if the key is absent, null or empty.
    std::optional<std::string> text(std::string_view key) {
        yaml_node const* const node = map_.find(key);
        if (node == nullptr || !has(key)) {
            return std::nullopt;
        }
        if (node->type != yaml_node::kind::scalar) {
            fail(errc::wrong_type, "Expected text for field " + std::string(key), node->where);
            return std::nullopt;
        }
        return node->text;
    }

    /// A text without control characters, quotes and backslashes: a name, not a piece of a connection string.
    std::optional<std::string> plain_name(std::string_view key) {
        auto value = text(key);
        if (value) {
            for (char const c : *value) {
                if (static_cast<unsigned char>(c) < 0x20 || c == '\x7f' || c == '\'' || c == '\\') {
                    fail(errc::wrong_type, "Unexpected character in field " + std::string(key), map_.find(key)->where);
                    return std::nullopt;
                }
            }
        }
        return value;
    }

    /// A secret: a text that can't be taken for a number or a truth value by another YAML reader. Null and empty are refused unless
    /// `may_be_empty`: a secret somebody meant to give is none then.
    std::optional<std::string> secret(std::string_view key, bool may_be_empty) {
        yaml_node const* const node = map_.find(key);
        if (node != nullptr && !has(key) && !may_be_empty) {
            fail(errc::wrong_type,
                 "Expected " + std::string(key) + " to be non-empty. Leave the key out, or set allowOpen: true, for a server without it",
                 node->where);
            return std::nullopt;
        }
        auto value = text(key);
        if (!value) {
            return std::nullopt;
        }
        std::string const lower = ascii_lower(*value);
        bool ambiguous = value->find_first_not_of("0123456789+-._:") == std::string::npos;
        for (char const* const word : {"true", "false", "yes", "no", "on", "off", "y", "n"}) {
            ambiguous = ambiguous || lower == word;
        }
        if (!node->quoted && ambiguous) {
            fail(errc::wrong_type, "Field " + std::string(key) + " looks like a number or a boolean; put it in quotes", node->where);
            return std::nullopt;
        }
        return value;
    }

    /// A decimal integer in a range.
    std::optional<std::uint32_t> integer(std::string_view key, std::uint32_t low, std::uint32_t high) {
        yaml_node const* const node = map_.find(key);
        if (node == nullptr) {
            return std::nullopt;
        }
        std::uint32_t value = 0;
        std::string const& digits = node->text;
        auto const read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        bool const decimal = node->type == yaml_node::kind::scalar && read.ec == std::errc() &&
                             read.ptr == digits.data() + digits.size() && (digits.size() == 1 || digits[0] != '0');
        if (!decimal || value < low || value > high) {
            std::string const got = node->type == yaml_node::kind::scalar ? digits.substr(0, 32) : std::string("<unset>");
            fail(errc::wrong_type,
                 "Expected Int for field " + std::string(key) + ", got " + got + " (" + std::to_string(low) + " to " +
                     std::to_string(high) + ")",
                 node->where);
            return std::nullopt;
        }
        return value;
    }

    std::optional<bool> truth(std::string_view key) {
        yaml_node const* const node = map_.find(key);
        if (node == nullptr) {
            return std::nullopt;
        }
        std::string const lower = ascii_lower(node->text);
        if (node->type == yaml_node::kind::scalar) {
            if (lower == "true" || (!node->quoted && (lower == "yes" || lower == "on"))) {
                return true;
            }
            if (lower == "false" || (!node->quoted && (lower == "no" || lower == "off"))) {
                return false;
            }
        }
        fail(errc::wrong_type, "Expected Boolean for field " + std::string(key), node->where);
        return std::nullopt;
    }

    /// Texts: a list of them, or one with `|` between them, as Prisma 1 has them in an environment variable.
    std::vector<std::string> texts(std::string_view key) {
        yaml_node const* const node = map_.find(key);
        std::vector<std::string> out;
        if (node == nullptr) {
            return out;
        }
        if (node->type == yaml_node::kind::scalar) {
            for (auto const part : split(node->text, '|')) {
                if (!part.empty()) {
                    out.emplace_back(part);
                }
            }
            return out;
        }
        bool right = node->type == yaml_node::kind::list;
        for (auto const& item : node->items) {
            right = right && item.type == yaml_node::kind::scalar && !item.text.empty();
            out.push_back(item.text);
        }
        if (!right) {
            fail(errc::wrong_type, "Expected a list of texts for field " + std::string(key), node->where);
        }
        return out;
    }

private:
    yaml_node const& map_;
    std::string path_;
    std::vector<error>& problems_;
    std::size_t before_;
};

} // namespace refract::config::detail
