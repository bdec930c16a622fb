// Test that the header is self-contained.
#include <refract/postgres/session.hpp>

#include <refract/postgres/connection.hpp>

#include <array>
#include <chrono>
#include <future>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>

namespace {

namespace asio = boost::asio;
namespace db = refract::db;
using type = db::value_type;

template <std::size_t N> std::string bytes(char const (&literal)[N]) { return {literal, N - 1}; }

std::string const described = bytes("1\0\0\0\4t\0\0\0\6\0\0T\0\0\0\x1a\0\1x\0\0\0\0\0\0\0\0\0\0\x17\0\4\xff\xff\xff\xff\0\0");
std::string const bound = bytes("2\0\0\0\4");
std::string const row = bytes("D\0\0\0\x0e\0\1\0\0\0\4\0\0\0\x2a");
std::string const complete = bytes("C\0\0\0\x0dSELECT 1\0");
std::string const ready = bytes("Z\0\0\0\5I");
std::string const notice = bytes("N\0\0\0\x08Mhi\0");
std::string const parameter = bytes("S\0\0\0\x08" "a\0b\0");
std::string const notification = bytes("A\0\0\0\x0c\0\0\0\1c\0p\0");

/// A server that greets, waits for a request and answers it with given bytes, some at a time; then it hangs up.
class scripted_server {
public:
    scripted_server(std::string answer, std::size_t at_a_time) : answer_(std::move(answer)), at_a_time_(at_a_time) {
        thread_ = std::thread([this] { serve(); });
    }
    scripted_server(scripted_server const&) = delete;
    scripted_server& operator=(scripted_server const&) = delete;
    ~scripted_server() { thread_.join(); }

    [[nodiscard]] unsigned short port() const { return acceptor_.local_endpoint().port(); }

private:
    void serve() {
        boost::system::error_code ec; // a client that hangs up early is what some of the tests are about
        asio::ip::tcp::socket client(context_);
        acceptor_.accept(client, ec);
        std::array<unsigned char, 4> length{};
        asio::read(client, asio::buffer(length), ec);
        std::vector<char> startup(static_cast<std::size_t>(length[2]) * 256 + length[3] - 4);
        asio::read(client, asio::buffer(startup), ec);
        asio::write(client, asio::buffer(bytes("R\0\0\0\x08\0\0\0\0") + parameter + ready), ec);
        std::string request;
        while (!ec && (request.size() < 5 || request.substr(request.size() - 5) != bytes("S\0\0\0\4"))) {
            std::array<char, 1000> some{};
            auto const got = client.read_some(asio::buffer(some), ec);
            request.append(some.data(), got);
        }
        for (std::size_t at = 0; at < answer_.size() && !ec; at += at_a_time_) {
            asio::write(client, asio::buffer(answer_.substr(at, at_a_time_)), ec);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }

    std::string answer_;
    std::size_t at_a_time_;
    asio::io_context context_;
    asio::ip::tcp::acceptor acceptor_{context_, asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
    std::thread thread_;
};

/// What a client makes of the answer: the number in its only row, or the kind of the error.
db::result<std::int64_t> ask(std::string const& answer, std::size_t at_a_time = 1'000) {
    scripted_server const server(answer, at_a_time);
    asio::io_context context;
    refract::postgres::options o;
    o.conninfo = "host=127.0.0.1 user=u dbname=d sslmode=disable port=" + std::to_string(server.port());
    std::optional<db::result<std::int64_t>> got;
    auto task = [&]() -> asio::awaitable<void> {
        auto opened = co_await refract::postgres::connection::open(context.get_executor(), o);
        if (!opened) {
            got.emplace(std::move(opened.failure()));
            co_return;
        }
        auto const statement = db::statement{"SELECT 42", db::next_statement_id(), {type::integer}};
        auto const query = db::query{&statement, {}};
        auto rows = co_await (*opened)->run(std::span(&query, 1), db::isolation::none);
        if (!rows) {
            got.emplace(std::move(rows.failure()));
        } else {
            got.emplace((*rows)[0]->rows() == 1 ? (*rows)[0]->cell(0, 0).number : -1);
        }
    };
    auto done = asio::co_spawn(context, task, asio::use_future);
    context.run();
    done.get();
    return *got;
}

} // namespace

TEST_CASE("postgres::session: an answer in pieces of any size", "[postgres][session]") {
    auto const whole = described + notice + bound + parameter + row + notification + complete + ready;
    for (std::size_t const size : {1U, 2U, 3U, 7U, 1'000U}) {
        auto const got = ask(whole, size);
        REQUIRE(got);
        CHECK(*got == 42);
    }
    auto const none = ask(described + bound + complete + ready);
    REQUIRE(none);
    CHECK(*none == -1);
}

TEST_CASE("postgres::session: a server that breaks the protocol loses the connection", "[postgres][session]") {
    struct {
        std::string_view what;
        std::string answer;
    } const cases[] = {
        {"nothing", ""},
        {"half of it", described + bound + row.substr(0, 7)},
        {"rows before there are any", row + complete + ready},
        {"no rows were bound", described + complete + ready},
        {"bound twice", described + bound + bound + row + complete + ready},
        {"described twice", described + described + bound + row + complete + ready},
        {"ready too early", described + bound + row + ready},
        {"complete twice", described + bound + row + complete + complete + ready},
        {"another number of columns", described + bound + bytes("D\0\0\0\6\0\0") + complete + ready},
        {"a cell longer than its row", described + bound + bytes("D\0\0\0\x0e\0\1\x7f\0\0\4\0\0\0\x2a") + complete + ready},
        {"a cell of negative length", described + bound + bytes("D\0\0\0\x0e\0\1\xff\xff\xff\xfe\0\0\0\x2a") + complete + ready},
        {"a message of length 3", described + bound + bytes("D\0\0\0\3")},
        {"a message of 2 GiB", described + bound + bytes("D\x7f\xff\xff\xff")},
        {"an unknown message", described + bound + bytes("?\0\0\0\4") + row + complete + ready},
        {"a malformed description", bytes("1\0\0\0\4T\0\0\0\6\xff\xff") + bound + row + complete + ready},
        {"an odd transaction status", described + bound + row + complete + bytes("Z\0\0\0\4")},
        {"closed what nobody closed", described + bytes("3\0\0\0\4") + bound + row + complete + ready},
        {"more rows than it is asked for", described + bound + row + bytes("s\0\0\0\4") + ready},
    };
    for (auto const& c : cases) {
        CAPTURE(c.what);
        auto const got = ask(c.answer);
        REQUIRE_FALSE(got);
        CHECK(got.failure().kind == db::error_kind::connection_lost);
        CHECK(got.failure().message == "The connection to the database was lost.");
    }
}

TEST_CASE("postgres::session: errors", "[postgres][session]") {
    auto const error = bytes("E\0\0\0\x19SERROR\0C22012\0Mzero\0\0");
    auto const failed = ask(described + bound + error + ready);
    REQUIRE_FALSE(failed);
    CHECK(failed.failure().sqlstate == "22012");
    CHECK(failed.failure().server_text == "zero");
    auto const malformed = ask(described + bound + bytes("E\0\0\0\6xy") + ready);
    REQUIRE_FALSE(malformed);
    CHECK(malformed.failure().kind == db::error_kind::statement_failed);
    auto const farewell = ask(described + bound + row + error);
    REQUIRE_FALSE(farewell);
    CHECK(farewell.failure().kind == db::error_kind::connection_lost);
    CHECK(farewell.failure().server_text == "zero");
    auto const copy = ask(described + bound + bytes("G\0\0\0\7\0\0\0"));
    REQUIRE_FALSE(copy);
    CHECK(copy.failure().message == "This kind of statement is not supported.");
}
