// All of refract/graphql: text to tree and back, the type system, validation, coercion, introspection.
#pragma once

#include <refract/graphql/arena.hpp>
#include <refract/graphql/ast.hpp>
#include <refract/graphql/build_schema.hpp>
#include <refract/graphql/check_schema.hpp>
#include <refract/graphql/coerce.hpp>
#include <refract/graphql/collect_fields.hpp>
#include <refract/graphql/compare_schemas.hpp>
#include <refract/graphql/fwd.hpp>
#include <refract/graphql/input.hpp>
#include <refract/graphql/introspection.hpp>
#include <refract/graphql/lexer.hpp>
#include <refract/graphql/parse.hpp>
#include <refract/graphql/print.hpp>
#include <refract/graphql/print_schema.hpp>
#include <refract/graphql/schema.hpp>
#include <refract/graphql/select_operation.hpp>
#include <refract/graphql/strip_ignored_characters.hpp>
#include <refract/graphql/suggestion.hpp>
#include <refract/graphql/validate.hpp>
#include <refract/graphql/validate_sdl.hpp>
#include <refract/graphql/visit.hpp>
