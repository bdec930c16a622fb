#pragma once

#include <refract/postgres/session.hpp>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace refract::postgres::detail {

/// Settings every session starts with: the ones our readers of text rely on, the server's own time limits, and two of the planner's that
/// make single statements a hundred times slower (200,000 records). Compiling a plan takes a second where running it takes a hundredth of
/// one: the planner's estimate for a filter below OR is a million times too high. And of a page whose filter few rows pass, parallel
/// workers do not notice the end: they read on to the end of the table. With many requests at a time neither gains anything.
REFRACT_DECL std::string startup_options(options const& o) {
    auto const ms = [](std::chrono::seconds s) { return std::to_string(std::chrono::milliseconds(s).count()); };
    return "-c TimeZone=UTC -c DateStyle=ISO -c extra_float_digits=1 -c bytea_output=hex -c jit=off"
           " -c max_parallel_workers_per_gather=0 -c statement_timeout=" +
           ms(o.statement_timeout) + " -c idle_in_transaction_session_timeout=" + ms(o.idle_transaction_timeout);
}

/// Notices are for people at a prompt; libpq would print them.
REFRACT_DECL void ignore_notice(void* /*unused*/, PGresult const* /*unused*/) {}

/// True if a server that refuses a connection may accept one soon.
REFRACT_DECL bool refusal_may_pass(std::string_view text) {
    for (std::string_view const sign :
         {"starting up", "shutting down", "recovery", "too many clients", "connection slots", "terminating connection"}) {
        if (text.find(sign) != std::string_view::npos) {
            return true;
        }
    }
    return false;
}

REFRACT_DECL session::session(boost::asio::any_io_executor strand, options o)
    : strand_(std::move(strand)), options_(std::move(o)), transport_(strand_), timer_(strand_), prepared_(options_.max_statements) {}

REFRACT_DECL session::~session() {
    transport_.release(); // the socket is libpq's
    PQfinish(pg_);
}

/// The addresses of the host, comma separated: libpq would resolve the name while everybody waits.
REFRACT_DECL boost::asio::awaitable<std::string> session::resolve() {
    namespace asio = boost::asio;
    auto const& host = options_.host;
    boost::system::error_code ec;
    asio::ip::make_address(host, ec);
    if (host.empty() || host.front() == '/' || host.front() == '@' || host.find(',') != std::string::npos || !ec) {
        co_return std::string();
    }
    asio::ip::tcp::resolver resolver(strand_);
    auto token = asio::redirect_error(asio::use_awaitable, ec);
    auto const found = co_await resolver.async_resolve(host, std::string(), token);
    std::string addresses;
    if (!ec) {
        for (auto const& one : found) {
            addresses += (addresses.empty() ? "" : ",") + one.endpoint().address().to_string();
        }
    }
    co_return addresses; // none: libpq tries the name itself and says what is wrong with it
}

REFRACT_DECL void session::start_connecting(std::string const& address) {
    std::vector<char const*> keys;
    std::vector<char const*> values;
    auto const set_literal = [&](char const* key, char const* value) {
        keys.push_back(key);
        values.push_back(value);
    };
    // `value` must live until libpq has seen it.
    auto const set = [&](char const* key, std::string const& value) {
        if (!value.empty()) {
            set_literal(key, value.c_str());
        }
    };
    auto const start = startup_options(options_);
    auto const port = options_.port == 0 ? std::string() : std::to_string(options_.port);
    std::string hosts = options_.host;
    for (auto const c : address) {
        hosts += c == ',' ? "," + options_.host : std::string(); // one name for each address
    }
    set_literal("gssencmode", "disable"); // unless it is asked for: trying it costs a connection attempt
    set("dbname", options_.conninfo);     // expanded, and what follows goes before it
    set("host", hosts);
    set("hostaddr", address);
    set("port", port);
    set("user", options_.user);
    set("password", options_.password);
    set("dbname", options_.database);
    set("sslmode", options_.ssl_mode);
    set("sslrootcert", options_.ssl_root_cert);
    set("sslcert", options_.ssl_cert);
    set("sslkey", options_.ssl_key);
    set("application_name", options_.application_name);
    set("options", start);
    set_literal("client_encoding", "UTF8");
    set_literal("keepalives_idle", "30");
    set_literal("keepalives_interval", "5");
    set_literal("keepalives_count", "5");
    set_literal(nullptr, nullptr);
    pg_ = PQconnectStartParams(keys.data(), values.data(), 1);
}

REFRACT_DECL boost::asio::awaitable<bool> session::poll_until(clock::time_point deadline) {
    namespace asio = boost::asio;
    using socket = transport::socket;
    auto polled = PGRES_POLLING_WRITING;
    while (polled == PGRES_POLLING_WRITING || polled == PGRES_POLLING_READING) {
        transport_.follow(pg_);
        if (!transport_.is_open() || clock::now() >= deadline) {
            co_return false;
        }
        timer_.expires_at(deadline);
        timer_.async_wait([self = shared_from_this()](boost::system::error_code ec) {
            if (!ec && self->transport_.is_open()) {
                boost::system::error_code ignored;
                self->transport_.waiting().cancel(ignored);
            }
        });
        boost::system::error_code ec;
        auto token = asio::redirect_error(asio::use_awaitable, ec);
        auto const direction = polled == PGRES_POLLING_WRITING ? socket::wait_write : socket::wait_read;
        co_await transport_.waiting().async_wait(direction, token);
        timer_.cancel();
        if (ec) {
            co_return false;
        }
        // A descriptor that libpq closes must not stay registered.
        transport_.release();
        polled = PQconnectPoll(pg_);
    }
    co_return polled == PGRES_POLLING_OK;
}

REFRACT_DECL db::error session::connect_error() const {
    db::error e;
    e.kind = db::error_kind::unavailable;
    e.message = "The database can't be reached.";
    e.server_text = pg_ != nullptr ? PQerrorMessage(pg_) : "out of memory";
    // A refusal that will be repeated has an SQLSTATE (libpq does not tell which): waiting does not help.
    if (e.server_text.find("FATAL") != std::string::npos && !refusal_may_pass(e.server_text)) {
        e.sqlstate = "08004";
        e.message = "The database refused the connection.";
    }
    return e;
}

REFRACT_DECL boost::asio::awaitable<std::optional<db::error>> session::connect() {
    auto const deadline = clock::now() + options_.connect_timeout;
    auto const address = co_await resolve();
    start_connecting(address);
    if (pg_ == nullptr || PQstatus(pg_) == CONNECTION_BAD) {
        co_return connect_error();
    }
    PQsetNoticeReceiver(pg_, &ignore_notice, nullptr);
    auto const connected = co_await poll_until(deadline);
    if (!connected) {
        auto e = connect_error();
        if (PQstatus(pg_) != CONNECTION_BAD) {
            e.server_text = "no answer in time";
        }
        co_return e;
    }
    if (!transport_.take_over(pg_)) {
        db::error e = connect_error();
        e.sqlstate = "08004";
        e.server_text = "the connection is wrapped in GSSAPI encryption, or in TLS of another library than OpenSSL";
        co_return e;
    }
    PQsetnonblocking(pg_, 1); // libpq's own farewell must not block either
    usable_.store(true, std::memory_order_release);
    read_more();
    co_return std::nullopt;
}

} // namespace refract::postgres::detail
