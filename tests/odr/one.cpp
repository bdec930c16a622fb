#include <every_header.hpp>

char const* const* version_in_two();

// The same inline variable in both units has one address.
int main() { return version_in_two() == &refract::version ? 0 : 1; }
