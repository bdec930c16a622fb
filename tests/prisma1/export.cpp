// Test that the header is self-contained.
#include <refract/prisma1/export.hpp>

#include "ndf_fixture.hpp"

using namespace refract::test;

namespace {

constexpr std::string_view model = R"(
type Model0 { id: ID! @id a: String b: Int top: [Model0] @relation(name: "My") bottom: [Model0] @relation(name: "My") one: Model1 @relation(link: INLINE) }
type Model1 { id: ID! @id a: String listField: [Int] @scalarList(strategy: RELATION) zero: Model0 two: Model2 @relation(link: TABLE) }
type Model2 { id: ID! @id name: String }
)";

std::string const finished = R"("cursor":{"table":-1,"row":-1,"field":-1,"array":-1},"isFull":false})";
std::string const nothing = R"({"out":{"jsonElements":[],"size":0},)" + finished;

void fill(service_fixture& s) {
    REQUIRE(send_import(s, "nodes", R"([{"_typeName":"Model0","id":"2","a":"x","b":null},{"_typeName":"Model0","id":"1","b":-7},
        {"_typeName":"Model1","id":"3"},{"_typeName":"Model2","id":"4","name":"n"}])") == "[]");
    REQUIRE(send_import(s, "lists", R"([{"_typeName":"Model1","id":"3","listField":[5,6]},{"_typeName":"Model1","id":"3","listField":[7]}])") == "[]");
    REQUIRE(send_import(s, "relations", R"([
        [{"_typeName":"Model0","id":"1","fieldName":"top"},{"_typeName":"Model0","id":"2","fieldName":"bottom"}],
        [{"_typeName":"Model1","id":"3","fieldName":"zero"},{"_typeName":"Model0","id":"2","fieldName":"one"}],
        [{"_typeName":"Model2","id":"4","fieldName":null},{"_typeName":"Model1","id":"3","fieldName":"two"}]])") == "[]");
}

} // namespace

TEST_CASE("prisma1::export_page: elements", "[prisma1][export]") {
    service_fixture s(model);
    fill(s);
    std::string const nodes = R"({"_typeName":"Model0","id":"1","b":-7},{"_typeName":"Model0","id":"2","a":"x"},)"
                              R"({"_typeName":"Model1","id":"3"},{"_typeName":"Model2","id":"4","name":"n"})";
    CHECK(send_export(s, "nodes") == R"({"out":{"jsonElements":[)" + nodes + R"(],"size":)" + std::to_string(nodes.size() - 3) + "}," + finished);
    std::string const lists = R"({"_typeName":"Model1","id":"3","listField":[5,6,7]})";
    CHECK(send_export(s, "lists") == R"({"out":{"jsonElements":[)" + lists + R"(],"size":)" + std::to_string(lists.size()) + "}," + finished);
    std::string const relations = R"([{"_typeName":"Model0","id":"1","fieldName":"top"},{"_typeName":"Model0","id":"2","fieldName":"bottom"}],)"
                                  R"([{"_typeName":"Model2","id":"4"},{"_typeName":"Model1","id":"3","fieldName":"two"}],)"
                                  R"([{"_typeName":"Model1","id":"3","fieldName":"zero"},{"_typeName":"Model0","id":"2","fieldName":"one"}])";
    CHECK(send_export(s, "relations") == R"({"out":{"jsonElements":[)" + relations + R"(],"size":)" + std::to_string(relations.size() - 2) + "}," + finished);
    CHECK(send_export(s, "nodes", 0, 1).find(R"("jsonElements":[{"_typeName":"Model0","id":"2")") != std::string::npos);
}

TEST_CASE("prisma1::export_page: nothing to export", "[prisma1][export]") {
    service_fixture s(model);
    for (auto const* kind : {"nodes", "lists", "relations", "nonsense"}) {
        CHECK(send_export(s, kind) == nothing);
    }
    CHECK(send_export(s, "nodes", 17, 0) == nothing);
    CHECK(send_export(s, "nodes", -1, -1) == nothing);
}

TEST_CASE("prisma1::export_page: pages", "[prisma1][export]") {
    refract::prisma1::service_options options;
    options.bounds.max_export_characters = 1000;
    service_fixture s(model, options);
    std::string values = "[";
    std::string list;
    for (int i = 100; i < 1600; ++i) {
        values += R"({"_typeName":"Model0","id":")" + std::to_string(i + 10000) + R"("},)";
        list += (list.empty() ? "" : ",") + std::to_string(i);
    }
    REQUIRE(send_import(s, "nodes", values + R"({"_typeName":"Model1","id":"1"},{"_typeName":"Model1","id":"2"}])") == "[]");
    REQUIRE(send_import(s, "lists", R"([{"_typeName":"Model1","id":"1","listField":[)" + list + "]}]") == "[]");

    // 35 characters a node: 28 fit.
    CHECK(send_export(s, "nodes").find(R"("size":980},"cursor":{"table":0,"row":28,"field":0,"array":0},"isFull":true})") != std::string::npos);
    std::size_t elements = 0;
    for (auto const& page : export_pages(s, "nodes")) {
        elements += boost::json::parse(page).at("out").at("jsonElements").as_array().size();
    }
    CHECK(elements == 1502);

    // One element that is too long is a page of its own.
    auto const pages = export_pages(s, "lists");
    REQUIRE(pages.size() == 2);
    CHECK(pages[0].find(R"("cursor":{"table":0,"row":1,"field":0,"array":0},"isFull":true})") != std::string::npos);
    CHECK(pages[0].find(list) != std::string::npos);
    CHECK(pages[1] == nothing);
}

TEST_CASE("prisma1::parse_export_request: what is refused", "[prisma1][export]") {
    for (auto const* body : {"[]", "{}", R"({"fileType":"nodes"})", R"({"fileType":"nodes","cursor":{"table":0}})",
                             R"({"fileType":1,"cursor":{"table":0,"row":0}})", R"({"fileType":"nodes","cursor":{"table":"0","row":0}})"}) {
        auto const parsed = refract::prisma1::parse_export_request(body, {});
        REQUIRE_FALSE(parsed);
        CHECK(parsed.failure().code == refract::errc::invalid_value);
    }
    CHECK(refract::prisma1::parse_export_request("{", {}).failure().code == refract::errc::invalid_json);
}
