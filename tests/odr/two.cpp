#include <every_header.hpp>

char const* const* version_in_two();

char const* const* version_in_two() { return &refract::version; }
