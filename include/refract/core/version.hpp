// The version of the toolkit and of every program in it. CMake reads these three lines.
#pragma once

#define REFRACT_VERSION_MAJOR 0
#define REFRACT_VERSION_MINOR 1
#define REFRACT_VERSION_PATCH 0

namespace refract {

/// `major.minor.patch`, as printed by `refract-server --version`.
inline constexpr char const* version = "0.1.0";

} // namespace refract
