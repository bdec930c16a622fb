// YAML as configuration needs it: one document, located, bounded, no surprises.
// See: config/server_config.hpp.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/location.hpp>
#include <refract/core/result.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace refract::config {

/// Bounds on a configuration text.
struct yaml_limits {
    std::size_t max_bytes = 1U << 20U;      ///< of the text (1 MiB)
    std::size_t max_line_bytes = 64U << 10U; ///< of one line
    std::size_t max_key_bytes = 1'024;      ///< of one key, as YAML itself demands
    std::uint32_t max_nodes = 10'000;       ///< values and keys, aliases expanded
    std::uint32_t max_aliases = 16;         ///< uses of `*name`
    std::uint32_t max_anchors = 64;         ///< definitions of `&name`
    std::uint32_t max_depth = 64;           ///< nesting of maps and lists
};

struct yaml_entry;

/// A value of a YAML document.
struct yaml_node {
    enum class kind : std::uint8_t {
        null,   ///< empty, `null` or `~`
        scalar, ///< text; what it means is up to the reader
        list,
        map,
    };

    kind type = kind::null;
    bool quoted = false;               ///< a scalar in quotes or a block scalar: text whatever it looks like
    std::string text{};                ///< of a scalar
    std::vector<yaml_node> items;      ///< of a list
    std::vector<yaml_entry> entries;   ///< of a map, in the order of the text; keys are unique
    location where{};

    /// The value of a key of a map, or null.
    REFRACT_DECL yaml_node const* find(std::string_view key) const noexcept;
};

/// A key of a map and its value.
struct yaml_entry {
    std::string key{};
    location where{};
    yaml_node value{};
};

/// Reads the one document of a YAML text.
///
/// Shape: UTF-8, a byte order mark is skipped. Keys are texts. Aliases are expanded. Refused, since a configuration is
/// better without: tags, directives but `%YAML 1.x`, merge keys, a second document, tabs that indent.
/// Units: `column` counts characters.
/// Errors: errc::yaml_syntax, errc::duplicate_key, errc::invalid_utf8, errc::limit_exceeded; always located. Messages
/// never repeat values.
/// Cost: linear in the text and in the expanded nodes, both bounded.
/// Source: YAML 1.2.2  https://yaml.org/spec/1.2.2/
REFRACT_DECL result<yaml_node> parse_yaml(std::string_view text, yaml_limits const& limits = {});

} // namespace refract::config

#ifdef REFRACT_HEADER_ONLY
#include <refract/config/impl/yaml.ipp>
#endif
