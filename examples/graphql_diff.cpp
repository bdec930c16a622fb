// What clients notice when one schema replaces another. The exit code is 1 if something breaks.
//   graphql_diff old.graphql new.graphql
#include <refract/graphql/build_schema.hpp>
#include <refract/graphql/compare_schemas.hpp>

#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>

namespace graphql = refract::graphql;

namespace {

std::optional<graphql::schema> load(char const* path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        std::cerr << path << ": cannot be read\n";
        return std::nullopt;
    }
    std::string const text{std::istreambuf_iterator<char>(file), {}};
    auto schema = graphql::build_schema(text, {false, true}); // directives nobody defined are no obstacle here
    if (!schema) {
        auto const& e = schema.failure();
        std::cerr << path << ':' << e.where.line << ':' << e.where.column << ": " << e.message << '\n';
        return std::nullopt;
    }
    return std::move(*schema);
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "usage: graphql_diff OLD NEW\n";
        return 2;
    }
    auto const before = load(argv[1]);
    auto const after = load(argv[2]);
    if (!before || !after) {
        return 2;
    }
    auto breaking = 0;
    for (auto const& change : graphql::compare_schemas(*before, *after)) {
        breaking += change.is_breaking() ? 1 : 0;
        std::cout << (change.is_breaking() ? "breaking   " : "dangerous  ") << name(change.kind) << "  " << change.description
                  << '\n';
    }
    std::cout << breaking << " breaking change(s)\n";
    return breaking == 0 ? 0 : 1;
}
