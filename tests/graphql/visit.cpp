// Test that the headers are self-contained.
#include <refract/graphql.hpp>
#include <refract/graphql/fwd.hpp>
#include <refract/graphql/visit.hpp>

#include <catch2/catch.hpp>

#include "vector_cases.hpp"

using namespace refract;
using graphql::visit_action;
namespace ast = refract::graphql::ast;

namespace {

/// Writes names as they come: `(` on the way in, `)` on the way out.
struct name_writer {
    std::string out;

    void enter(ast::definition const& d) { put("definition", d.name); }
    void enter(ast::selection const& s) {
        put("selection", s.kind == ast::selection_kind::inline_fragment ? s.type_condition : s.name);
    }
    void enter(ast::argument const& a) { put("argument", a.name); }
    void enter(ast::directive const& d) { put("directive", d.name); }
    void enter(ast::value const& v) { put("value", v.text); }
    void enter(ast::variable_definition const& v) { put("variable", v.name); }
    void enter(ast::type_reference const& t) { put("type", t.name); }
    void leave(ast::selection const&) { out += ") "; }
    void leave(ast::definition const&) { out += ") "; }

    void put(std::string_view what, std::string_view name) {
        out.append(what.substr(0, 1)).append(":").append(name);
        out += what == "definition" || what == "selection" ? "( " : " ";
    }
};

/// Counts every node there is.
struct node_counter {
    std::size_t nodes = 0;
    template <class Node> void enter(Node const&) { ++nodes; }
};

struct stopper {
    std::string_view at;
    visit_action action;
    std::string seen;
    visit_action enter(ast::selection const& s) {
        seen += s.name;
        return s.name == at ? action : visit_action::proceed;
    }
};

} // namespace

TEST_CASE("graphql::visit: every node, in the order of the text", "[graphql][visit]") {
    auto const doc = graphql::parse("query Q($a: [Int!] = 1 @b) @c(d: {e: $f}) { g(h: [2]) { ... on I @j { k } } }").value();
    name_writer writer;
    CHECK(graphql::visit(doc, writer));
    CHECK(writer.out == "d:Q( v:a t: t: t:Int v:1 d:b d:c a:d v: v:f s:g( a:h v: v:2 s:I( d:j s:k( ) ) ) ) ");
}

TEST_CASE("graphql::visit: type systems", "[graphql][visit]") {
    auto const text = test::read_vector_file("kitchen_sink_schema.graphql");
    auto const doc = graphql::parse(text).value();
    node_counter counter;
    CHECK(graphql::visit(doc, counter));
    CHECK(counter.nodes > 200);
    auto const scalar = graphql::parse("scalar A @b(c: 1)").value();
    node_counter one; // the definition, the directive, its argument, the value
    CHECK(graphql::visit(scalar.definitions[0], one));
    CHECK(one.nodes == 4);
}

TEST_CASE("graphql::visit: skipping and stopping", "[graphql][visit]") {
    auto const doc = graphql::parse("{ a { b c } d }").value();
    stopper skips{"a", visit_action::skip_children, {}};
    CHECK(graphql::visit(doc, skips));
    CHECK(skips.seen == "ad");
    stopper stops{"b", visit_action::stop, {}};
    CHECK_FALSE(graphql::visit(doc, stops));
    CHECK(stops.seen == "ab");
}
