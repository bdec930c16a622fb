#include <refract/jwt/sign.hpp>
#include <refract/jwt/verify.hpp>
#include <refract/sql/fragment.hpp>

#include <cstdio>

int main() {
    using namespace refract;
    auto const key = jwt::key::from_secret(jwt::algorithm::hs256, "a secret that is longer than its hash");
    if (!key) {
        return 1;
    }
    auto const token = jwt::sign({{"exp", 2000}}, *key);
    if (!token || !jwt::verify(*token, *key, 1000) || jwt::verify(*token, *key, 3000)) {
        return 2;
    }
    sql::fragment statement(sql::postgres);
    statement.append("SELECT ").identifier("na\"me").append(" FROM ").table("store", "Artist").append(" LIMIT ").number(3);
    std::printf("sql: %s\n", statement.text().c_str());
    return statement.text() == R"(SELECT "na""me" FROM "store"."Artist" LIMIT 3)" ? 0 : 3;
}
