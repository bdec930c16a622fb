// Any bytes as a token, against keys the fuzzer can sign with and keys it can't.
//
// What a key accepts was signed with it by its own algorithm, which is computed here again, and is valid at the time; a key nobody can sign
// with accepts nothing, least of all its public text used as a secret. Tokens that were verified before get the same answer.
//
// The mutator takes tokens apart, changes their JSON and signs them again, rightly and wrongly: mutating the text alone would never get
// past the signature.
#include "check.hpp"

#include <refract/core/utf8.hpp>
#include <refract/jwt/base64url.hpp>
#include <refract/jwt/grant.hpp>
#include <refract/jwt/sign.hpp>
#include <refract/jwt/token.hpp>
#include <refract/jwt/verified_tokens.hpp>
#include <refract/jwt/verify.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <openssl/evp.h>
#include <openssl/hmac.h>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

using namespace refract;
using refract_fuzz::check;

constexpr std::int64_t now = 1'700'000'000;
constexpr std::string_view secret = "the secret of the fuzz target, long enough";

std::string pem(std::string_view label, std::string const& der) {
    std::string text(der.size() * 2 + 8, '\0');
    auto const size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), reinterpret_cast<unsigned char const*>(der.data()),
                                      static_cast<int>(der.size()));
    text.resize(static_cast<std::size_t>(size));
    std::string out = "-----BEGIN " + std::string(label) + " KEY-----\n";
    for (std::size_t at = 0; at < text.size(); at += 64) {
        out += text.substr(at, 64) + '\n';
    }
    return out + "-----END " + std::string(label) + " KEY-----\n";
}

/// A public RSA key whose private one nobody knows: the modulus is a row of bytes.
std::string const& rsa_pem() {
    static std::string const text = [] {
        constexpr std::array<unsigned char, 33> head{0x30, 0x82, 0x01, 0x22, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01,
                                                     0x05, 0x00, 0x03, 0x82, 0x01, 0x0f, 0x00, 0x30, 0x82, 0x01, 0x0a, 0x02, 0x82, 0x01, 0x01, 0x00};
        std::string der(head.begin(), head.end());
        for (unsigned i = 0; i < 256; ++i) {
            der += static_cast<char>((i * 89U + 201U) | (i == 255 ? 1U : 0U));
        }
        return pem("PUBLIC", der + std::string("\x02\x03\x01\x00\x01", 5));
    }();
    return text;
}

/// An Ed25519 key made of a fixed seed, so that a token found once verifies ever after.
jwt::key make_edwards_key() {
    constexpr std::array<unsigned char, 16> head{0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20};
    return jwt::key::from_pem(jwt::algorithm::eddsa, pem("PRIVATE", std::string(head.begin(), head.end()) + std::string(32, 'r'))).value();
}

jwt::key const& hmac_key() {
    static auto const made = jwt::key::from_secret(jwt::algorithm::hs256, secret).value();
    return made;
}

jwt::key const& edwards_key() {
    static auto const made = make_edwards_key();
    return made;
}

std::string hmac(std::string_view with, std::string_view input) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned size = 0;
    HMAC(EVP_sha256(), with.data(), static_cast<int>(with.size()), reinterpret_cast<unsigned char const*>(input.data()), input.size(),
         bytes.data(), &size);
    return {reinterpret_cast<char const*>(bytes.data()), size};
}

std::vector<std::string_view> parts_of(std::string_view text) {
    std::vector<std::string_view> out;
    for (std::size_t dot = text.find('.'); dot != std::string_view::npos && out.size() < 2; dot = text.find('.')) {
        out.push_back(text.substr(0, dot));
        text.remove_prefix(dot + 1);
    }
    out.push_back(text);
    return out;
}

/// What must be true of a token somebody accepted.
void check_accepted(std::string_view token, std::string_view algorithm, std::string const& signature_of_ours, boost::json::object const& claims) {
    auto const parts = parts_of(token);
    check(parts.size() == 3, "a token without three parts was accepted", token);
    auto const header = boost::json::parse(jwt::decode_base64url(parts[0]).value());
    check(std::string_view(header.at("alg").as_string()) == algorithm, "a token of another algorithm was accepted", token);
    check(jwt::decode_base64url(parts[2]).value() == signature_of_ours, "a token we did not sign was accepted", token);
    auto const* expires = claims.if_contains("exp");
    check(expires == nullptr || expires->to_number<double>() > static_cast<double>(now), "an expired token was accepted", token);
    auto const* starts = claims.if_contains("nbf");
    check(starts == nullptr || starts->to_number<double>() <= static_cast<double>(now), "a token of the future was accepted", token);
}

void check_management(std::string_view text) {
    // The second time a token that was right is only looked up.
    auto const first = jwt::check_management_token(text, hmac_key(), "service", "stage", now);
    auto const second = jwt::check_management_token(text, hmac_key(), "service", "stage", now);
    check(first.has_value() == second.has_value(), "a token that was verified before gets another answer", text);
    if (first) {
        // When it was issued does not matter to a grant.
        check(jwt::verify(jwt::bearer_token(text), hmac_key(), now, {0, true, false}).has_value(), "a grant of a token that does not verify", text);
        check(!jwt::check_management_token(text, hmac_key(), "service", "stage", std::int64_t{1} << 40U), "a grant that never ends", text);
        return;
    }
    check(first.failure().message == second.failure().message, "a token that was verified before gets another message", text);
    check(is_valid_utf8(first.failure().message), "a message that is not UTF-8", text, first.failure().message);
}

/// So many tokens are verified that the key forgets the first of them, which makes no difference.
bool fill_up() {
    std::vector<std::string> tokens;
    for (std::size_t i = 0; i < 2 * jwt::max_kept_tokens; ++i) {
        boost::json::object const claims{{"exp", now + 600}, {"n", i}, {"grants", {{{"target", "*/*"}, {"action", ""}}}}};
        tokens.push_back(jwt::sign(claims, hmac_key()).value());
    }
    for (auto const first : {std::size_t{0}, jwt::max_kept_tokens / 2, std::size_t{0}}) {
        for (std::size_t i = first; i < tokens.size(); i += 1 + first / 2) {
            check(jwt::check_management_token(tokens[i], hmac_key(), "service", "stage", now).has_value(), "a token of ours is refused", tokens[i]);
        }
    }
    return hmac_key().verified().size() <= jwt::max_kept_tokens;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static bool const is_bounded = fill_up();
    check(is_bounded, "more tokens are kept than allowed");
    static auto const rsa = jwt::key::from_pem(jwt::algorithm::rs256, rsa_pem()).value();
    static auto const stranger = jwt::key::from_secret(jwt::algorithm::hs384, std::string(48, 's')).value();
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    auto const sealed = jwt::parse_sealed(text);
    auto const token = jwt::parse_token(text);
    check(!token || sealed, "a token parses whose seal does not", text);
    check(!jwt::verify(text, rsa, now), "a signature by a key nobody has", text);
    check(!jwt::verify(text, stranger, now), "a signature by a key the fuzzer does not know", text);
    auto const by_hmac = jwt::verify(text, hmac_key(), now);
    auto const by_edwards = jwt::verify(text, edwards_key(), now);
    check(!by_hmac || !by_edwards, "a token of two algorithms", text);
    check(token || (!by_hmac && !by_edwards), "a token verifies that does not parse", text);
    if (by_hmac) {
        check_accepted(text, "HS256", hmac(secret, sealed->signing_input), *by_hmac);
    }
    if (by_edwards) {
        check_accepted(text, "EdDSA", edwards_key().sign(sealed->signing_input).value(), *by_edwards);
    }
    check_management(text);
    auto const by_text = jwt::check_management_token(text, secret, "service", "stage", now);
    check(by_text.has_value() == jwt::check_management_token(text, hmac_key(), "service", "stage", now).has_value(), "a key made anew differs", text);
    check(!jwt::check_management_token(std::nullopt, hmac_key(), "service", "stage", now), "no token at all is accepted", text);
    if (text.find("-----BEGIN") != std::string_view::npos) {
        auto const key = jwt::management_public_key(text);
        check(!key || key->bound_to() == jwt::algorithm::rs256, "a public key of another algorithm", text);
    }
    check(!jwt::check_management_token(text, std::string_view(), "service", "stage", now), "the empty secret accepts a token", text);
    check(jwt::service_keys().check(text, now).has_value(), "a service without secrets is not open", text);
    auto const limited = jwt::verify(text, hmac_key(), now, {0, true, true});
    check(!limited || by_hmac->contains("exp"), "a token without an end is accepted where it needs one", text);
    static jwt::service_keys const keys({"another secret, of the service itself", std::string(secret)});
    auto const served = keys.check(text, now);
    check(!served || jwt::verify(jwt::bearer_token(text), hmac_key(), now, {0, false, false}), "a service token that does not verify", text);
    return 0;
}

// ---- the mutator ----------------------------------------------------------------------------------------------------

namespace {

constexpr std::array<char const*, 12> names{"alg", "typ", "crit", "b64", "zip", "kid", "exp", "nbf", "iat", "grants", "jwk", "x5u"};
constexpr std::array<char const*, 27> values{
    R"("HS256")", R"("hs256")", R"("none")", R"("RS256")", R"("EdDSA")", R"("HS384")", R"("JWT")", "null", "0", "-1", "1699999999", "1700000000",
    "1700000001", "1.7e9", "1e400", "253402300800", "[]", R"([{"target":"*/*","action":"*"}])", R"([{"target":"service/stage","action":""}])",
    R"([{"target":"service"}])", R"([{"target":"a/b/c","action":""},{"target":"*/*","action":"*"}])", R"([{"target":"/stage","action":"a"}])",
    R"([{"target":"x/*","action":"a"},{"target":"service/*","action":"b"}])", "18446744073709551615", "1700000000.5", R"({"a":{"a":[]}})", R"("\ud83d\ude00")"};

/// Sets, removes or doubles a member of a JSON object.
std::string mutate_json(std::string const& text, std::minstd_rand& random) {
    boost::system::error_code failed;
    auto parsed = boost::json::parse(text, failed);
    auto const* name = names[random() % names.size()];
    auto const* value = values[random() % values.size()];
    if (failed || !parsed.is_object()) {
        return "{\"" + std::string(name) + "\":" + value + "}";
    }
    auto& object = parsed.get_object();
    switch (random() % 4) {
    case 0: object.erase(name); break;
    case 1: return "{\"" + std::string(name) + "\":" + value + (object.empty() ? "" : ",") + boost::json::serialize(object).substr(1);
    default: {
        auto fresh = boost::json::parse(value, failed); // 1e400 is none for this reader
        object[name] = failed ? boost::json::value("") : std::move(fresh);
    }
    }
    return boost::json::serialize(object);
}

std::string mutate_bytes(std::string text) {
    auto const size = text.size();
    text.resize(size + 32);
    text.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(text.data()), size, text.size()));
    return text;
}

std::string sign(std::string const& input, std::string const& kept, std::minstd_rand& random) {
    switch (random() % 8) {
    case 0: return kept;
    case 1: return hmac("another secret that is quite long enough", input);
    case 2: return hmac(rsa_pem(), input);
    case 3: return {};
    case 4:
    case 5: return edwards_key().sign(input).value();
    default: return hmac(secret, input);
    }
}

} // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned seed) {
    std::minstd_rand random(seed);
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    auto const parts = parts_of(text);
    if (parts.size() != 3 || random() % 4 == 0) {
        return LLVMFuzzerMutate(data, size, max_size);
    }
    std::array<std::string, 3> decoded;
    for (std::size_t i = 0; i < 3; ++i) {
        auto bytes = jwt::decode_base64url(parts[i]);
        decoded[i] = bytes ? std::move(*bytes) : std::string(parts[i]);
    }
    auto& changed = decoded[random() % 2];
    changed = random() % 2 == 0 ? mutate_bytes(changed) : mutate_json(changed, random);
    std::string out = jwt::encode_base64url(decoded[0]) + '.' + jwt::encode_base64url(decoded[1]);
    out += '.' + jwt::encode_base64url(sign(out, decoded[2], random));
    if (out.size() > max_size) {
        return LLVMFuzzerMutate(data, size, max_size);
    }
    std::copy(out.begin(), out.end(), data);
    return out.size();
}
