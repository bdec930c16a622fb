// Test that the header is self-contained.
#include <refract/engine/write.hpp>

#include "counted_store.hpp"

using namespace refract::test;

namespace {

/// Two that require each other, and a circle of cascades.
constexpr std::string_view sdl = R"(
type Husband { id: ID! @id name: String! @unique number: Int @unique wife: Wife! @relation(name: "Couple", link: INLINE) }
type Wife { id: ID! @id name: String! @unique husband: Husband! @relation(name: "Couple") }
type House { id: ID! @id name: String! @unique owner: Owner! @relation(name: "Owned", link: INLINE, onDelete: CASCADE) }
type Owner { id: ID! @id name: String! @unique houses: [House] @relation(name: "Owned")
             dog: Dog @relation(name: "Dogs", link: INLINE, onDelete: CASCADE) }
type Dog { id: ID! @id name: String! @unique owners: [Owner] @relation(name: "Dogs", onDelete: CASCADE) }
)";

} // namespace

TEST_CASE("engine::run_write: what is written before a nested action is refused fails first", "[engine][write]") {
    on_each(sdl, [](store& s) {
        s.ask(R"(mutation { createHusband(data: {name: "a", number: 1, wife: {create: {name: "b"}}}) { id } })");
        s.ask(R"(mutation { createHusband(data: {name: "c", wife: {create: {name: "d"}}}) { id } })");
        auto const taken =
            s.ask(R"(mutation { updateHusband(where: {name: "c"}, data: {number: 1, wife: {create: {name: "e"}}}) { id } })");
        CHECK(taken.find("A unique constraint would be violated on Husband. Details: Field name = number") != std::string::npos);
        auto const free =
            s.ask(R"(mutation { updateHusband(where: {name: "c"}, data: {number: 2, wife: {create: {name: "e"}}}) { id } })");
        CHECK(free.find("would violate the required relation 'Couple' between Husband and Wife") != std::string::npos);
        CHECK(
            s.ask(R"({ husbands(orderBy: name_ASC) { number } wives { name } })") ==
            R"({"data":{"husbands":[{"number":1},{"number":null}],"wives":[{"name":"b"},{"name":"d"}]}})"
        );
    });
}

TEST_CASE("engine::run_write: a cascade that leads back leaves the records it came from to their own step", "[engine][write]") {
    on_each(sdl, [](store& s) {
        s.ask(R"(mutation { createHouse(data: {name: "h", owner: {create: {name: "o", dog: {create: {name: "d"}}}}}) { id } })");
        // From the house to the owner, to the dog, and from there back to its other owners: the owner is still required by the
        // house then.
        CHECK(s.ask(R"(mutation { deleteHouse(where: {name: "h"}) { name } })") == R"({"data":{"deleteHouse":{"name":"h"}}})");
        CHECK(s.ask("{ houses { name } owners { name } dogs { name } }") == R"({"data":{"houses":[],"owners":[],"dogs":[]}})");
        // Another owner of the dog goes with it, unless a house of hers requires her.
        s.ask(R"(mutation { createHouse(data: {name: "h", owner: {create: {name: "o", dog: {create: {name: "d"}}}}}) { id } })");
        s.ask(R"(mutation { createOwner(data: {name: "p", dog: {connect: {name: "d"}}}) { id } })");
        s.ask(R"(mutation { createHouse(data: {name: "i", owner: {create: {name: "q", dog: {connect: {name: "d"}}}}}) { id } })");
        auto const required = s.ask(R"(mutation { deleteHouse(where: {name: "h"}) { name } })");
        CHECK(required.find("would violate the required relation 'Owned' between House and Owner") != std::string::npos);
        s.ask(R"(mutation { updateDog(where: {name: "d"}, data: {owners: {disconnect: {name: "q"}}}) { id } })");
        CHECK(s.ask(R"(mutation { deleteHouse(where: {name: "h"}) { name } })") == R"({"data":{"deleteHouse":{"name":"h"}}})");
        CHECK(
            s.ask("{ houses { name } owners { name } dogs { name } }") ==
            R"({"data":{"houses":[{"name":"i"}],"owners":[{"name":"q"}],"dogs":[]}})"
        );
    });
}
