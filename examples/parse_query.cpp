// Parses a GraphQL text and prints it in the canonical layout, or says what is wrong with it and where.
//   parse_query '{ user(id: 1) { name } }'
#include <refract/graphql/parse.hpp>
#include <refract/graphql/print.hpp>

#include <iostream>

int main(int argc, char** argv) {
    std::string_view const text = argc > 1 ? argv[1] : "{ user(id: 1) { name } }";
    auto const doc = refract::graphql::parse(text);
    if (!doc) {
        auto const& error = doc.failure();
        std::cerr << error.where.line << ':' << error.where.column << ": " << error.message << '\n';
        return 1;
    }
    for (auto const& definition : doc->definitions) {
        for (auto const& selection : definition.selections) {
            std::cout << "# " << selection.response_key() << ": " << selection.arguments.size() << " argument(s)\n";
        }
    }
    std::cout << refract::graphql::print(*doc) << '\n';
    return 0;
}
