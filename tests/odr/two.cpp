#include <every_header.hpp>

char const* version_in_two();

char const* version_in_two() { return refract::version; }
