// Test that the header is self-contained.
#include <refract/http/server.hpp>

#include <chrono>
#include <filesystem>
#include <set>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/system_executor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>

using namespace refract;
namespace asio = boost::asio;
using tcp = asio::ip::tcp;

namespace {

asio::awaitable<http::response> echo(http::request const& r) {
    if (r.segments == std::vector<std::string_view>{"throw"}) {
        throw std::runtime_error("on purpose");
    }
    if (r.segments == std::vector<std::string_view>{"slow"}) {
        auto const executor = co_await asio::this_coro::executor;
        asio::steady_timer timer(executor, std::chrono::milliseconds(200));
        co_await timer.async_wait(asio::use_awaitable);
    }
    http::response answer;
    if (r.segments == std::vector<std::string_view>{"thread"}) {
        std::ostringstream id;
        id << std::this_thread::get_id();
        answer.body = id.str();
        co_return answer;
    }
    if (r.segments == std::vector<std::string_view>{"large"}) {
        answer.body.assign(100'000, 'x');
        co_return answer;
    }
    if (r.segments == std::vector<std::string_view>{"kept"}) {
        static auto const kept = std::make_shared<std::string const>(std::string(200'000, 'y'));
        answer.shared_body = kept;
        co_return answer;
    }
    answer.body = std::string(r.method) + " " + std::to_string(r.segments.size()) + " " + std::string(r.body.substr(0, 40)) + " " +
                  std::to_string(r.body.size());
    co_return answer;
}

/// A server on its own thread.
class running_server {
public:
    explicit running_server(http::server_options options = {}) : server_(context_.get_executor(), adjusted(options), echo) {
        server_.listen().value();
        thread_ = std::thread([this] { context_.run(); });
    }

    ~running_server() {
        asio::co_spawn(context_, server_.drain(5), asio::detached);
        thread_.join();
    }

    http::server& operator*() { return server_; }

    tcp::socket connect() {
        tcp::socket socket(client_);
        socket.connect(tcp::endpoint(asio::ip::make_address("127.0.0.1"), server_.port()));
        return socket;
    }

    /// Everything the server sends until it closes.
    std::string talk(std::string const& bytes) {
        auto socket = connect();
        boost::system::error_code failed;
        asio::write(socket, asio::buffer(bytes), failed);
        return read_all(socket);
    }

    static std::string read_all(tcp::socket& socket) {
        std::string all;
        boost::system::error_code failed;
        asio::read(socket, asio::dynamic_buffer(all), failed);
        return all;
    }

private:
    static http::server_options adjusted(http::server_options options) {
        options.address = "127.0.0.1";
        options.port = 0;
        return options;
    }

    asio::io_context context_{};
    asio::io_context client_{};
    http::server server_;
    std::thread thread_{};
};

std::string post(std::string const& body, std::string const& more = "Connection: close\r\n", std::string const& path = "/a/b") {
    return "POST " + path + " HTTP/1.1\r\nHost: x\r\n" + more + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

bool starts(std::string const& text, std::string_view with) { return text.compare(0, with.size(), with) == 0; }

bool contains(std::string const& text, std::string_view part) { return text.find(part) != std::string::npos; }

} // namespace

TEST_CASE("server: answers a POST, with a request id and no CORS headers", "[http][server]") {
    running_server server;
    auto const answer = server.talk(post("hello"));
    CHECK(starts(answer, "HTTP/1.1 200 OK\r\n"));
    CHECK(contains(answer, "\r\nContent-Type: application/json\r\n"));
    CHECK(contains(answer, "\r\nRequest-Id: local:c"));
    CHECK(contains(answer, "\r\nConnection: close\r\n"));
    CHECK_FALSE(contains(answer, "Access-Control"));
    CHECK(contains(answer, "\r\n\r\nPOST 2 hello 5"));
    CHECK(contains(server.talk(post("x", "Connection: close\r\nOrigin: http://y\r\n")), "\r\nAccess-Control-Allow-Origin: http://y\r\n"));
}

TEST_CASE("server: pipelined requests are answered in order", "[http][server]") {
    running_server server;
    auto const answer = server.talk(post("one", "") + post("two", "") + post("three"));
    auto const one = answer.find("POST 2 one 3");
    auto const two = answer.find("POST 2 two 3");
    auto const three = answer.find("POST 2 three 5");
    REQUIRE(three != std::string::npos);
    CHECK(one < two);
    CHECK(two < three);
}

TEST_CASE("server: bytes may arrive one by one", "[http][server]") {
    running_server server;
    auto socket = server.connect();
    socket.set_option(tcp::no_delay(true));
    for (char const c : post("slow body")) {
        asio::write(socket, asio::buffer(&c, 1));
    }
    CHECK(contains(running_server::read_all(socket), "POST 2 slow body 9"));
    // The parser must not see the end of a body before it is all there.
    auto chunked = server.connect();
    chunked.set_option(tcp::no_delay(true));
    for (std::string const piece : {"POST /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n", "0\r\n", "\r", "\n"}) {
        asio::write(chunked, asio::buffer(piece));
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    CHECK(contains(running_server::read_all(chunked), "POST 1  0"));
    // A line feed of the body is none of a chunk's head, however few bytes it comes with.
    auto lines = server.connect();
    lines.set_option(tcp::no_delay(true));
    for (std::string const piece :
         {"POST /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n", "5\r\nab", "\ncd", "\r\n0\r\n\r\n"}) {
        asio::write(lines, asio::buffer(piece));
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    CHECK(contains(running_server::read_all(lines), "POST 1 ab\ncd 5"));
}

TEST_CASE("server: chunked bodies, large bodies, Expect", "[http][server]") {
    running_server server;
    CHECK(contains(server.talk("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                               "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"),
                   "POST 0 abcde 5"));
    CHECK(contains(server.talk(post(std::string(5'000'000, 'x'))), " 5000000"));
    auto const expecting = server.talk(post("abc", "Expect: 100-continue\r\nConnection: close\r\n"));
    CHECK(contains(expecting, "200 OK"));
}

TEST_CASE("server: HEAD, other methods, preflight", "[http][server]") {
    running_server server;
    auto const head = server.talk("HEAD /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    CHECK(starts(head, "HTTP/1.1 200 OK\r\n"));
    CHECK(contains(head, "Content-Length: 9\r\n"));
    CHECK(head.substr(head.size() - 4) == "\r\n\r\n");
    auto const put = server.talk("PUT /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    CHECK(starts(put, "HTTP/1.1 405 "));
    CHECK(contains(put, "\r\n\r\nHTTP method not allowed, supported methods: POST, GET"));
    auto const preflight = server.talk("OPTIONS /a HTTP/1.1\r\nHost: x\r\nOrigin: http://y\r\nAccess-Control-Request-Method: POST\r\n"
                                       "Connection: close\r\n\r\n");
    CHECK(starts(preflight, "HTTP/1.1 200 OK\r\n"));
    CHECK(contains(preflight, "Access-Control-Allow-Origin: http://y\r\n"));
    CHECK_FALSE(contains(preflight, "Request-Id"));
}

TEST_CASE("server: faults are answered and end the connection", "[http][server]") {
    http::server_options options;
    options.bounds.max_body_bytes = 1'000;
    options.bounds.max_header_bytes = 4'096;
    options.bounds.header_timeout_seconds = 1;
    options.bounds.max_request_line_bytes = 500;
    options.bounds.max_header_fields = 10;
    running_server server(options);
    std::string many = "Host: x\r\n";
    for (int i = 0; i < 10; ++i) {
        many += "A: b\r\n";
    }
    struct {
        char const* name;
        std::string bytes;
        char const* status;
    } const cases[] = {
        {"declared body too large", post(std::string(1'001, 'x'), ""), "HTTP/1.1 413 "},
        {"chunked body too large",
         "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + std::string(1'001, 'x') + "\r\n0\r\n\r\n",
         "HTTP/1.1 413 "},
        {"head too large", "GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(5'000, 'x') + "\r\n\r\n", "HTTP/1.1 431 "},
        {"address too long", "GET /" + std::string(500, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 414 "},
        {"address that does not end", "GET /" + std::string(500, 'a'), "HTTP/1.1 414 "},
        {"too many fields", "GET / HTTP/1.1\r\n" + many + "\r\n", "HTTP/1.1 431 "},
        {"no HTTP", "\x16\x03\x01", "HTTP/1.1 400 "},
        {"both lengths", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
         "HTTP/1.1 400 "},
        {"bad chunk", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nzz", "HTTP/1.1 400 "},
        {"slow head", "GET / HTTP/1.1\r\nHost", "HTTP/1.1 408 "},
        {"throwing handler", "GET /throw HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 500 "},
    };
    for (auto const& c : cases) {
        DYNAMIC_SECTION(c.name) { CHECK(starts(server.talk(c.bytes), c.status)); }
    }
}

TEST_CASE("server: over the connection limit", "[http][server]") {
    http::server_options options;
    options.bounds.max_connections = 1;
    running_server server(options);
    auto first = server.connect();
    asio::write(first, asio::buffer(post("x", "")));
    char byte = 0;
    asio::read(first, asio::buffer(&byte, 1));
    CHECK(starts(server.talk(""), "HTTP/1.1 503 "));
}

TEST_CASE("server: one that has sent no request makes room", "[http][server]") {
    http::server_options options;
    options.bounds.max_connections = 2;
    running_server server(options);
    auto first = server.connect();
    auto second = server.connect();
    CHECK(contains(server.talk(post("x")), "POST 2 x 1"));
    CHECK(running_server::read_all(first).empty());
    CHECK(contains(server.talk(post("y")), "POST 2 y 1"));
}

TEST_CASE("server: silent connections and those of many requests are closed", "[http][server]") {
    http::server_options options;
    options.bounds.header_timeout_seconds = 1;
    options.bounds.max_requests_per_connection = 2;
    running_server server(options);
    auto silent = server.connect();
    auto const answers = server.talk(post("a", "") + post("b", "") + post("c", ""));
    CHECK(contains(answers, "POST 2 b 1"));
    CHECK_FALSE(contains(answers, "POST 2 c 1"));
    CHECK(running_server::read_all(silent).empty());
}

TEST_CASE("server: a Unix socket", "[http][server]") {
    using local = asio::local::stream_protocol;
    auto const path = (std::filesystem::temp_directory_path() / "refract-http-test.socket").string();
    std::filesystem::remove(path);
    {
        local::acceptor const left_behind{asio::system_executor(), local::endpoint(path)}; // its file stays
    }
    http::server_options options;
    options.unix_socket = path;
    options.unix_socket_permissions = 0600;
    {
        running_server server(options);
        CHECK(std::filesystem::status(path).permissions() == std::filesystem::perms(0600));
        local::socket socket{asio::system_executor()};
        socket.connect(local::endpoint(path));
        asio::write(socket, asio::buffer(post("local")));
        std::string all;
        boost::system::error_code failed;
        asio::read(socket, asio::dynamic_buffer(all), failed);
        CHECK(contains(all, "POST 2 local 5"));
        asio::io_context context;
        options.address = {};
        http::server second(context.get_executor(), options, echo);
        CHECK(second.listen().failure().message == "Can't listen on the Unix socket " + path + ": another program listens there");
    }
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("server: stop closes idle connections and finishes requests", "[http][server]") {
    running_server server;
    auto idle = server.connect();
    auto busy = server.connect();
    asio::write(busy, asio::buffer(post("x", "", "/slow")));
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    (*server).stop();
    auto const answer = running_server::read_all(busy);
    CHECK(contains(answer, "POST 1 x 1"));
    CHECK(running_server::read_all(idle).empty());
    CHECK((*server).connections() <= 1);
}

TEST_CASE("server: a port that is taken", "[http][server]") {
    running_server server;
    asio::io_context context;
    http::server_options options;
    options.address = "127.0.0.1";
    options.port = (*server).port();
    http::server second(context.get_executor(), options, echo);
    CHECK(second.listen().failure().code == errc::unavailable);
    options.address = "nowhere";
    http::server third(context.get_executor(), options, echo);
    CHECK(third.listen().failure().code == errc::unavailable);
}

TEST_CASE("server: compresses what is worth it, for those who ask", "[http][server]") {
    running_server server;
    auto const get = [&](std::string const& path, std::string const& more) {
        return server.talk("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + more + "\r\n");
    };
    std::string const asks = "Accept-Encoding: deflate, gzip;q=0.5\r\n";
    for (char const* const path : {"/large", "/kept", "/kept"}) {
        auto const answer = get(path, asks);
        CHECK(contains(answer, "\r\nContent-Encoding: gzip\r\n"));
        CHECK(contains(answer, "\r\nVary: Accept-Encoding\r\n"));
        CHECK(answer.size() < 2'000);
        auto const body = answer.substr(answer.find("\r\n\r\n") + 4);
        CHECK(contains(answer, "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n"));
        CHECK(body.substr(0, 2) == "\x1F\x8B");
    }
    CHECK(contains(get("/kept", ""), "\r\n\r\n" + std::string(200'000, 'y')));
    CHECK_FALSE(contains(get("/large", "Accept-Encoding: gzip;q=0\r\n"), "Content-Encoding"));
    CHECK_FALSE(contains(get("/small", asks), "Content-Encoding"));
}

TEST_CASE("server: answers larger than the socket's buffers", "[http][server]") {
    running_server server;
    std::string requests;
    for (int i = 0; i < 200; ++i) {
        requests += "GET /large HTTP/1.1\r\nHost: x\r\n\r\n";
    }
    auto socket = server.connect();
    asio::write(socket, asio::buffer(requests + "GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    std::this_thread::sleep_for(std::chrono::milliseconds(200)); // nothing is read: the server has to wait
    auto const answers = running_server::read_all(socket);
    CHECK(answers.size() > 200 * 100'000);
    CHECK(contains(answers, "GET 1  0"));
}

TEST_CASE("server: the body after an Expect, in pieces, and pipelined after it", "[http][server]") {
    running_server server;
    auto socket = server.connect();
    asio::write(socket, asio::buffer(std::string("POST /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 40000\r\n\r\n")));
    std::string go_on(25, '\0');
    asio::read(socket, asio::buffer(go_on));
    CHECK(go_on == "HTTP/1.1 100 Continue\r\n\r\n");
    asio::write(socket, asio::buffer(std::string(25'000, 'a')));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    asio::write(socket, asio::buffer(std::string(15'000, 'b') + post("next")));
    auto const answers = running_server::read_all(socket);
    CHECK(contains(answers, "POST 1 " + std::string(40, 'a') + " 40000"));
    CHECK(contains(answers, "POST 2 next 4"));
}

namespace {

/// Event loops with a thread each.
class two_loops {
public:
    two_loops() {
        for (auto& one : contexts_) {
            guards_.emplace_back(one.get_executor());
            threads_.emplace_back([&one] { one.run(); });
        }
    }

    ~two_loops() {
        guards_.clear();
        for (auto& thread : threads_) {
            thread.join();
        }
    }

    std::vector<asio::any_io_executor> executors() { return {contexts_[0].get_executor(), contexts_[1].get_executor()}; }

private:
    asio::io_context contexts_[2]{asio::io_context(1), asio::io_context(1)};
    std::vector<asio::executor_work_guard<asio::io_context::executor_type>> guards_{};
    std::vector<std::thread> threads_{};
};

std::string body_of(std::string const& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }

} // namespace

TEST_CASE("server: connections live on the loops in turn and stay there", "[http][server]") {
    two_loops loops;
    http::server_options options;
    options.loops = loops.executors();
    running_server server(std::move(options));
    std::vector<std::string> threads;
    for (int i = 0; i < 6; ++i) {
        std::string all;
        auto socket = server.connect();
        std::string const request = post("", "", "/thread");
        std::set<std::string> seen;
        for (int n = 0; n < 3; ++n) {
            asio::write(socket, asio::buffer(request));
            std::string answer;
            std::size_t const head = asio::read_until(socket, asio::dynamic_buffer(answer), "\r\n\r\n");
            auto const length = static_cast<std::size_t>(std::stoul(answer.substr(answer.find("Content-Length: ") + 16)));
            if (answer.size() < head + length) {
                asio::read(socket, asio::dynamic_buffer(answer), asio::transfer_exactly(head + length - answer.size()));
            }
            seen.insert(body_of(answer));
        }
        REQUIRE(seen.size() == 1); // whatever it asks
        threads.push_back(*seen.begin());
    }
    CHECK(threads[0] != threads[1]);
    for (std::size_t i = 2; i < threads.size(); ++i) {
        CHECK(threads[i] == threads[i % 2]);
    }
}

TEST_CASE("server: a server with loops stops as any other", "[http][server]") {
    two_loops loops;
    http::server_options options;
    options.loops = loops.executors();
    running_server server(std::move(options));
    auto idle = server.connect();
    auto busy = server.connect();
    asio::write(busy, asio::buffer(post("", "", "/slow")));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    (*server).stop();
    CHECK(running_server::read_all(idle).empty());
    auto const answer = running_server::read_all(busy);
    CHECK(contains(answer, "POST 1 ")); // what was under way is finished, and no more comes
    CHECK((*server).connections() <= 1);
}
