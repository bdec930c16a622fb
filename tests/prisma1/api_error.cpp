// Test that the header is self-contained.
#include <refract/prisma1/api_error.hpp>

#include <catch2/catch.hpp>

using namespace refract;
using plan::failure_kind;

TEST_CASE("prisma1::spell: codes and words of the original", "[prisma1][api_error]") {
    struct {
        plan::failure failed;
        int code;
        char const* message;
    } const cases[] = {
        {{failure_kind::record_not_found, "User", "email", "zz"},
         3039,
         "No Node for the model User with value zz for email found."},
        {{failure_kind::not_connected, "P", "id", "1", "R", "C", "id", "2"},
         3041,
         "The relation R has no node for the model P with the value '1' for the field 'id' connected to a node for the model C "
         "with the value '2' for the field 'id'"},
        {{failure_kind::not_connected, "P", "id", "1", "R", "C"},
         3041,
         "The relation R has no node for the model P with the value '1' for the field 'id' connected to a node for the model C "
         "on your mutation path."},
        {{failure_kind::not_connected, "P", "", "", "R", "C", "name", "w"},
         3041,
         "The relation R has no node for the model P connected to a Node for the model C with the value 'w' for the field 'name' "
         "on your mutation path."},
        {{failure_kind::not_connected, "P", "", "", "R", "C"},
         3041,
         "The relation R has no node for the model P connected to a Node for the model C on your mutation path."},
        {{failure_kind::relation_violation, "A", "", "", "R", "B"},
         3042,
         "The change you are trying to make would violate the required relation 'R' between A and B"},
        {{failure_kind::unique_violation, "User", "email"},
         3010,
         "A unique constraint would be violated on User. Details: Field name = email"},
        {{failure_kind::foreign_key_violation},
         3011,
         "You are referencing a node that does not exist. Please check your mutation to make sure you are only creating edges "
         "between existing nodes. Id if available: "},
        {{failure_kind::null_violation, "", "name"},
         3020,
         "You are trying to set a required field to null. If you are using GraphQL arguments, make sure that you specify a value "
         "for all arguments. Fieldname if known: name"},
        {{failure_kind::value_too_long, "", "id"}, 3007, "Value for field id is too long."},
        {{failure_kind::value_refused, "", "", "", "", "", "", "", "A value is out of range.", "22003"},
         3035,
         "The input value violated one or more constraints: A value is out of range."},
        {{failure_kind::negative_argument, "", "first"}, 3026, "The 'first' argument must be non negative"},
        {{failure_kind::negative_argument, "", "last"}, 3027, "The 'last' argument must be non negative"},
        {{failure_kind::negative_argument, "", "skip"}, 3028, "The 'skip' argument must be non negative"},
        {{failure_kind::timeout}, 1000, "The query took too long to process. Either try again later or try a simpler query."},
        {{failure_kind::overloaded}, 1004, "There are too many concurrent queries for this service."},
        {{failure_kind::unavailable}, 1006, "The database is not reachable. Please try again later."},
        {{failure_kind::raw_statement_failed, "", "", "", "", "", "", "", "no such table: x", "1"}, 1, "no such table: x"},
        {{failure_kind::raw_statement_failed, "", "", "", "", "", "", "", "m", "2067"}, 19, "m"},
        {{failure_kind::raw_statement_failed, "", "", "", "", "", "", "", "m", "42P01"}, 1, "m"},
        {{failure_kind::raw_statement_failed, "", "", "", "", "", "", "", "m", "42703"}, 1, "m"},
        {{failure_kind::internal, "", "", "", "", "", "", "", "what", "XX000"}, 0, "what (XX000)"},
    };
    for (auto const& c : cases) {
        auto const spelled = prisma1::spell(c.failed);
        CHECK(spelled.code == c.code);
        CHECK(spelled.message == c.message);
    }
}
