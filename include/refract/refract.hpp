// The folders that need nothing but the standard library. The others are included by name.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/error.hpp>
#include <refract/core/limits.hpp>
#include <refract/core/result.hpp>
#include <refract/core/version.hpp>
#include <refract/graphql.hpp>
