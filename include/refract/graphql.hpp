// All of refract/graphql: text to tree and back, the type system, validation, coercion, introspection.
#pragma once

#include <refract/graphql/ast.hpp>
#include <refract/graphql/parse.hpp>
#include <refract/graphql/schema.hpp>
