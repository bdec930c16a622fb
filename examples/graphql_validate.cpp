// Validates a document against a schema, both in files.
//   graphql_validate schema.graphql query.graphql
#include <refract/graphql/build_schema.hpp>
#include <refract/graphql/parse.hpp>
#include <refract/graphql/validate.hpp>

#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

namespace {

std::string read(char const* path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

int fail(char const* path, refract::error const& e) {
    std::cerr << path << ':' << e.where.line << ':' << e.where.column << ": " << e.message << '\n';
    return 1;
}

} // namespace

int main(int argc, char** argv) {
    namespace graphql = refract::graphql;
    if (argc != 3) {
        std::cerr << "usage: graphql_validate SCHEMA DOCUMENT\n";
        return 2;
    }
    auto const schema = graphql::build_schema(read(argv[1])); // keeps its own text
    if (!schema) {
        return fail(argv[1], schema.failure());
    }
    auto const text = read(argv[2]); // the document refers to it
    auto const document = graphql::parse(text);
    if (!document) {
        return fail(argv[2], document.failure());
    }
    graphql::validate_options options;
    options.style = graphql::message_style::graphql_js;
    options.rules = graphql::rule_set(options.style);
    auto const violations = graphql::validate(*schema, *document, options);
    for (auto const& v : violations) {
        std::cout << argv[2];
        for (auto const& at : v.locations) {
            std::cout << ':' << at.line << ':' << at.column;
        }
        std::cout << ": " << v.message << '\n';
    }
    std::cout << (violations.empty() ? "valid\n" : "not valid\n");
    return violations.empty() ? 0 : 1;
}
