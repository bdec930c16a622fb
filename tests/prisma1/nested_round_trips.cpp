// Test that the header is self-contained.
#include <refract/engine/write.hpp>

#include "counted_store.hpp"

using namespace refract::test;

namespace {

/// Every shape of a relation: to-many and to-one, with the key at either end or in a table.
constexpr std::string_view sdl = R"(
type Root { id: ID! @id name: String! @unique
            items: [Item] @relation(name: "Items", link: TABLE) rows: [Child] @relation(name: "Rows") }
type Item { id: ID! @id key: String! @unique root: Root @relation(name: "Items")
            tags: [String] @scalarList(strategy: RELATION)
            manyIn: [Child] @relation(name: "ManyIn") manyTable: [Child] @relation(name: "ManyTable", link: TABLE)
            oneIn: Child @relation(name: "OneIn", link: INLINE) oneBack: Child @relation(name: "OneBack")
            oneTable: Child @relation(name: "OneTable", link: TABLE)
            owned: [Owner] @relation(name: "Owned", link: TABLE) notes: [Note] }
type Child { id: ID! @id key: String! @unique value: Int
             tags: [String] @scalarList(strategy: RELATION) root: Root @relation(name: "Rows", link: INLINE)
             manyInOf: Item @relation(name: "ManyIn", link: INLINE) manyTableOf: [Item] @relation(name: "ManyTable")
             oneInOf: Item @relation(name: "OneIn") oneBackOf: Item @relation(name: "OneBack", link: INLINE)
             oneTableOf: Item @relation(name: "OneTable") store: Store @relation(name: "Stored", link: INLINE) }
type Store { id: ID! @id name: String! @unique children: [Child] @relation(name: "Stored") }
type Owner { id: ID! @id key: String! @unique item: Item @relation(name: "Owned")
             parts: [Part] @relation(name: "Parts", onDelete: CASCADE) }
type Part { id: ID! @id owner: Owner! @relation(name: "Parts", link: INLINE) bits: [Bit] @relation(name: "Bits", onDelete: CASCADE) }
type Bit { id: ID! @id text: String part: Part! @relation(name: "Bits", link: INLINE) }
type Note { id: Int! @id text: String! item: Item @relation(link: INLINE) words: [String] @scalarList(strategy: RELATION) }
)";

std::string replaced(std::string text, std::string const& what, std::string const& by) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
        text.replace(at, what.size(), by);
    }
    return text;
}

/// `@` stands for the number of the item, `%` for the round.
std::string text_of(std::string text, std::size_t item, std::string const& round) {
    return replaced(replaced(std::move(text), "@", std::to_string(item)), "%", round);
}

struct action {
    std::string_view name;
    std::string_view there; ///< what hangs on the item before; empty: nothing
    std::string_view json;  ///< what is done
    std::string_view left;  ///< a filter on items that all of them meet afterwards
};

constexpr action to_many[] = {
    {"create", "", R"({"create":[{"key":"%n@","tags":{"set":["a","b"]}},{"key":"%m@"}]})", R"({"F_some":{"key":"%n@"}})"},
    {"connect", "", R"({"connect":[{"key":"%s@"}]})", R"({"F_some":{"key":"%s@"}})"},
    {"disconnect", "%c@", R"({"disconnect":[{"key":"%c@"}]})", R"({"F_none":{"key":"%c@"}})"},
    {"set", "%c@", R"({"set":[{"key":"%s@"}]})", R"({"F_every":{"key":"%s@"},"F_some":{"key":"%s@"}})"},
    {"update", "%c@", R"({"update":[{"where":{"key":"%c@"},"data":{"value":7,"tags":{"set":["x"]}}}]})",
     R"({"F_some":{"value":7}})"},
    {"upsert, there", "%c@", R"({"upsert":[{"where":{"key":"%c@"},"create":{"key":"%n@"},"update":{"value":7}}]})",
     R"({"F_some":{"key":"%c@","value":7}})"},
    {"upsert, new", "%c@",
     R"({"upsert":[{"where":{"key":"%n@"},"create":{"key":"%n@","tags":{"set":["x"]}},"update":{"value":7}}]})",
     R"({"F_some":{"key":"%n@"}})"},
    {"delete", "%c@", R"({"delete":[{"key":"%c@"}]})", R"({"F_none":{"key":"%c@"}})"},
    {"updateMany", "%c@", R"({"updateMany":[{"where":{"key_starts_with":"%"},"data":{"value":7}}]})",
     R"({"F_some":{"value":7}})"},
    {"deleteMany", "%c@", R"({"deleteMany":[{"key_starts_with":"%"}]})", R"({"F_none":{"key":"%c@"}})"},
};

constexpr action to_one[] = {
    {"create", "%c@", R"({"create":{"key":"%n@","tags":{"set":["a","b"]}}})", R"({"F":{"key":"%n@"}})"},
    {"connect", "%c@", R"({"connect":{"key":"%s@"}})", R"({"F":{"key":"%s@"}})"},
    {"disconnect", "%c@", R"({"disconnect":true})", R"({"F":null})"},
    {"update", "%c@", R"({"update":{"value":7,"tags":{"set":["x"]}}})", R"({"F":{"value":7}})"},
    {"upsert, there", "%c@", R"({"upsert":{"create":{"key":"%n@"},"update":{"value":7}}})", R"({"F":{"key":"%c@","value":7}})"},
    {"upsert, new", "", R"({"upsert":{"create":{"key":"%n@","tags":{"set":["x"]}},"update":{"value":7}}})",
     R"({"F":{"key":"%n@"}})"},
    {"delete", "%c@", R"({"delete":true})", R"({"F":null})"},
};

/// Other fields of an item: what is there before, too, is JSON.
constexpr action others[] = {
    {"tags", R"({"set":["a"]})", R"({"set":["b","c","d"]})", R"({"key_starts_with":"%"})"},
    {"owned", R"({"create":[{"key":"%o@","parts":{"create":[{"bits":{"create":[{"text":"%"}]}},{}]}}]})",
     R"({"delete":[{"key":"%o@"}]})", R"({"owned_none":{"key":"%o@"}})"},
    {"owned", R"({"create":[{"key":"%o@","parts":{"create":[{"bits":{"create":[{"text":"%"}]}},{}]}}]})",
     R"({"deleteMany":[{"key_starts_with":"%"}]})", R"({"owned_none":{"key":"%o@"}})"},
    {"notes", "", R"({"create":[{"text":"%n@","words":{"set":["x"]}},{"text":"%m@"}]})", R"({"notes_some":{"text":"%n@"}})"},
    {"notes", "", R"({"upsert":[{"where":{"id":0},"create":{"text":"%n@","words":{"set":["x"]}},"update":{"text":"%m@"}}]})",
     R"({"notes_some":{"text":"%n@"}})"},
};

class matrix {
public:
    explicit matrix(store& s) : store_(s) {}

    void run(std::string const& field, action const& a, bool json_before = false) {
        traffic seen[2];
        constexpr std::size_t counts[] = {10, 100}; // a long list: the next test
        for (std::size_t i = 0; i < 2; ++i) {
            auto const round = "r" + std::to_string(++rounds_) + "-";
            prepare(field, a, json_before, counts[i], round);
            seen[i] = act(field, a, counts[i], round);
        }
        INFO(field << ", " << a.name << ": " << seen[0].statements << " and " << seen[1].statements << " statements");
        CHECK(seen[1].round_trips == seen[0].round_trips);
        CHECK(seen[0].round_trips <= 12);
        CHECK(seen[1].statements <= 20 * counts[1]);
    }

private:
    void prepare(std::string const& field, action const& a, bool json_before, std::size_t count, std::string const& round) {
        auto const is_spare_used = a.json.find("%s") != std::string_view::npos;
        auto const spare =
            json_list(is_spare_used ? count : 1, [&](std::size_t i) { return text_of(R"({"key":"%s@"})", i, round); });
        must(
            "mutation($d: StoreCreateInput!) { a: createStore(data: $d) { name } }",
            R"({"name":")" + round + R"(","children":{"create":)" + spare + "}}"
        );
        auto const items = json_list(count, [&](std::size_t i) {
            auto const key = text_of(R"({"key":"%i@")", i, round);
            if (a.there.empty()) {
                return key + "}";
            }
            auto const before = json_before               ? std::string(a.there)
                                : field.find("many") == 0 ? R"({"create":[{"key":")" + std::string(a.there) + R"("}]})"
                                                          : R"({"create":{"key":")" + std::string(a.there) + R"("}})";
            return key + ",\"" + field + "\":" + text_of(before, i, round) + "}";
        });
        must(
            "mutation($d: RootCreateInput!) { a: createRoot(data: $d) { name } }",
            R"({"name":")" + round + R"(","items":{"create":)" + items + "}}"
        );
    }

    traffic act(std::string const& field, action const& a, std::size_t count, std::string const& round) {
        auto const updates = json_list(count, [&](std::size_t i) {
            return text_of(R"({"where":{"key":"%i@"},"data":{")" + field + "\":" + std::string(a.json) + "}}", i, round);
        });
        must(
            "mutation($d: RootUpdateInput!) { a: updateRoot(where: {name: \"" + round + "\"}, data: $d) { name } }",
            R"({"items":{"update":)" + updates + "}}"
        );
        auto const seen = store_.seen();
        // One filter for all: of each item only the own number would be looked for.
        auto const left = text_of(replaced(std::string(a.left), "F", field), count - 1, round);
        auto const found = store_.ask(
            "query($w: ItemWhereInput) { items(where: $w) { key } }",
            R"({"w":{"AND":[)" + left + R"(,{"key":")" + round + "i" + std::to_string(count - 1) + R"("}]}})"
        );
        CHECK(found == R"({"data":{"items":[{"key":")" + round + "i" + std::to_string(count - 1) + R"("}]}})");
        return seen;
    }

    void must(std::string const& query, std::string const& data) {
        auto const answer = store_.ask(query, "{\"d\":" + data + "}");
        if (answer.rfind(R"({"data":{"a":{"name":")", 0) != 0) {
            FAIL(answer.substr(0, 500));
        }
    }

    store& store_;
    std::size_t rounds_ = 0;
};

} // namespace

TEST_CASE("engine::run_write: nested writes of many records wait as often as of few", "[prisma1][write]") {
    on_each(sdl, [](store& s) {
        matrix m(s);
        for (std::string const field : {"manyIn", "manyTable"}) {
            for (auto const& a : to_many) {
                m.run(field, a);
            }
        }
        for (std::string const field : {"oneIn", "oneBack", "oneTable"}) {
            for (auto const& a : to_one) {
                m.run(field, a);
            }
        }
        for (auto const& a : others) {
            m.run(std::string(a.name), a, true);
        }
        CHECK(s.ask("{ bits { text } parts { id } owners { id } }") == R"({"data":{"bits":[],"parts":[],"owners":[]}})");
    });
}

TEST_CASE("engine::run_write: a long list of one record waits as often as a short one", "[prisma1][write]") {
    on_each(sdl, [](store& s) {
        struct {
            std::string name, json;
        } const actions[] = {
            {"create", R"({"key":"%c@"})"},
            {"connect", R"({"key":"%c@"})"},
            {"update", R"({"where":{"key":"%c@"},"data":{"D":{"set":["x"]}}})"},
            {"upsert", R"({"where":{"key":"%c@"},"create":{"key":"%n@"},"update":{"D":{"set":["y"]}}})"},
            {"upsert", R"({"where":{"key":"%n@"},"create":{"key":"%n@","D":{"set":["y"]}},"update":{}})"},
            {"set", R"({"key":"%c@"})"},
            {"disconnect", R"({"key":"%c@"})"},
            {"set", R"({"key":"%n@"})"},
            {"delete", R"({"key":"%n@"})"},
            {"updateMany", R"({"where":{"key_in":["%n@"]},"data":{"D":{"set":["y"]}}})"},
            {"deleteMany", R"({"key_in":["%n@"]})"},
        };
        for (std::string const field : {"items", "rows"}) {
            std::vector<traffic> seen[2];
            constexpr std::size_t counts[] = {10, 1000};
            for (std::size_t n = 0; n < 2; ++n) {
                auto const round = field + std::to_string(n);
                s.ask("mutation { createRoot(data: {name: \"" + round + "\"}) { name } }");
                for (auto const& a : actions) {
                    auto const list =
                        json_list(counts[n], [&](std::size_t i) { return text_of(replaced(a.json, "D", "tags"), i, round); });
                    auto const answer = s.ask(
                        "mutation($d: RootUpdateInput!) { updateRoot(where: {name: \"" + round + "\"}, data: $d) { name } }",
                        R"({"d":{")" + field + R"(":{")" + a.name + "\":" + list + "}}}"
                    );
                    seen[n].push_back(s.seen());
                    INFO(a.name);
                    CHECK(answer == R"({"data":{"updateRoot":{"name":")" + round + R"("}}})");
                }
            }
            for (std::size_t i = 0; i < seen[0].size(); ++i) {
                INFO(
                    field << ", " << actions[i].name << ": " << seen[0][i].statements << " and " << seen[1][i].statements
                          << " statements"
                );
                CHECK(seen[1][i].round_trips == seen[0][i].round_trips);
                CHECK(seen[0][i].round_trips <= 8);
                CHECK(seen[1][i].statements <= 6 * 1000);
            }
        }
    });
}

TEST_CASE(
    "engine::run_write: a list whose items change what later ones find is written as one after the other", "[prisma1][write]"
) {
    on_each(sdl, [](store& s) {
        s.ask(
            R"(mutation { createRoot(data: {name: "r", rows: {create: [{key: "a", value: 1}, {key: "b", value: 2}]}}) { name } })"
        );
        auto const rows = [&](std::string const& actions) {
            return s.ask(
                "mutation { updateRoot(where: {name: \"r\"}, data: {rows: " + actions +
                "}) { rows(orderBy: value_ASC) { key value } } }"
            );
        };
        // The second finds what the first renamed.
        CHECK(
            rows(R"({update: [{where: {key: "a"}, data: {key: "c"}}, {where: {key: "c"}, data: {value: 3}}]})") ==
            R"({"data":{"updateRoot":{"rows":[{"key":"b","value":2},{"key":"c","value":3}]}}})"
        );
        // The second creates, as the first took the key away.
        CHECK(
            rows(R"({upsert: [{where: {key: "b"}, create: {key: "x"}, update: {key: "d"}},
                              {where: {key: "b"}, create: {key: "b", value: 4}, update: {value: 9}}]})") ==
            R"({"data":{"updateRoot":{"rows":[{"key":"d","value":2},{"key":"c","value":3},{"key":"b","value":4}]}}})"
        );
        // The second updates what the first created.
        CHECK(
            rows(R"({upsert: [{where: {key: "e"}, create: {key: "e", value: 5}, update: {}},
                              {where: {key: "e"}, create: {key: "e"}, update: {value: 6}}]})") ==
            R"({"data":{"updateRoot":{"rows":[{"key":"d","value":2},{"key":"c","value":3},{"key":"b","value":4},{"key":"e","value":6}]}}})"
        );
        auto const renamed = rows(R"({update: [{where: {key: "e"}, data: {key: "f"}}], delete: [{key: "e"}, {key: "d"}]})");
        CHECK(renamed.find("No Node for the model Child with value e for key found.") != std::string::npos);
        auto const twice = rows(R"({delete: [{key: "e"}, {key: "e"}]})");
        CHECK(twice.find("No Node for the model Child with value e for key found.") != std::string::npos);
        auto const taken = rows(
            R"({upsert: [{where: {key: "zz"}, create: {key: "e"}, update: {}}, {where: {key: "yy"}, create: {key: "d"}, update: {}}]})"
        );
        CHECK(taken.find("A unique constraint would be violated on Child. Details: Field name = key") != std::string::npos);
        CHECK(
            s.ask("{ children(orderBy: value_ASC) { key value } }") ==
            R"({"data":{"children":[{"key":"d","value":2},{"key":"c","value":3},{"key":"b","value":4},{"key":"e","value":6}]}})"
        );
    });
}
