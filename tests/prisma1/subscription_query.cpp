// Test that the header is self-contained.
#include <refract/prisma1/subscription_query.hpp>

#include <refract/datamodel/sdl.hpp>
#include <refract/prisma1/api.hpp>

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace refract;

TEST_CASE("prisma1::check_subscription_query: what is said against it", "[prisma1][subscription_query]") {
    auto parsed = datamodel::parse_sdl("type User { id: ID! @id name: String! }", datamodel::sqlite_capabilities);
    REQUIRE(parsed.ok());
    auto const api = prisma1::build_api_schema(parsed.model);
    struct {
        char const* query;
        std::vector<std::string> expected; ///< starts of the texts
    } const cases[] = {
        {"subscription { user(where: {mutation_in: [CREATED]}) { mutation node { id name } previousValues { name } updatedFields } }", {}},
        {"subscription { user(where: {mutation_in: [CREATED], node: {name_contains: \"a\"}}) { node { id } } }", {}},
        {"subscription { user { node { id } }", {"The subscription query is invalid GraphQL."}},
        {"", {"The subscription query is invalid GraphQL."}},
        {"query { users { id } }",
         {"The provided query doesn't include any known model name. Please check for the latest subscriptions API."}},
        {"subscription { post { node { id } } }",
         {"The provided query doesn't include any known model name. Please check for the latest subscriptions API."}},
        {"subscription { user { node { id age } } }", {"Cannot query field 'age' on type 'User'."}},
        {"subscription { user(where: {mutation_in: [MADE]}) { node { id nothing } } }",
         {"Argument 'where' expected type 'UserSubscriptionWhereInput' but got:", "Cannot query field 'nothing' on type 'User'."}},
    };
    for (auto const& c : cases) {
        INFO(c.query);
        auto const told = prisma1::check_subscription_query(c.query, api, parsed.model);
        REQUIRE(told.size() == c.expected.size());
        for (std::size_t i = 0; i < told.size(); ++i) {
            CHECK_THAT(told[i], Catch::StartsWith(c.expected[i]));
        }
    }
    parsed.model.models[0].is_embedded = true;
    CHECK(prisma1::check_subscription_query(cases[0].query, api, parsed.model) ==
          std::vector<std::string>{"Subscriptions on embedded types are not allowed."});
}
