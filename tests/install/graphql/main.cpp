#include <refract/graphql/parse.hpp>

#include <cstdio>

int main() {
    auto const good = refract::graphql::parse("{ user { name } }");
    auto const bad = refract::graphql::parse("{ user ");
    if (!good.has_value() || bad.has_value()) {
        return 1;
    }
    std::printf("graphql: %s\n", bad.failure().message.c_str());
    return 0;
}
