#include "command_line.hpp"

#include "check_config_command.hpp"
#include "event_loops.hpp"

#include <refract/core/text.hpp>
#include <refract/core/version.hpp>

#include <charconv>
#include <map>
#include <string>
#include <system_error>

#include <CLI/CLI.hpp>

namespace refract::server {

namespace {

constexpr char const* description = R"(refract-server - a Prisma 1 compatible GraphQL server for PostgreSQL and SQLite

Without any configuration it keeps its data in SQLite files in the folder ./refract-data:

  refract-server                      # then: prisma1 deploy, with endpoint http://localhost:4466
  refract-server --data /var/lib/app  # the same with another folder

With a configuration, the same one a Prisma 1 server takes:

  PRISMA_CONFIG='...yaml...' refract-server
  PRISMA_CONFIG_PATH=config.yml refract-server
  refract-server --config config.yml

)";

constexpr char const* footer = R"(
Configuration (YAML):

  port: 4466
  managementApiSecret: ${SECRET}        # a variable of the environment, or the secret itself; without it everybody on this machine
                                        # can deploy, and nobody else reaches the server (REFRACT_ALLOW_OPEN=1: everybody)
  databases:
    default:
      connector: postgres               # or sqlite
      host: localhost
      port: 5432
      user: prisma
      password: prisma
      database: prisma                  # sqlite: the folder of its files
      connectionLimit: 10
      rawAccess: false

Environment: PRISMA_CONFIG, PRISMA_CONFIG_PATH, PORT (without a configuration), ENV (prefix of request ids, "local"),
REFRACT_LOG_LEVEL, REFRACT_ALLOW_OPEN, one REFRACT_* variable for each limit above, and those of Prisma 1: server/README.md has all.

GET /status answers "OK" when the server is up. SIGINT and SIGTERM finish the requests under way and stop;
SIGHUP reads the certificate again.)";

/// A range whose mistake is explained, but which does not fill the help text.
template <class T> CLI::Validator within(T low, T high) {
    CLI::Validator range = CLI::Range(low, high);
    range.description("");
    return range;
}

template <class T> void add_limit(CLI::App& app, char const* name, T& value, char const* help, T least = 1) {
    std::string variable = "REFRACT_" + ascii_upper(std::string_view(name).substr(2));
    for (char& c : variable) {
        c = c == '-' ? '_' : c;
    }
    app.add_option(name, value, help)
        ->envname(variable)
        ->group("Limits")
        ->type_name("N")
        ->capture_default_str()
        ->check(within(least, static_cast<T>(4'000'000'000U)));
}

void add_limits(CLI::App& app, limits& l) {
    add_limit(app, "--max-body-bytes", l.max_body_bytes, "Bytes of one request's body (413)");
    add_limit(app, "--max-request-line-bytes", l.max_request_line_bytes, "Bytes of one request's first line (414)");
    add_limit(app, "--max-header-bytes", l.max_header_bytes, "Bytes of one request's header section (431)");
    add_limit(app, "--max-header-fields", l.max_header_fields, "Fields of one request's header section (431)");
    add_limit(app, "--max-connections", l.max_connections, "Open client connections");
    add_limit(app, "--max-connections-per-address", l.max_connections_per_address, "Of them from one address but this machine's");
    add_limit(app, "--max-requests-per-connection", l.max_requests_per_connection, "Requests after which one is closed");
    add_limit(app, "--header-timeout-seconds", l.header_timeout_seconds, "To begin with a request, and to receive its header section (408)");
    add_limit(app, "--min-body-bytes-per-second", l.min_body_bytes_per_second, "Of a body that arrives (408)");
    add_limit(app, "--body-window-seconds", l.body_window_seconds, "What that is measured over");
    add_limit(app, "--write-timeout-seconds", l.write_timeout_seconds, "Without a byte of the answer taken");
    add_limit(app, "--request-timeout-seconds", l.request_timeout_seconds, "To send an answer");
    add_limit(app, "--idle-timeout-seconds", l.idle_timeout_seconds, "Between two requests of a connection");
    add_limit(app, "--tls-handshake-timeout-seconds", l.tls_handshake_timeout_seconds, "To begin with TLS");
    add_limit(app, "--max-batch", l.max_batch, "Operations in one request");
    add_limit(app, "--max-document-bytes", l.max_document_bytes, "Bytes of one GraphQL text");
    add_limit(app, "--max-tokens", l.max_tokens, "Tokens of one GraphQL text");
    add_limit(app, "--max-depth", l.max_depth, "Nesting of anything in one GraphQL text");
    add_limit(app, "--max-directives", l.max_directives, "Directives in one GraphQL text");
    add_limit(app, "--max-operations", l.max_operations, "Operations in one GraphQL text");
    add_limit(app, "--max-fragments", l.max_fragments, "Fragments in one GraphQL text");
    add_limit(app, "--max-selection-depth", l.max_selection_depth, "Nesting of fields in an operation");
    add_limit(app, "--max-fields", l.max_fields, "Fields of one operation, fragments expanded");
    add_limit(app, "--max-root-fields", l.max_root_fields, "Of them those in no other field");
    add_limit(app, "--max-aliases", l.max_aliases, "Aliases in one operation");
    add_limit(app, "--max-variables", l.max_variables, "Variables of one operation");
    add_limit(app, "--max-merge-steps", l.max_merge_steps, "Work to see whether fields can be merged");
    add_limit(app, "--max-errors", l.max_errors, "Errors told of one GraphQL text");
    add_limit(app, "--max-json-depth", l.max_json_depth, "Nesting of request bodies and Json values");
    add_limit(app, "--max-json-values", l.max_json_values, "Values of one request body");
    add_limit(app, "--max-export-characters", l.max_export_characters, "Characters of one export page");
    add_limit(app, "--max-cache-bytes", l.max_cache_bytes, "Bytes of compiled operations kept");
    add_limit(app, "--acquire-timeout-seconds", l.acquire_timeout_seconds, "To wait for a database connection");
    add_limit(app, "--deploy-wait-seconds", l.deploy_wait_seconds, "A deploy waits for another one of its service", 0U);
    add_limit(app, "--statement-timeout-seconds", l.statement_timeout_seconds, "For one request's statements");
}

/// `0660`, `600`
std::uint32_t file_mode(std::string const& text) {
    std::uint32_t mode = 0;
    auto const* const end = text.data() + text.size();
    auto const read = std::from_chars(text.data(), end, mode, 8);
    if (read.ec != std::errc() || read.ptr != end || mode > 0777) {
        throw CLI::ValidationError("--unix-socket-mode", text + " is no octal number up to 0777");
    }
    return mode;
}

/// How the server talks to its clients.
void add_http_options(CLI::App& app, command_line& to) {
    auto* const certificate = app.add_option("--tls-certificate", to.tls_certificate,
                                             "Speak HTTPS, with this certificate and those that lead to its issuer (PEM)");
    auto* const key = app.add_option("--tls-key", to.tls_key, "Its key (PEM, no password)");
    certificate->envname("REFRACT_TLS_CERTIFICATE")->type_name("FILE")->needs(key);
    key->envname("REFRACT_TLS_KEY")->type_name("FILE")->needs(certificate);
    app.add_option("--tls-watch-seconds", to.tls_watch_seconds, "Between two looks whether those files have changed; SIGHUP is another")
        ->envname("REFRACT_TLS_WATCH_SECONDS")
        ->type_name("N")
        ->capture_default_str()
        ->check(within(1, 86'400));
    auto* const unix_socket = app.add_option("--unix-socket", to.unix_socket, "Listen on a Unix socket too, without TLS");
    unix_socket->envname("REFRACT_UNIX_SOCKET")->type_name("PATH");
    app.add_option_function<std::string>(
           "--unix-socket-mode", [&to](std::string const& text) { to.unix_socket_permissions = file_mode(text); },
           "Its permissions, octal (0660)")
        ->envname("REFRACT_UNIX_SOCKET_MODE")
        ->type_name("MODE");
    app.add_flag("--no-tcp", to.no_tcp, "Listen on the Unix socket only")->envname("REFRACT_NO_TCP")->needs(unix_socket);
    app.add_flag("--graphql-over-http", to.graphql_over_http,
                 "GET executes queries (never mutations), and statuses are those of the GraphQL-over-HTTP specification; without it "
                 "both are as Prisma 1's, but for clients that ask for application/graphql-response+json")
        ->envname("REFRACT_GRAPHQL_OVER_HTTP");
    app.add_flag("--no-introspection", to.no_introspection,
                 "Services refuse __schema and __type and suggest no names; what is generated from a schema needs them")
        ->envname("REFRACT_NO_INTROSPECTION");
}

} // namespace

command_line parse_command_line(int argc, char const* const* argv) {
    command_line out;
    CLI::App app(description, "refract-server");
    app.footer(footer);
    app.set_version_flag("--version", std::string("refract-server ") + version);
    app.get_formatter()->column_width(38);
    app.add_option("-c,--config", out.config_file, "Configuration file, instead of the environment's")->type_name("FILE");
    app.add_option("-p,--port", out.port, "Port to listen on, instead of the configuration's (4466)")
        ->type_name("PORT")
        ->check(within(0, 65'535));
    app.add_option("--address", out.address, "IP address to listen on (0.0.0.0; 127.0.0.1 for a server without a secret)")
        ->envname("REFRACT_ADDRESS")
        ->type_name("IP");
    app.add_option("--data", out.data, "Folder of the SQLite files, instead of the configuration's (refract-data)")
        ->type_name("FOLDER");
    out.threads = static_cast<std::uint32_t>(usual_loops());
    app.add_option("--threads", out.threads, "Threads that serve requests, an event loop each (half the cores, at most 4)")
        ->envname("REFRACT_THREADS")
        ->type_name("N")
        ->capture_default_str()
        ->check(within(1, 256));
    std::map<std::string, log::level> const levels{{"debug", log::level::debug}, {"info", log::level::info}, {"warn", log::level::warn},
                                                   {"error", log::level::error}, {"off", log::level::off}};
    app.add_option("--log-level", out.log_level, "debug, info, warn, error or off")
        ->envname("REFRACT_LOG_LEVEL")
        ->type_name("LEVEL")
        ->transform(CLI::CheckedTransformer(levels).description(""));
    bool check = false;
    app.add_flag("--check", check, "The same as check-config, for scripts that know it so");
    add_http_options(app, out);
    add_limits(app, out.bounds);
    add_limit(app, "--min-gzip-bytes", out.min_gzip_bytes, "Bytes below which no answer is compressed");
    app.require_subcommand(0, 1);
    app.fallthrough(); // --config and the other options may stand after the subcommand too
    CLI::App const* const check_config = add_check_config_command(app);
    CLI::App const* const token = add_token_command(app, out.token);
    CLI::App const* const introspect = add_introspect_command(app, out.introspect);
    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& e) {
        out.exit_code = app.exit(e);
    }
    out.what = check_config->parsed() || check ? action::check_config : token->parsed() ? action::token
               : introspect->parsed()            ? action::introspect
                                                 : action::serve;
    return out;
}

} // namespace refract::server
