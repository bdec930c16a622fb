// Compiles a GraphQL query against a Prisma 1 datamodel to SQL text, without a database.
//
//   compile_query                                  a built-in sample, for PostgreSQL and SQLite
//   compile_query DATAMODEL_FILE 'QUERY' [sqlite]  your own
#include <refract/datamodel/sdl.hpp>
#include <refract/graphql/parse.hpp>
#include <refract/graphql/select_operation.hpp>
#include <refract/graphql/validate.hpp>
#include <refract/prisma1/api.hpp>
#include <refract/prisma1/operation.hpp>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace {

constexpr char const* sample_datamodel = R"(
type Artist { id: ID! @id name: String! @unique albums: [Album] }
type Album { id: ID! @id title: String! artist: Artist! tracks: [Track] }
type Track { id: ID! @id name: String! milliseconds: Int! album: Album! }
)";

constexpr char const* sample_query = R"({
  artists(where: { albums_some: { title_contains: "Live" } }, orderBy: name_ASC, first: 20) {
    name
    albums { title tracks(first: 3) { name milliseconds } }
  }
})";

int compile(std::string const& datamodel_text, std::string const& query, refract::sql::dialect const& dialect) {
    using namespace refract;
    auto const parsed = datamodel::parse_sdl(datamodel_text, datamodel::postgres_capabilities);
    for (auto const& problem : parsed.errors) {
        std::fprintf(stderr, "%s: %s\n", problem.type.c_str(), problem.description.c_str());
    }
    if (!parsed.ok()) {
        return 1;
    }
    auto const api = prisma1::build_api_schema(parsed.model);
    auto const document = graphql::parse(query);
    if (!document) {
        auto const& e = document.failure();
        std::fprintf(stderr, "%u:%u: %s\n", e.where.line, e.where.column, e.message.c_str());
        return 1;
    }
    graphql::validate_options options;
    options.checks = prisma1::prisma1_scalars();
    for (auto const& violation : graphql::validate(api, *document, options)) {
        std::fprintf(stderr, "%s\n", violation.message.c_str());
        return 1;
    }
    auto const operation = graphql::select_operation(*document, "");
    if (!operation) {
        std::fprintf(stderr, "%s\n", operation.failure().message.c_str());
        return 1;
    }
    prisma1::api_names const names(parsed.model);
    graphql::variable_values const no_values;
    prisma1::bound_variables const no_variables;
    graphql::field_collector const collector(api, *document, no_values);
    sql::target const target{&parsed.model, "music", &dialect};
    auto const compiled = prisma1::compile_operation(
        {parsed.model, names, api, collector, no_variables.values}, **operation, no_variables, target
    );
    std::printf("-- %s\n", std::string(dialect.name).c_str());
    for (auto const& field : compiled->fields) {
        if (field.kind == prisma1::field_kind::failed) {
            std::fprintf(stderr, "%s: %s\n", field.key.c_str(), field.failed.message.c_str());
            return 1;
        }
        if (!field.read) {
            continue;
        }
        for (auto const& list : field.read->alternatives) {
            for (auto const& level : list.levels) {
                std::printf("%s;\n", level.statement.text.c_str());
            }
        }
    }
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    if (argc >= 3) {
        std::ifstream file(argv[1]);
        if (!file) {
            std::fprintf(stderr, "%s: can't be read\n", argv[1]);
            return 1;
        }
        std::string const text{std::istreambuf_iterator<char>(file), {}};
        bool const sqlite = argc > 3 && std::string_view(argv[3]) == "sqlite";
        return compile(text, argv[2], sqlite ? refract::sql::sqlite : refract::sql::postgres);
    }
    int const first = compile(sample_datamodel, sample_query, refract::sql::postgres);
    return first != 0 ? first : compile(sample_datamodel, sample_query, refract::sql::sqlite);
}
