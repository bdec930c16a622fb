#include <refract/graphql/parse.hpp>
#include <refract/sql/fragment.hpp>

#include <cstdio>

int main() {
    auto const good = refract::graphql::parse("{ user { name } }");
    auto const bad = refract::graphql::parse("{ user ");
    if (!good.has_value() || bad.has_value()) {
        return 1;
    }
    refract::sql::fragment text(refract::sql::postgres);
    text.append("SELECT ").identifier("a\"b").append(" WHERE c = ").value(refract::plan::operand::of(refract::db::value::integer(1)));
    if (text.text() != "SELECT \"a\"\"b\" WHERE c = $1") {
        return 1;
    }
    std::printf("graphql: %s\n", bad.failure().message.c_str());
    return 0;
}
