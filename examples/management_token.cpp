// Signs a management token as the Prisma 1 command line tool does, and checks it as a server does.
#include <refract/jwt/grant.hpp>
#include <refract/jwt/sign.hpp>

#include <cstdio>

#include <boost/json/array.hpp>

int main() {
    namespace jwt = refract::jwt;
    constexpr std::int64_t now = 1'700'000'000; // seconds since 1970; a program would ask the clock

    // Shorter secrets verify, since users have chosen theirs long ago, but sign nothing.
    auto const key = jwt::management_key("my-secret-of-32-bytes-or-more-00").value();
    boost::json::object const claims{
        {"grants", {{{"target", "blog/*"}, {"action", "*"}}}},
        {"iat", now},
        {"exp", now + 3600},
    };
    std::string const token = jwt::sign(claims, key).value();
    std::printf("token: %s\n", token.c_str());

    struct {
        char const* service;
        char const* stage;
        std::int64_t at;
    } const calls[] = {{"blog", "dev", now}, {"shop", "dev", now}, {"blog", "dev", now + 3600}};
    for (auto const& call : calls) {
        auto const checked = jwt::check_management_token("Bearer " + token, key, call.service, call.stage, call.at);
        std::printf("%s/%s: %s\n", call.service, call.stage, checked ? "allowed" : checked.failure().message.c_str());
    }
}
