#include "token_command.hpp"

#include "command_line.hpp"
#include "effective_config.hpp"

#include <refract/core/text.hpp>
#include <refract/core/time.hpp>
#include <refract/jwt/grant.hpp>
#include <refract/jwt/sign.hpp>

#include <charconv>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace refract::server {

namespace {

constexpr std::int64_t day_seconds = 24 * 60 * 60;
constexpr std::int64_t most_seconds = 100 * 365 * day_seconds;
constexpr std::size_t max_secret_bytes = 64U << 10U;
constexpr char const* cli_variable = "PRISMA_MANAGEMENT_API_SECRET"; // where the prisma1 command line looks for it

constexpr char const* description = R"(Prints a token, and nothing else, on the standard output.

Without --service it is a management token, for `prisma1 deploy` and the Management API: signed with HS256 and the secret of the
environment variable PRISMA_MANAGEMENT_API_SECRET, else the configuration's managementApiSecret, or with RS256 and a private key.
With --service it is a token for one service, signed with its secret, which --secret-env or --secret-file has to name: of a list
like `new, old` the first one signs.

A secret is never an argument: everybody on the machine could read it.
)";

constexpr char const* examples = R"help(
Examples:

  refract-server token                                           # everything, for 24 hours, with the configuration's secret
  refract-server token --grant blog/dev --grant 'shop/*' --expires 30d
  refract-server token --private-key cluster.pem                 # RS256, for a server with legacySecret or CLUSTER_PUBLIC_KEY
  refract-server token --service blog/dev --secret-env BLOG_SECRET
  curl -H "Authorization: Bearer $(refract-server token --expires 5m)" ...)help";

error mistake(std::string message) { return error{errc::wrong_type, std::move(message), {}}; }

/// A file's text, without the line end it ends with.
result<std::string> read_secret_file(std::string const& path) {
    struct close {
        void operator()(std::FILE* file) const noexcept { std::fclose(file); }
    };
    std::unique_ptr<std::FILE, close> opened;
    if (path != "-") {
        opened.reset(std::fopen(path.c_str(), "rb"));
        if (!opened) {
            return error{errc::file_unreadable, path + ": The file can't be opened.", {}};
        }
    }
    std::FILE* const file = opened ? opened.get() : stdin;
    std::string text(max_secret_bytes + 1, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), file));
    if (std::ferror(file) != 0 || text.size() > max_secret_bytes) {
        return error{errc::file_unreadable, path + ": The file can't be read, or is longer than 64 KiB.", {}};
    }
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
        text.pop_back();
    }
    return text;
}

/// The secret or the private key, from where the options say it is.
result<std::string> read_secret(token_options const& options, command_line const& line) {
    int const named = (options.secret_variable.empty() ? 0 : 1) + (options.secret_file.empty() ? 0 : 1) +
                      (options.private_key_file.empty() ? 0 : 1);
    if (named > 1) {
        return mistake("Only one of --secret-env, --secret-file and --private-key can say what signs the token.");
    }
    if (!options.private_key_file.empty()) {
        return read_secret_file(options.private_key_file);
    }
    if (!options.secret_file.empty()) {
        return read_secret_file(options.secret_file);
    }
    if (!options.secret_variable.empty()) {
        char const* const value = environment_variable(options.secret_variable.c_str());
        return value != nullptr ? result<std::string>(std::string(value))
                                : mistake("The environment variable " + options.secret_variable + " is not set.");
    }
    if (!options.service.empty()) {
        return mistake("--service needs the service's secret: name it with --secret-env or --secret-file.");
    }
    if (char const* const value = environment_variable(cli_variable); value != nullptr && *value != '\0') {
        return std::string(value);
    }
    auto const loaded = effective_config(line);
    if (!loaded) {
        return loaded.failure();
    }
    if (loaded->config.management_secret) {
        return *loaded->config.management_secret;
    }
    return mistake(loaded->config.legacy_public_key
                       ? "The server checks tokens with a public key; name the private one with --private-key."
                       : std::string("There is no secret: neither ") + cli_variable + " nor the configuration (" + loaded->source +
                             ") has one. Such a server asks for no token.");
}

/// The first of `new, old`: white space is no part of a service's secret for the prisma1 command line.
std::string first_service_secret(std::string_view list) {
    std::string first;
    for (char const c : list.substr(0, list.find(','))) {
        if (std::strchr(" \t\r\n\v\f", c) == nullptr) {
            first += c;
        }
    }
    return first;
}

/// The claims, without their times.
result<boost::json::object> claims_of(token_options const& options) {
    if (!options.service.empty()) {
        if (!options.grants.empty()) {
            return mistake("--grant is for management tokens; a service token opens the one service it is signed for.");
        }
        auto const slash = options.service.find('/');
        if (slash == std::string::npos || slash == 0 || slash + 1 == options.service.size() ||
            options.service.find('/', slash + 1) != std::string::npos) {
            return mistake("--service is written name/stage.");
        }
        std::string const shown = options.service.substr(0, slash) + "@" + options.service.substr(slash + 1);
        return boost::json::object{{"data", {{"service", shown}, {"roles", boost::json::array{"admin"}}}}};
    }
    boost::json::array grants;
    for (std::string const& target : options.grants) {
        auto const parts = split(target, '/');
        if (parts.size() != 2 || parts[0].empty() || parts[1].empty()) {
            return mistake("--grant is written service/stage; `*` stands for any of them.");
        }
        grants.push_back({{"target", target}, {"action", "*"}});
    }
    if (grants.empty()) {
        grants.push_back({{"target", "*/*"}, {"action", "*"}});
    }
    return boost::json::object{{"grants", std::move(grants)}};
}

} // namespace

CLI::App* add_token_command(CLI::App& app, token_options& out) {
    CLI::App* const command = app.add_subcommand("token", description);
    command->footer(examples);
    command->add_option("--grant", out.grants, "What it allows; may be repeated, all of it if left out")->type_name("SERVICE/STAGE");
    command->add_option("--service", out.service, "A token for this service instead of a management token")->type_name("NAME/STAGE");
    command->add_option("--expires", out.expires, "Until then it is valid: 90s, 15m, 12h, 30d, 2y (24h; of a service token 7d)")
        ->type_name("DURATION");
    command->add_option("--secret-env", out.secret_variable, "Environment variable with the secret")->type_name("NAME");
    command->add_option("--secret-file", out.secret_file, "File with the secret; - is the standard input")->type_name("FILE");
    command->add_option("--private-key", out.private_key_file, "PEM file with an RSA key: the token is signed with RS256")
        ->type_name("FILE");
    return command;
}

result<std::int64_t> parse_duration(std::string_view text) {
    error const refused{errc::invalid_number, "A duration is written like 90s, 15m, 12h, 30d or 2y; at most 100 years.", {}};
    std::int64_t count = 0;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), count);
    if (read.ec != std::errc() || count <= 0 || count > most_seconds) {
        return refused;
    }
    std::string_view const unit = text.substr(static_cast<std::size_t>(read.ptr - text.data()));
    constexpr std::pair<std::string_view, std::int64_t> units[] = {
        {"", 1}, {"s", 1}, {"m", 60}, {"h", 60 * 60}, {"d", day_seconds}, {"y", 365 * day_seconds}};
    for (auto const& [name, seconds] : units) {
        if (unit == name && count <= most_seconds / seconds) {
            return count * seconds;
        }
    }
    return refused;
}

result<std::string> make_token(token_options const& options, std::string const& secret, std::int64_t now_seconds) {
    bool const for_service = !options.service.empty();
    auto claims = claims_of(options);
    if (!claims) {
        return claims.failure();
    }
    auto const lifetime = parse_duration(options.expires.empty() ? (for_service ? "7d" : "24h") : options.expires);
    if (!lifetime) {
        return error{lifetime.failure().code, "--expires: " + lifetime.failure().message, {}};
    }
    jwt::key_options weak; // the key is the server's already, whatever its length
    weak.allow_weak_keys = true;
    weak.sign_with_weak_keys = true;
    bool const with_rsa = !options.private_key_file.empty();
    auto const key = with_rsa ? jwt::key::from_pem(jwt::algorithm::rs256, secret, weak)
                              : jwt::key::from_secret(jwt::algorithm::hs256, for_service ? first_service_secret(secret) : secret, weak);
    if (!key) {
        return error{key.failure().code, (with_rsa ? "--private-key: " : "The secret: ") + key.failure().message, {}};
    }
    (*claims)["iat"] = now_seconds;
    (*claims)["exp"] = now_seconds + *lifetime;
    return jwt::sign(*claims, *key);
}

int run_token(command_line const& line) {
    auto const secret = read_secret(line.token, line);
    auto const token = secret ? make_token(line.token, *secret, now_ms() / 1000) : result<std::string>(secret.failure());
    if (!token) {
        std::fprintf(stderr, "refract-server token: %s\n", token.failure().message.c_str());
        return 1;
    }
    bool const printed = std::printf("%s\n", token->c_str()) > 0 && std::fflush(stdout) == 0;
    return printed ? 0 : 1;
}

} // namespace refract::server
