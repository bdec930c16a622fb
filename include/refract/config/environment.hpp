// References to environment variables in a configuration.
// See: config/yaml.hpp, config/server_config.hpp.
#pragma once

#include <refract/config/yaml.hpp>
#include <refract/core/config.hpp>
#include <refract/core/error.hpp>

#include <vector>

namespace refract::config {

/// Looks up an environment variable; null if it is not set. The program passes std::getenv's answer, tests their own.
using environment = char const* (*)(char const* name);

/// Puts the values of environment variables in the place of `${NAME}` in the values of a document; keys are left alone.
///
/// Shape: NAME is letters, digits and `_`, no digit first. `$${` stands for the two characters `${`; any other `$` for itself. It is
/// the parsed value that is changed: a variable's value is text, never YAML, and is not looked at again. It counts as quoted.
/// Inside `{...}` and `[...]`, YAML wants the reference in quotes. `lookup` may be null: then no variable is set.
/// Errors: one for each reference that is ill-formed (errc::yaml_syntax), to a variable that is not set (errc::missing_key), whose
/// value is not UTF-8 (errc::invalid_utf8) or makes the text longer than yaml_limits::max_line_bytes (errc::limit_exceeded); with
/// the place of the text. Messages name the variable and repeat no value.
REFRACT_DECL std::vector<error> expand_environment(yaml_node& document, environment lookup);

} // namespace refract::config

#ifdef REFRACT_HEADER_ONLY
#include <refract/config/impl/environment.ipp>
#endif
