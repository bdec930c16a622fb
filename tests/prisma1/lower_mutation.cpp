// Test that the header is self-contained.
#include <refract/prisma1/lower.hpp>

#include <prisma1/mutated_database.hpp>

namespace {

using refract::prisma1::action;
using refract::test::mutated_database;

constexpr auto family = R"(
type Parent { id: ID! @id name: String! @unique children: [Child] }
type Child { id: ID! @id name: String! @unique note: String rank: Int tags: [String] @scalarList(strategy: RELATION)
  parent: Parent @relation(link: INLINE) updatedAt: DateTime! @updatedAt createdAt: DateTime! @createdAt })";

constexpr auto children = "select c.name, p.name as p from Child c left join Parent p on p.id = c.parent order by c.name";

} // namespace

TEST_CASE(
    "prisma1::lower_mutation: create with ids, defaults, timestamps, lists and nested creates", "[prisma1][lower_mutation]"
) {
    mutated_database db(R"(
enum Role { ADMIN USER }
type User { id: ID! @id email: String! @unique role: Role! @default(value: USER) age: Int @default(value: 3)
  tags: [String] @scalarList(strategy: RELATION) posts: [Post] createdAt: DateTime! @createdAt updatedAt: DateTime! @updatedAt }
type Post { id: ID! @id title: String! author: User! @relation(link: INLINE) cats: [Cat] }
type Cat { id: Int! @id name: String! @unique posts: [Post] })");
    REQUIRE(db.create("User", R"({"email":"a@b.c","tags":{"set":["x","y"]},"posts":{"create":[
              {"title":"T1","cats":{"create":[{"name":"c1"},{"name":"c2"}]}},{"id":"mine","title":"T2"}]}})") == "ok");
    CHECK(db.rows("select email, role, age, createdAt = updatedAt as same, length(id) as l from User") == "a@b.c,USER,3,1,25");
    CHECK(db.rows("select position, value from User_tags order by position") == "1000,x 2000,y");
    CHECK(db.rows("select p.title, u.email from Post p join User u on u.id = p.author order by title") == "T1,a@b.c T2,a@b.c");
    CHECK(db.rows("select id from Post where title = 'T2'") == "mine");
    CHECK(db.rows("select c.name from Cat c join _CatToPost l on l.A = c.id join Post p on p.id = l.B order by 1") == "c1 c2");
    CHECK(db.create("User", R"({"email":"e","age":null})") == "ok");
    CHECK(db.rows("select age from User where email = 'e'") == "null");
}

TEST_CASE("prisma1::lower_mutation: errors told before anything runs", "[prisma1][lower_mutation]") {
    mutated_database db(R"(
type A { id: ID! @id name: String! @unique size: Int! @default(value: 1) other: ID rel: B! @relation(link: INLINE) }
type B { id: ID! @id name: String! @unique as: [A] })");
    struct {
        action what;
        char const* arguments;
        char const* answer;
    } const cases[] = {
        {action::create, R"({"data":{"name":"x","rel":{}}})",
         "3032 The field 'rel' on type 'A' is required. Performing this mutation would violate that constraint"},
        {action::create, R"({"data":{"name":"x","rel":{"connect":null}}})",
         "3032 The field 'rel' on type 'A' is required. Performing this mutation would violate that constraint"},
        {action::create, R"({"data":{"name":"x","size":null,"rel":{"create":{"name":"b"}}}})",
         "3036 The input value null was not valid for field size of type A."},
        {action::create, R"({"data":{"name":"x","id":"12345678901234567890123456","rel":{"create":{"name":"b"}}}})",
         "3007 Value for field id is too long."},
        {action::create, R"({"data":{"name":"x","other":"12345678901234567890123456","rel":{"create":{"name":"b"}}}})",
         "3007 Value for field other is too long."},
        {action::update, R"({"where":{"name":"x"},"data":{"name":null}})",
         "3020 You are trying to set a required field to null. If you are using GraphQL arguments, make sure that you specify a "
         "value for all arguments. Fieldname if known: name"},
        {action::update, R"({"where":{},"data":{}})",
         "3040 You provided an invalid argument for the where selector on A. Please provide exactly one unique field and value."},
        {action::update, R"({"where":{"name":null},"data":{}})",
         "3040 You provided an invalid argument for the where selector on A. Please provide exactly one unique field and value."},
        {action::remove, R"({"where":{"name":"a","id":"b"}})",
         "3045 You provided more than one field for the unique selector on A. If you want that behavior you can use the many "
         "query and combine fields with AND / OR."},
        {action::update, R"({"where":{"name":"zz"},"data":{"name":"q"}})",
         "3039 No Node for the model A with value zz for name found."},
        {action::remove, R"({"where":{"id":"zz"}})", "3039 No Node for the model A with value zz for id found."},
        {action::upsert, R"({"where":{"name":"x"},"create":{"name":"x","rel":{}},"update":{}})",
         "3032 The field 'rel' on type 'A' is required. Performing this mutation would violate that constraint"},
        {action::upsert, R"({"where":{"name":"x"},"create":{"name":"x","rel":{"create":{"name":"b"}}},"update":{"size":null}})",
         "3020 You are trying to set a required field to null. If you are using GraphQL arguments, make sure that you specify a "
         "value for all arguments. Fieldname if known: size"},
        {action::create, R"({"data":{"name":"x","rel":{"connect":{"name":"nobody"}}}})",
         "3039 No Node for the model B with value nobody for name found."},
        {action::create, R"({"data":{"name":"x","rel":{"connect":{"id":"nobody"}}}})",
         "3039 No Node for the model B with value nobody for id found."},
    };
    for (auto const& c : cases) {
        INFO(c.arguments);
        CHECK(db.mutate(c.what, "A", c.arguments) == c.answer);
        CHECK(db.rows("select count(*) as n from A") == "0");
    }
}

TEST_CASE("prisma1::lower_mutation: update changes what is given, updatedAt with it", "[prisma1][lower_mutation]") {
    mutated_database db(family);
    REQUIRE(db.create("Child", R"({"name":"c","note":"n","tags":{"set":["a"]}})") == "ok");
    auto const stamp = [&] { return db.rows("select createdAt < updatedAt as later from Child"); };
    CHECK(db.update("Child", R"({"name":"c"})", "{}") == "ok");
    CHECK(db.update("Child", R"({"name":"c"})", R"({"parent":{"create":{"name":"p"}}})") == "ok");
    CHECK(stamp() == "0");
    CHECK(db.update("Child", R"({"name":"c"})", R"({"tags":{"set":["x","y","z"]}})") == "ok");
    CHECK(stamp() == "1");
    CHECK(db.rows("select value from Child_tags order by position") == "x y z");
    CHECK(db.update("Child", R"({"name":"c"})", R"({"name":"d","note":null,"tags":{"set":null}})") == "ok");
    CHECK(db.rows("select name, note from Child") == "d,null");
    CHECK(db.rows("select count(*) as n from Child_tags") == "0");
    CHECK(db.update("Child", R"({"name":"d"})", R"({"parent":null,"note":"m"})") == "ok");
    CHECK(db.rows(children) == "d,p");
}

TEST_CASE("prisma1::lower_mutation: unique violations name the model at their level", "[prisma1][lower_mutation]") {
    mutated_database db(family);
    REQUIRE(db.create("Child", R"({"id":"c1","name":"c"})") == "ok");
    CHECK(
        db.create("Child", R"({"name":"c"})") == "3010 A unique constraint would be violated on Child. Details: Field name = name"
    );
    CHECK(
        db.create("Child", R"({"id":"c1","name":"d"})") ==
        "3010 A unique constraint would be violated on Child. Details: Field name = id"
    );
    CHECK(
        db.create("Parent", R"({"name":"p","children":{"create":[{"name":"ok"},{"name":"c"}]}})") ==
        "3010 A unique constraint would be violated on Child. Details: Field name = name"
    );
    CHECK(db.rows("select count(*) as n from Parent") == "0");
    CHECK(db.rows(children) == "c,null");
    REQUIRE(db.create("Child", R"({"name":"d"})") == "ok");
    CHECK(
        db.update("Child", R"({"name":"d"})", R"({"name":"c"})") ==
        "3010 A unique constraint would be violated on Child. Details: Field name = name"
    );
    // The check of an earlier step comes first, although both travel together.
    CHECK(
        db.create("Child", R"({"name":"d","parent":{"connect":{"id":"nobody"}}})") ==
        "3010 A unique constraint would be violated on Child. Details: Field name = name"
    );
    CHECK(
        db.create("Parent", R"({"name":"p","children":{"connect":[{"id":"nobody"}],"create":[]}})") ==
        "3039 No Node for the model Child with value nobody for id found."
    );
    CHECK(
        db.create("Child", R"({"name":"e","parent":{"connect":{"id":"nobody"}}})") ==
        "3039 No Node for the model Parent with value nobody for id found."
    );
}

TEST_CASE("prisma1::lower_mutation: upsert runs one branch and checks both", "[prisma1][lower_mutation]") {
    mutated_database db(family);
    auto const upsert = R"({"where":{"name":"c"},"create":{"name":"c","note":"new"},"update":{"note":"old","name":"d"}})";
    CHECK(db.mutate(action::upsert, "Child", upsert) == "ok");
    CHECK(db.rows("select name, note from Child") == "c,new");
    CHECK(db.mutate(action::upsert, "Child", upsert) == "ok");
    CHECK(db.rows("select name, note from Child") == "d,old");
}

TEST_CASE("prisma1::lower_mutation: updateMany and deleteMany", "[prisma1][lower_mutation]") {
    mutated_database db(family);
    REQUIRE(
        db.create(
            "Parent", R"({"name":"p","children":{"create":[{"name":"a","tags":{"set":["t"]}},{"name":"b"},{"name":"c"}]}})"
        ) == "ok"
    );
    CHECK(
        db.mutate(
            action::update_many, "Child", R"({"where":{"name_in":["a","b"]},"data":{"note":"n","tags":{"set":["u","v"]}}})"
        ) == R"({"count":2})"
    );
    CHECK(db.rows("select name, note, createdAt < updatedAt as later from Child order by 1") == "a,n,1 b,n,1 c,null,0");
    CHECK(
        db.rows("select c.name, t.value from Child c join Child_tags t on t.nodeId = c.id order by 1, position") ==
        "a,u a,v b,u b,v"
    );
    CHECK(db.mutate(action::update_many, "Child", R"({"where":{"parent":{"name":"p"}},"data":{"rank":4}})") == R"({"count":3})");
    CHECK(db.mutate(action::update_many, "Child", R"({"data":{}})") == R"({"count":3})");
    CHECK(db.mutate(action::remove_many, "Child", R"({"where":{"name":"zz"}})") == R"({"count":0})");
    CHECK(db.mutate(action::remove_many, "Child", R"({"where":{"parent":{"name":"p"},"name_not":"c"}})") == R"({"count":2})");
    CHECK(db.rows(children) == "c,p");
    CHECK(db.rows("select count(*) as n from Child_tags") == "0");
    CHECK(db.mutate(action::remove_many, "Child", "{}") == R"({"count":1})");
}

TEST_CASE("prisma1::lower_mutation: nested actions of a list", "[prisma1][lower_mutation]") {
    mutated_database db(family);
    auto const p = R"({"name":"p"})";
    REQUIRE(
        db.create("Parent", R"({"id":"P","name":"p","children":{"create":[{"id":"C1","name":"c1"},{"name":"c2"}]}})") == "ok"
    );
    REQUIRE(db.create("Parent", R"({"name":"q","children":{"create":[{"id":"D1","name":"d1"}]}})") == "ok");

    SECTION("create keeps the others; connect moves from the old parent") {
        CHECK(db.update("Parent", p, R"({"children":{"create":[{"name":"c3"}],"connect":[{"name":"d1"},{"id":"C1"}]}})") == "ok");
        CHECK(db.rows(children) == "c1,p c2,p c3,p d1,p");
    }
    SECTION("set replaces, also what create added; duplicates are fine; empty empties") {
        CHECK(
            db.update(
                "Parent", p, R"({"children":{"create":[{"name":"c3"}],"set":[{"name":"d1"},{"name":"c2"},{"name":"c2"}]}})"
            ) == "ok"
        );
        CHECK(db.rows(children) == "c1,null c2,p c3,null d1,p");
        CHECK(
            db.update("Parent", p, R"({"children":{"set":[{"name":"zz"}]}})") ==
            "3039 No Node for the model Child with value zz for name found."
        );
        CHECK(db.update("Parent", p, R"({"children":{"set":[]}})") == "ok");
        CHECK(db.rows(children) == "c1,null c2,null c3,null d1,null");
    }
    SECTION("disconnect") {
        CHECK(db.update("Parent", p, R"({"children":{"disconnect":[{"name":"c1"}]}})") == "ok");
        CHECK(db.rows(children) == "c1,null c2,p d1,q");
        CHECK(
            db.update("Parent", p, R"({"children":{"disconnect":[{"name":"c2"},{"name":"d1"}]}})") ==
            "3041 The relation ChildToParent has no node for the model Parent with the value 'P' for the field 'id' connected to "
            "a node for the model Child with the value 'D1' for the field 'id'"
        );
        CHECK(
            db.update("Parent", p, R"({"children":{"disconnect":[{"id":"zz"}]}})") ==
            "3039 No Node for the model Child with value zz for id found."
        );
        CHECK(db.rows(children) == "c1,null c2,p d1,q");
    }
    SECTION("delete") {
        CHECK(db.update("Parent", p, R"({"children":{"delete":[{"name":"c1"}]}})") == "ok");
        CHECK(db.rows(children) == "c2,p d1,q");
        CHECK(
            db.update("Parent", p, R"({"children":{"delete":[{"id":"D1"}]}})") ==
            "3041 The relation ChildToParent has no node for the model Parent with the value 'P' for the field 'id' connected to "
            "a node for the model Child with the value 'D1' for the field 'id'"
        );
    }
    SECTION("update") {
        CHECK(db.update("Parent", p, R"({"children":{"update":[{"where":{"name":"c1"},"data":{"note":"n"}}]}})") == "ok");
        CHECK(db.rows("select name from Child where note = 'n' and updatedAt > createdAt") == "c1");
        CHECK(
            db.update("Parent", p, R"({"children":{"update":[{"where":{"name":"d1"},"data":{"note":"n"}}]}})") ==
            "3041 The relation ChildToParent has no node for the model Parent connected to a Node for the model Child with the "
            "value 'd1' for the field 'name' on your mutation path."
        );
        CHECK(
            db.update("Parent", p, R"({"children":{"update":[{"where":{"name":"zz"},"data":{"note":"n"}}]}})") ==
            "3039 No Node for the model Child with value zz for name found."
        );
    }
    SECTION("upsert updates what is connected, else creates") {
        auto const upsert = R"({"children":{"upsert":[
            {"where":{"name":"c1"},"create":{"name":"x"},"update":{"note":"up"}},
            {"where":{"name":"new"},"create":{"name":"new"},"update":{"note":"up"}}]}})";
        CHECK(db.update("Parent", p, upsert) == "ok");
        CHECK(db.rows("select name, note from Child order by 1") == "c1,up c2,null d1,null new,null");
        CHECK(
            db.update("Parent", p, R"({"children":{"upsert":[{"where":{"name":"d1"},"create":{"name":"d1"},"update":{}}]}})") ==
            "3010 A unique constraint would be violated on Child. Details: Field name = name"
        );
    }
    SECTION("updateMany and deleteMany reach connected children only, entries in order") {
        CHECK(db.update("Parent", p, R"({"children":{"updateMany":[{"where":{"name_contains":"1"},"data":{"note":"n"}},
                {"where":{"note":"n"},"data":{"rank":7,"tags":{"set":["t"]}}}]}})") == "ok");
        CHECK(db.rows("select name, note, rank from Child order by 1") == "c1,n,7 c2,null,null d1,null,null");
        CHECK(db.rows("select value from Child_tags") == "t");
        CHECK(db.update("Parent", p, R"({"children":{"deleteMany":[{"rank":7},{"name":"zz"}]}})") == "ok");
        CHECK(db.rows(children) == "c2,p d1,q");
        CHECK(db.update("Parent", p, R"({"children":{"deleteMany":[{}]}})") == "ok");
        CHECK(db.rows(children) == "d1,q");
    }
    SECTION("an error undoes everything before it") {
        CHECK(
            db.update("Parent", p, R"({"children":{"create":[{"name":"c3"}],"delete":[{"name":"c1"}],
                "updateMany":[{"where":{"name_starts_with":"c"},"data":{"name":null}}]}})") ==
            "3020 You are trying to set a required field to null. If you are using GraphQL arguments, make sure that you specify "
            "a value for all arguments. Fieldname if known: name"
        );
        CHECK(
            db.update(
                "Parent", p, R"({"name":"other","children":{"create":[{"name":"c3"}],"delete":[{"name":"c1"},{"name":"zz"}]}})"
            ) == "3039 No Node for the model Child with value zz for name found."
        );
        CHECK(db.rows(children) == "c1,p c2,p d1,q");
    }
    SECTION("null and false are nothing to do") {
        CHECK(db.update("Parent", p, R"({"children":{"set":null,"delete":null,"connect":[]}})") == "ok");
        CHECK(db.update("Child", R"({"name":"c1"})", R"({"parent":{"delete":false,"disconnect":false}})") == "ok");
        CHECK(db.rows(children) == "c1,p c2,p d1,q");
    }
}

TEST_CASE("prisma1::lower_mutation: nested actions of a to-one relation", "[prisma1][lower_mutation]") {
    mutated_database db(family);
    REQUIRE(db.create("Child", R"({"id":"C","name":"c"})") == "ok");
    REQUIRE(db.create("Parent", R"({"name":"q"})") == "ok");
    auto const c = R"({"name":"c"})";
    auto const no_parent =
        "3041 The relation ChildToParent has no node for the model Child with the value 'C' for the field 'id' "
        "connected to a node for the model Parent on your mutation path.";
    CHECK(db.update("Child", c, R"({"parent":{"delete":true}})") == no_parent);
    CHECK(db.update("Child", c, R"({"parent":{"disconnect":true}})") == no_parent);
    CHECK(
        db.update("Child", c, R"({"parent":{"update":{"name":"x"}}})") ==
        "3041 The relation ChildToParent has no node for the model Child connected to a Node for the model Parent on your "
        "mutation path."
    );
    auto const upsert = R"({"parent":{"upsert":{"create":{"name":"made"},"update":{"name":"updated"}}}})";
    CHECK(db.update("Child", c, upsert) == "ok");
    CHECK(db.rows(children) == "c,made");
    CHECK(db.update("Child", c, upsert) == "ok");
    CHECK(db.rows(children) == "c,updated");
    CHECK(db.update("Child", c, R"({"parent":{"connect":{"name":"q"}}})") == "ok");
    CHECK(db.rows(children) == "c,q");
    CHECK(db.update("Child", c, R"({"parent":{"disconnect":true}})") == "ok");
    CHECK(db.rows(children) == "c,null");
    CHECK(db.update("Child", c, R"({"parent":{"create":{"name":"r"}}})") == "ok");
    CHECK(db.update("Child", c, R"({"parent":{"delete":true}})") == "ok");
    CHECK(db.rows("select name from Parent order by 1") == "q updated");
    CHECK(db.rows(children) == "c,null");
}

TEST_CASE("prisma1::lower_mutation: one-to-one relations with required ends", "[prisma1][lower_mutation]") {
    auto const violation = "3042 The change you are trying to make would violate the required relation 'CToP' between C and P";
    auto const pairs = "select p.name, c.name as c from P p left join C c on c.id = p.c order by 1";

    SECTION("both required") {
        mutated_database db(R"(type P { id: ID! @id name: String! @unique c: C! @relation(link: INLINE) }
                               type C { id: ID! @id name: String! @unique p: P! })");
        REQUIRE(db.create("P", R"({"name":"p","c":{"create":{"name":"c"}}})") == "ok");
        CHECK(db.update("P", R"({"name":"p"})", R"({"c":{"create":{"name":"d"}}})") == violation);
        CHECK(db.update("P", R"({"name":"p"})", R"({"c":{"connect":{"name":"c"}}})") == violation);
        CHECK(db.create("P", R"({"name":"q","c":{"connect":{"name":"c"}}})") == violation);
        CHECK(db.remove("P", R"({"name":"p"})") == violation);
        CHECK(db.remove("C", R"({"name":"c"})") == violation);
        CHECK(db.update("P", R"({"name":"p"})", R"({"c":{"upsert":{"create":{"name":"d"},"update":{"name":"e"}}}})") == "ok");
        CHECK(db.rows(pairs) == "p,e");
    }
    SECTION("parent required, child not") {
        mutated_database db(R"(type P { id: ID! @id name: String! @unique c: C! @relation(link: INLINE) }
                               type C { id: ID! @id name: String! @unique p: P })");
        REQUIRE(db.create("P", R"({"name":"p","c":{"create":{"name":"c"}}})") == "ok");
        CHECK(db.update("P", R"({"name":"p"})", R"({"c":{"create":{"name":"d"}}})") == "ok");
        CHECK(db.rows(pairs) == "p,d");
        CHECK(db.create("P", R"({"name":"q","c":{"connect":{"name":"d"}}})") == violation);
        CHECK(db.create("P", R"({"name":"q","c":{"connect":{"name":"c"}}})") == "ok");
        CHECK(db.update("C", R"({"name":"c"})", R"({"p":{"disconnect":true}})") == violation);
        CHECK(db.remove("C", R"({"name":"c"})") == violation);
        CHECK(db.remove("P", R"({"name":"q"})") == "ok");
        CHECK(db.remove("C", R"({"name":"c"})") == "ok");
        CHECK(db.mutate(action::remove_many, "C", "{}") == violation);
    }
    SECTION("child required, parent not, key on the child's side") {
        mutated_database db(R"(type P { id: ID! @id name: String! @unique c: C }
                               type C { id: ID! @id name: String! @unique p: P! @relation(link: INLINE) })");
        REQUIRE(db.create("P", R"({"name":"p","c":{"create":{"name":"c"}}})") == "ok");
        REQUIRE(db.create("P", R"({"name":"q","c":{"create":{"name":"d"}}})") == "ok");
        CHECK(db.update("P", R"({"name":"p"})", R"({"c":{"create":{"name":"e"}}})") == violation);
        CHECK(db.update("P", R"({"name":"p"})", R"({"c":{"connect":{"name":"d"}}})") == violation);
        CHECK(db.update("P", R"({"name":"p"})", R"({"c":{"disconnect":true}})") == violation);
        CHECK(db.update("P", R"({"name":"p"})", R"({"c":{"delete":true}})") == "ok");
        CHECK(db.update("P", R"({"name":"p"})", R"({"c":{"connect":{"name":"d"}}})") == "ok");
        CHECK(db.rows("select c.name, p.name as p from C c left join P p on c.p = p.id") == "d,p");
        CHECK(db.remove("P", R"({"name":"p"})") == violation);
        CHECK(db.mutate(action::remove_many, "P", R"({"where":{"name":"q"}})") == R"({"count":1})");
    }
    SECTION("neither required: old links of both go") {
        mutated_database db(R"(type P { id: ID! @id name: String! @unique c: C @relation(link: INLINE) }
                               type C { id: ID! @id name: String! @unique p: P })");
        REQUIRE(db.create("P", R"({"name":"p","c":{"create":{"name":"c"}}})") == "ok");
        REQUIRE(db.create("P", R"({"name":"q","c":{"create":{"name":"d"}}})") == "ok");
        CHECK(db.update("C", R"({"name":"c"})", R"({"p":{"connect":{"name":"q"}}})") == "ok");
        CHECK(db.rows(pairs) == "p,null q,c");
        CHECK(db.update("P", R"({"name":"p"})", R"({"c":{"connect":{"name":"c"}}})") == "ok");
        CHECK(db.rows(pairs) == "p,c q,null");
        CHECK(db.create("P", R"({"name":"r","c":{"connect":{"name":"c"}}})") == "ok");
        CHECK(db.rows(pairs) == "p,null q,null r,c");
    }
}

TEST_CASE("prisma1::lower_mutation: many-to-many and self relations", "[prisma1][lower_mutation]") {
    mutated_database db(R"(
type Post { id: ID! @id name: String! @unique cats: [Cat] related: [Post] @relation(name: "Related") }
type Cat { id: Int! @id name: String! @unique posts: [Post] })");
    auto const links =
        "select p.name, c.name as c from _CatToPost l join Post p on p.id = l.B join Cat c on c.id = l.A order by 1, 2";
    REQUIRE(db.create("Post", R"({"name":"p","cats":{"create":[{"name":"a"},{"name":"b"}]}})") == "ok");
    REQUIRE(
        db.create(
            "Post", R"({"name":"q","cats":{"connect":[{"name":"a"},{"name":"a"}]},"related":{"connect":[{"name":"p"}]}})"
        ) == "ok"
    );
    CHECK(db.rows(links) == "p,a p,b q,a");
    CHECK(db.update("Post", R"({"name":"q"})", R"({"cats":{"connect":[{"name":"a"},{"name":"b"}]}})") == "ok");
    CHECK(db.rows(links) == "p,a p,b q,a q,b");
    CHECK(db.update("Cat", R"({"name":"a"})", R"({"posts":{"disconnect":[{"name":"p"}]}})") == "ok");
    CHECK(db.update("Cat", R"({"name":"b"})", R"({"posts":{"set":[{"name":"q"}]}})") == "ok");
    CHECK(db.rows(links) == "q,a q,b");
    CHECK(
        db.update("Cat", R"({"name":"a"})", R"({"posts":{"disconnect":[{"name":"p"}]}})").substr(0, 31) ==
        "3041 The relation CatToPost has"
    );
    CHECK(db.update("Post", R"({"name":"q"})", R"({"related":{"updateMany":[{"where":{},"data":{"name":"pp"}}]}})") == "ok");
    CHECK(
        db.update("Post", R"({"name":"q"})", R"({"related":{"delete":[{"name":"pp"}]},"cats":{"deleteMany":[{"name":"a"}]}})") ==
        "ok"
    );
    CHECK(db.rows("select name from Post") == "q");
    CHECK(db.rows(links) == "q,b");
    CHECK(db.remove("Post", R"({"name":"q"})") == "ok");
    CHECK(db.rows(links).empty());
}

TEST_CASE("prisma1::lower_mutation: long lists of creates, of all kinds", "[prisma1][lower_mutation]") {
    mutated_database db(R"(
type Album { id: ID! @id name: String! @unique tracks: [Track] labels: [Label] }
type Track { id: ID! @id name: String! @unique note: String album: Album! @relation(link: INLINE) }
type Label { id: ID! @id name: String! @unique tags: [String] @scalarList(strategy: RELATION) albums: [Album] })");
    std::string tracks;
    std::string labels;
    for (int i = 0; i < 203; ++i) {
        auto const name = std::to_string(1000 + i);
        tracks += (i > 0 ? ",{\"name\":\"" : "{\"name\":\"") + name + (i % 50 == 0 ? "\",\"note\":\"n\"}" : "\"}");
        labels += (i > 0 ? ",{\"name\":\"" : "{\"name\":\"") + name + (i % 50 == 0 ? "\",\"tags\":{\"set\":[\"t\"]}}" : "\"}");
    }
    REQUIRE(
        db.create(
            "Album", "{\"name\":\"a\",\"tracks\":{\"create\":[" + tracks + "]},\"labels\":{\"create\":[" + labels + "]}}"
        ) == "ok"
    );
    CHECK(db.rows("select count(*) as n, count(distinct t.id) as d from Track t join Album a on a.id = t.album") == "203,203");
    CHECK(db.rows("select count(*) as n from _AlbumToLabel l join Label b on b.id = l.B join Album a on a.id = l.A") == "203");
    CHECK(db.rows("select count(*) as n from Label_tags") == "5");
    CHECK(
        db.create("Album", R"({"name":"b","tracks":{"create":[{"name":"x"},{"name":"y"},{"name":"x"}]}})") ==
        "3010 A unique constraint would be violated on Track. Details: Field name = name"
    );
}

TEST_CASE("prisma1::lower_mutation: cascading deletes", "[prisma1][lower_mutation]") {
    auto const count = [](mutated_database& db) {
        return db.rows("select (select count(*) from A) as a, (select count(*) from B) as b, (select count(*) from C) as c");
    };
    SECTION("deep, through lists and back to other parents, ending at circles") {
        mutated_database db(R"(
type A { id: ID! @id name: String! @unique bs: [B] @relation(onDelete: CASCADE) tags: [String] @scalarList(strategy: RELATION) }
type B { id: ID! @id name: String! @unique as: [A] @relation(onDelete: CASCADE) c: C @relation(link: INLINE, onDelete: CASCADE) }
type C { id: ID! @id name: String! @unique b: B })");
        REQUIRE(
            db.create("A", R"({"name":"a","tags":{"set":["t"]},"bs":{"create":[{"name":"b","c":{"create":{"name":"c"}}}]}})") ==
            "ok"
        );
        REQUIRE(db.create("A", R"({"name":"a2","bs":{"connect":[{"name":"b"}],"create":[{"name":"b2"}]}})") == "ok");
        REQUIRE(db.create("A", R"({"name":"a3"})") == "ok");
        REQUIRE(count(db) == "3,2,1");
        CHECK(db.remove("A", R"({"name":"a"})") == "ok");
        CHECK(count(db) == "1,0,0");
        CHECK(db.rows("select count(*) as n from A_tags") == "0");
    }
    SECTION("a required relation anywhere refuses all") {
        mutated_database db(R"(
type A { id: ID! @id name: String! @unique bs: [B] @relation(onDelete: CASCADE) }
type B { id: ID! @id name: String! @unique a: A @relation(link: INLINE) c: [C] }
type C { id: ID! @id name: String! @unique b: B! @relation(link: INLINE) })");
        REQUIRE(
            db.create("A", R"({"name":"a","bs":{"create":[{"name":"b"},{"name":"b2","c":{"create":[{"name":"c"}]}}]}})") == "ok"
        );
        auto const violation =
            "3042 The change you are trying to make would violate the required relation 'BToC' between B and C";
        CHECK(db.remove("A", R"({"name":"a"})") == violation);
        CHECK(db.mutate(action::remove_many, "A", "{}") == violation);
        CHECK(db.update("A", R"({"name":"a"})", R"({"bs":{"deleteMany":[{}]}})") == violation);
        CHECK(count(db) == "1,2,1");
        CHECK(db.update("A", R"({"name":"a"})", R"({"bs":{"delete":[{"name":"b"}]}})") == "ok");
        CHECK(db.mutate(action::remove_many, "C", "{}") == R"({"count":1})");
        CHECK(db.mutate(action::remove_many, "A", "{}") == R"({"count":1})");
        CHECK(count(db) == "0,0,0");
    }
}

TEST_CASE("prisma1::lower_mutation: actions of several fields run kind by kind, depth first", "[prisma1][lower_mutation]") {
    mutated_database db(family);
    REQUIRE(db.create("Parent", R"({"name":"p"})") == "ok");
    CHECK(db.update("Parent", R"({"name":"p"})", R"({"children":{
            "deleteMany":[{"name":"late"}],"delete":[{"name":"gone"}],"disconnect":[{"name":"loose"}],
            "update":[{"where":{"name":"first"},"data":{"name":"late"}}],
            "create":[{"name":"first"},{"name":"gone"},{"name":"loose"},{"name":"stays"}]}})") == "ok");
    CHECK(db.rows(children) == "loose,null stays,p");
}
