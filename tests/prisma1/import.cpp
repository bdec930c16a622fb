// Test that the header is self-contained.
#include <refract/prisma1/import.hpp>

#include "ndf_fixture.hpp"

using namespace refract::test;

namespace {

constexpr std::string_view model = R"(
enum Color { RED GREEN }
type Thing {
  id: ID! @id
  createdAt: DateTime! @createdAt
  updatedAt: DateTime! @updatedAt
  text: String
  number: Int
  real: Float
  truth: Boolean
  at: DateTime
  data: Json
  color: Color
  code: String @unique
  texts: [String] @scalarList(strategy: RELATION)
  numbers: [Int] @scalarList(strategy: RELATION)
  reals: [Float] @scalarList(strategy: RELATION)
  truths: [Boolean] @scalarList(strategy: RELATION)
  times: [DateTime] @scalarList(strategy: RELATION)
  datas: [Json] @scalarList(strategy: RELATION)
  colors: [Color] @scalarList(strategy: RELATION)
  up: Thing @relation(name: "Tree", link: INLINE)
  down: [Thing] @relation(name: "Tree")
  tags: [Tag] @relation(name: "TagToThing")
  seen: [Tag] @relation(name: "Seen")
}
type Tag { key: ID! @id name: String things: [Thing] @relation(name: "TagToThing") }
type Plain { id: ID! @id need: String! }
type Counted { id: Int! @id(strategy: SEQUENCE) name: String }
)";

std::string const tag = "1d1bb8ce-0d08-4a83-9a58-c3a1c0b3e8a1";

} // namespace

TEST_CASE("prisma1::import_elements: everything exported comes back the same", "[prisma1][import]") {
    service_fixture s(model);
    REQUIRE(send_import(s, "nodes", R"([
        {"_typeName":"Thing","id":"a","createdAt":"2017-11-29 14:35:13","updatedAt":"2017-11-29T15:35:13.001+0100","text":"q\"\u00e4\ud83d\ude00\n",
         "number":-2147483648,"real":1e-3,"truth":true,"at":"2017-12-05T12:34:23Z","data":{"k":[1,2.5,null,"x"],"e":{}},"color":"GREEN","code":"c1"},
        {"_typeName":"Thing","id":"b","createdAt":"2017-11-29T14:35:13.000Z","updatedAt":"2017-11-29T14:35:13.000Z","real":12345678901234567890,"truth":false,"data":[]},
        {"_typeName":"Tag","id":")" + tag + R"(","name":"t"}])") == "[]");
    REQUIRE(send_import(s, "lists", R"([
        {"_typeName":"Thing","id":"a","texts":["z","","a"],"numbers":[3,1,2],"reals":[0.5,4],"truths":[true,false]},
        {"_typeName":"Thing","id":"a","times":["2017-11-29 14:35:13"],"datas":[{"k":1},[]],"colors":["RED","GREEN","RED"]},
        {"_typeName":"Thing","id":"b","numbers":[9]},{"_typeName":"Thing","id":"a","numbers":[4]}])") == "[]");
    REQUIRE(send_import(s, "relations", R"([
        [{"_typeName":"Thing","id":"b","fieldName":"up"},{"_typeName":"Thing","id":"a","fieldName":"down"}],
        [{"_typeName":"Thing","id":"a"},{"_typeName":"Tag","id":")" + tag + R"(","fieldName":"things"}],
        [{"_typeName":"Thing","id":"b","fieldName":"seen"},{"_typeName":"Tag","id":")" + tag + R"("}]])") == "[]");
    auto const all = [&] {
        return std::vector<std::string>{send_export(s, "nodes"), send_export(s, "lists"), send_export(s, "relations")};
    };
    auto const before = all();
    CHECK(elements_of(before[0]) ==
          R"([{"_typeName":"Thing","id":"a","createdAt":"2017-11-29T14:35:13.000Z","updatedAt":"2017-11-29T14:35:13.001Z",)"
          "\"text\":\"q\\\"\xc3\xa4\xf0\x9f\x98\x80\\n\","
          R"("number":-2147483648,"real":0.001,"truth":true,"at":"2017-12-05T12:34:23.000Z","data":{"k":[1,2.5,null,"x"],"e":{}},"color":"GREEN","code":"c1"},)"
          R"({"_typeName":"Thing","id":"b","createdAt":"2017-11-29T14:35:13.000Z","updatedAt":"2017-11-29T14:35:13.000Z","real":12345678901234567000,"truth":false,"data":[]},)"
          R"({"_typeName":"Tag","id":")" + tag + R"(","name":"t"}])");
    CHECK(before[1].find(R"("numbers":[3,1,2,4]})") != std::string::npos);
    CHECK(s.ask(R"({ thing(where: {id: "b"}) { up { id tags { key } } seen { key } } })") ==
          R"({"data":{"thing":{"up":{"id":"a","tags":[{"key":")" + tag + R"("}]},"seen":[{"key":")" + tag + R"("}]}}})");

    auto reset = refract::prisma1::parse_request_body(R"({"query":"mutation { resetData }"})", {}).value();
    REQUIRE(wait_for(s.service().execute_private(reset.requests.front(), "local:test")).status == 200);
    REQUIRE(elements_of(send_export(s, "nodes")) == "[]");
    CHECK(send_import(s, "nodes", elements_of(before[0])) == "[]");
    CHECK(send_import(s, "lists", elements_of(before[1])) == "[]");
    CHECK(send_import(s, "relations", elements_of(before[2])) == "[]");
    CHECK(all() == before);
}

TEST_CASE("prisma1::import_elements: a missing creation time is now, an unknown one is ignored", "[prisma1][import]") {
    service_fixture s(model);
    CHECK(send_import(s, "nodes", R"([{"_typeName":"Thing","id":"a"},{"_typeName":"Plain","id":"p","need":"x","createdAt":"2017-11-29 14:35:13","updatedAt":"no"}])") == "[]");
    auto const answer = s.ask("{ things { createdAt updatedAt } plains { id } }");
    CHECK(answer.find(R"("createdAt":"20)") != std::string::npos);
    CHECK(answer.find(R"("plains":[{"id":"p"}])") != std::string::npos);
}

TEST_CASE("prisma1::import_elements: valid rows are inserted whatever happens to others", "[prisma1][import]") {
    service_fixture s(model);
    struct {
        std::string_view name, kind, values, errors;
    } const cases[] = {
        {"unknown field", "nodes", R"([{"_typeName":"Thing","id":"1"},{"_typeName":"Thing","id":"2","c":12},{"_typeName":"Thing","id":"3"}])",
         R"(["The model Thing with id 2 has an unknown field 'c' in field list."])"},
        {"wrong types", "nodes", R"([{"_typeName":"Thing","id":"4","number":"x"},{"_typeName":"Thing","id":"5","color":"BLUE"},{"_typeName":"Thing","id":"6","number":2147483648}])",
         R"(["The model Thing with id 4 has an invalid value for field' number'.","The model Thing with id 5 has an invalid value for field' color'.",)"
         R"("The model Thing with id 6 has an invalid value for field' number'."])"},
        {"known id, unique value", "nodes", R"([{"_typeName":"Thing","id":"1"},{"_typeName":"Thing","id":"7","code":"x"},{"_typeName":"Thing","id":"8","code":"x"}])",
         R"(["Failure inserting Thing with Id: 1. Cause: UNIQUE constraint failed: Thing.id",)"},
        {"a value is missing", "nodes", R"([{"_typeName":"Plain","id":"1"},{"_typeName":"Plain","id":"2","need":"x"}])",
         R"(["Failure inserting Plain with Id: 1. Cause: )"},
        {"list of nobody", "lists", R"([{"_typeName":"Thing","id":"zz","numbers":[1]},{"_typeName":"Thing","id":"1","numbers":[2]}])",
         R"(["Failure inserting into listTable Thing_numbers for the id zz for value 1. Cause: )"},
        {"link table", "relations", R"([[{"_typeName":"Thing","id":"zz","fieldName":"tags"},{"_typeName":"Tag","id":"1d1bb8ce-0d08-4a83-9a58-c3a1c0b3e8a1"}]])",
         R"(["Failure inserting into relationtable _TagToThing with ids 1d1bb8ce-0d08-4a83-9a58-c3a1c0b3e8a1 and zz. Cause: )"},
        {"link in a row", "relations", R"([[{"_typeName":"Thing","id":"zz","fieldName":"up"},{"_typeName":"Thing","id":"1"}],[{"_typeName":"Thing","id":"3","fieldName":"up"},{"_typeName":"Thing","id":"1"}]])",
         R"(["Failure inserting into relationtable Thing with ids )"},
    };
    for (auto const& c : cases) {
        INFO(c.name);
        CHECK(send_import(s, c.kind, c.values).substr(0, c.errors.size()) == c.errors);
    }
    CHECK(s.ask("{ things(orderBy: id_ASC) { id numbers up { id } } plains { id } }") ==
          R"({"data":{"things":[{"id":"1","numbers":[2],"up":null},{"id":"3","numbers":[],"up":{"id":"1"}},{"id":"7","numbers":[],"up":null}],"plains":[{"id":"2"}]}})");
}

TEST_CASE("prisma1::import_elements: a request that is none writes nothing", "[prisma1][import]") {
    service_fixture s(model);
    struct {
        std::string_view name, kind, values, failure;
    } const cases[] = {
        {"unknown model", "nodes", R"([{"_typeName":"Thing","id":"1"},{"_typeName":"Nope","id":"1"}])", "205 There is no model with the name 'Nope'."},
        {"no id", "nodes", R"([{"_typeName":"Thing","id":"1"},{"_typeName":"Thing"}])", "205 An element must have the keys '_typeName' and 'id'."},
        {"number as id", "nodes", R"([{"_typeName":"Counted","id":1}])", "205 TypeIdentifier not yet supported in Import as ID. Int"},
        {"no pair", "relations", R"([[{"_typeName":"Thing","id":"1"}]])", "205 A relation must be an array of two elements."},
        {"no field", "relations", R"([[{"_typeName":"Thing","id":"1"},{"_typeName":"Thing","id":"1"}]])",
         "205 A relation must have the key 'fieldName' at one side at least."},
        {"unknown kind", "nonsense", "[]", "205 The key 'valueType' must be \"nodes\", \"lists\" or \"relations\"."},
        {"no array", "nodes", "{}", "205 The key 'values' must be an array."},
        {"no JSON", "nodes", R"([{"_typeName":"Thing","id":"1"},])", "105 "},
    };
    for (auto const& c : cases) {
        DYNAMIC_SECTION(c.name) {
            CHECK(send_import(s, c.kind, c.values).substr(0, c.failure.size()) == c.failure);
            CHECK(s.ask("{ things { id } }") == R"({"data":{"things":[]}})");
        }
    }
}

TEST_CASE("prisma1::import_elements: many rows", "[prisma1][import]") {
    service_fixture s(model);
    std::string nodes = "[";
    for (int i = 0; i < 5000; ++i) {
        nodes += (i > 0 ? "," : "") + std::string(R"({"_typeName":"Thing","id":")") + std::to_string(i % 4999) + R"("})";
    }
    auto const errors = send_import(s, "nodes", nodes + "]");
    CHECK(errors.find("Failure inserting Thing with Id: 0. Cause: ") == 2);
    CHECK(boost::json::parse(errors).as_array().size() == 1);
    CHECK(s.ask("{ thingsConnection { aggregate { count } } }") == R"({"data":{"thingsConnection":{"aggregate":{"count":4999}}}})");
}

TEST_CASE("prisma1::parse_import_request: the texts of the elements", "[prisma1][import]") {
    auto const parsed = refract::prisma1::parse_import_request(
        R"( { "x" : [1,{"y":"]"}] , "v\u0061lues":[ {"a":"}\"]"} ,[[1 , 2]] , 3,"s,\\" , null ], "valueType" : "lists" } )", {}
    );
    REQUIRE(parsed);
    CHECK(parsed->kind == refract::prisma1::ndf_kind::lists);
    CHECK(parsed->elements == std::vector<std::string_view>{R"({"a":"}\"]"})", "[[1 , 2]]", "3", R"("s,\\")", "null"});
    refract::limits few;
    few.max_json_values = 2;
    CHECK(refract::prisma1::parse_import_request(R"({"valueType":"lists","values":[1,2,3]})", few).failure().code == refract::errc::limit_exceeded);
}
