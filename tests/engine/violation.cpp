// Test that the header is self-contained.
#include <refract/datamodel/sdl.hpp>
#include <refract/engine/violation.hpp>

#include <catch2/catch.hpp>

using namespace refract;

TEST_CASE("engine::to_write_failure: constraints become fields", "[engine][violation]") {
    auto const parsed = datamodel::parse_sdl(
        R"(type User { key: ID! @id email: String! @unique @db(name: "mail") name: String
             averyveryveryverylongfieldnamethatdoesnotfit: String @unique })",
        datamodel::postgres_capabilities
    );
    REQUIRE(parsed.ok());
    sql::target const t{&parsed.model, "svc$dev", &sql::postgres};
    struct {
        char const* constraint;
        char const* table;
        char const* column;
        char const* field; ///< null: internal
    } const cases[] = {
        {"svc$dev.User.mail._UNIQUE", "User", "", "email"},
        {"User_pkey", "User", "", "key"},
        {"User_mail_key", "User", "", "email"},
        {"svc$dev.User.averyveryveryverylongfieldnamethatdoesnotfit._UNIQ", "User", "",
         "averyveryveryverylongfieldnamethatdoesnotfit"},
        {"", "User", "mail", "email"},
        {"svc$dev.User.mail._UNIQUE", "Other", "", nullptr},
        {"something", "User", "", nullptr},
        {"", "User", "name", nullptr},
    };
    for (auto const& c : cases) {
        db::error e;
        e.kind = db::error_kind::unique_violation;
        e.constraint = c.constraint;
        e.table = c.table;
        e.column = c.column;
        INFO(c.constraint << ' ' << c.column);
        auto const f = engine::to_write_failure(e, t, {0, engine::write_context::use::insert});
        CHECK((f.kind == plan::failure_kind::unique_violation) == (c.field != nullptr));
        CHECK(f.field == (c.field == nullptr ? "" : c.field));
    }
}

TEST_CASE("engine::to_write_failure: who is to blame depends on the statement", "[engine][violation]") {
    datamodel::datamodel const dm;
    sql::target const t{&dm, "", &sql::sqlite};
    using use = engine::write_context::use;
    auto const kind = [&](db::error_kind k, use u) {
        db::error e;
        e.kind = k;
        return engine::to_write_failure(e, t, {datamodel::none, u}).kind;
    };
    CHECK(kind(db::error_kind::foreign_key_violation, use::insert) == plan::failure_kind::foreign_key_violation);
    CHECK(kind(db::error_kind::foreign_key_violation, use::other) == plan::failure_kind::internal);
    CHECK(kind(db::error_kind::null_violation, use::update) == plan::failure_kind::null_violation);
    CHECK(kind(db::error_kind::null_violation, use::other) == plan::failure_kind::internal);
    CHECK(kind(db::error_kind::unique_violation, use::insert) == plan::failure_kind::internal);
    CHECK(kind(db::error_kind::queue_full, use::insert) == plan::failure_kind::overloaded);
}

TEST_CASE("engine::printed: values as error messages print them", "[engine][violation]") {
    CHECK(engine::printed(db::value::text("a'b")) == "a'b");
    CHECK(engine::printed(db::value::integer(-3)) == "-3");
    CHECK(engine::printed(db::value::boolean(true)) == "true");
    CHECK(engine::printed(db::value::decimal("1.5")) == "1.5");
    CHECK(engine::printed(db::value::date_time(1'451'606'400'000)) == "2016-01-01T00:00:00.000Z");
    CHECK(engine::printed({}) == "null");
}
