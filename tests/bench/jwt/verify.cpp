// Checking a management token, beside the least it can take: its signature's base64url and one MAC with a context keyed once.
#include <refract/jwt/grant.hpp>
#include <refract/jwt/sign.hpp>

#include "../engine/ratio_reporter.hpp"

#include <array>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

namespace {

using namespace refract;

constexpr std::string_view secret = "a secret of a server, thirty-two";
constexpr std::int64_t now = 1'700'000'000;

std::string token_of(int n) {
    boost::json::object const claims{
        {"grants", {{{"target", "*/*"}, {"action", "*"}}}}, {"iat", now - 1}, {"exp", now + 3'600}, {"jti", std::to_string(n)}};
    return jwt::sign(claims, jwt::management_key(secret).value()).value();
}

/// Digits of base64url to bytes, unchecked.
std::size_t decode(std::string_view text, unsigned char* to) {
    static auto const values = [] {
        std::array<unsigned char, 256> out{};
        unsigned char n = 0;
        for (char const c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")) {
            out[static_cast<unsigned char>(c)] = n++;
        }
        return out;
    }();
    unsigned bits = 0;
    unsigned buffer = 0;
    std::size_t size = 0;
    for (char const c : text) {
        buffer = (buffer << 6U) | values[static_cast<unsigned char>(c)];
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            to[size++] = static_cast<unsigned char>(buffer >> bits);
        }
    }
    return size;
}

/// OpenSSL alone: the key prepared once, the context started anew for every token.
class bare_verifier {
public:
    bare_verifier() {
        EVP_MAC* const hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
        context_ = EVP_MAC_CTX_new(hmac);
        EVP_MAC_free(hmac);
        char digest[] = "SHA256";
        OSSL_PARAM const parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_construct_end()};
        if (EVP_MAC_init(context_, reinterpret_cast<unsigned char const*>(secret.data()), secret.size(), parameters) != 1) {
            std::abort();
        }
    }
    bare_verifier(bare_verifier const&) = delete;
    bare_verifier& operator=(bare_verifier const&) = delete;
    ~bare_verifier() { EVP_MAC_CTX_free(context_); }

    bool verify(std::string_view token) {
        auto const dot = token.rfind('.');
        unsigned char signature[64];
        unsigned char mac[64];
        std::size_t size = 0;
        EVP_MAC_init(context_, nullptr, 0, nullptr);
        EVP_MAC_update(context_, reinterpret_cast<unsigned char const*>(token.data()), dot);
        EVP_MAC_final(context_, mac, &size, sizeof mac);
        return decode(token.substr(dot + 1), signature) == size && CRYPTO_memcmp(signature, mac, size) == 0;
    }

private:
    EVP_MAC_CTX* context_ = nullptr;
};

template <class F> void add(char const* name, F f) {
    benchmark::RegisterBenchmark(name, [f](benchmark::State& state) mutable {
        for (auto const& ignored : state) {
            static_cast<void>(ignored);
            if (!f()) {
                state.SkipWithError("not verified");
                break;
            }
        }
    });
}

} // namespace

int main(int argc, char** argv) {
    auto const token = token_of(0);
    bare_verifier bare;
    auto const key = jwt::management_key(secret).value();
    std::vector<std::string> many;
    for (int i = 0; i < 20'000; ++i) {
        many.push_back(token_of(i));
    }
    auto const check = [&key](std::string_view t) { return jwt::check_management_token(t, key, "blog", "dev", now).has_value(); };
    add("HS256/bare", [&] { return bare.verify(token); });
    add("HS256/known", [&] { return check(token); });
    add("HS256/new", [&, next = std::size_t{0}]() mutable { return check(many[next++ % many.size()]); });
    benchmark::Initialize(&argc, argv);
    refract_bench::ratio_reporter reporter("bare");
    benchmark::RunSpecifiedBenchmarks(&reporter);
    return 0;
}
