// What HTTP, libpq and JSON cost without GraphQL: the limit the server is compared with. Not a competitor: it checks nothing.
//
// One epoll loop; some connections to PostgreSQL in pipeline mode; the statements of sql/wN.sql prepared, binary rows, JSON written once.
// A request is `POST` with the body `w1<TAB>parameter<TAB>...`; the answer to w8 is a fixed text of $INTROSPECTION_BYTES bytes.
// Environment: PORT, FOLDER (of the .sql files), CONNECTIONS (4), INTROSPECTION_BYTES (65536), and libpq's PG* variables.
#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <libpq-fe.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

std::string environment(char const* name, char const* otherwise) {
    auto const* value = std::getenv(name); // NOLINT: one thread
    return value != nullptr ? value : otherwise;
}

[[noreturn]] void die(std::string const& why) {
    std::cerr << "limit: " << why << "\n";
    std::exit(1);
}

/// One statement of a workload; `-- NAME of level N` above it says whose children its rows are, by its first column.
struct statement {
    std::string name;
    std::string sql;
    std::string key;
    int parent = -1;
};
using workload = std::vector<statement>;

std::map<std::string, workload, std::less<>> load(std::string const& folder) {
    std::map<std::string, workload, std::less<>> out;
    for (auto const* name : {"w1", "w2", "w3", "w3z", "w4", "w5", "w6", "w7", "w9"}) {
        std::ifstream file(folder + "/" + name + ".sql");
        std::string line;
        statement next;
        while (std::getline(file, line)) {
            if (line.starts_with("-- ")) {
                next.key = line.substr(3, line.find(' ', 3) - 3);
                next.parent = std::stoi(line.substr(line.rfind(' ')));
            } else if (!line.empty()) {
                next.sql = line;
                next.name = std::string(name) + "_" + std::to_string(out[name].size());
                out[name].push_back(std::exchange(next, {}));
            }
        }
        if (out[name].empty()) {
            die("no statements for " + std::string(name) + " in " + folder);
        }
    }
    return out;
}

void append_string(std::string& out, std::string_view text) {
    out += '"';
    std::size_t begin = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto const c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c != '"' && c != '\\') {
            continue;
        }
        out.append(text, begin, i - begin);
        begin = i + 1;
        if (c < 0x20) {
            constexpr char const* digits = "0123456789abcdef";
            out += "\\u00";
            out += digits[c >> 4];
            out += digits[c & 15];
        } else {
            out += '\\';
            out += static_cast<char>(c);
        }
    }
    out.append(text, begin);
    out += '"';
}

template <class T> T big_endian(char const* bytes) {
    T value;
    std::memcpy(&value, bytes, sizeof value);
    if constexpr (sizeof value == 4) {
        return static_cast<T>(__builtin_bswap32(static_cast<std::uint32_t>(value)));
    } else {
        return static_cast<T>(__builtin_bswap64(static_cast<std::uint64_t>(value)));
    }
}

template <class T> void append_number(std::string& out, T value) {
    std::array<char, 32> text;
    out.append(text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr);
}

/// A positive numeric: groups of four decimal digits, the first worth 10000 to the power of its weight.
void append_numeric(std::string& out, char const* bytes) {
    auto const word = [&](int i) {
        return static_cast<std::int16_t>(__builtin_bswap16(*reinterpret_cast<std::uint16_t const*>(bytes + 2 * i))); // NOLINT
    };
    int const groups = word(0);
    int const weight = word(1);
    out += weight < 0 ? "0" : "";
    for (int i = 0; i <= weight; ++i) {
        auto const text = std::to_string(i < groups ? word(4 + i) : 0);
        out += (i == 0 ? "" : std::string(4 - text.size(), '0')) + text;
    }
    if (groups > weight + 1) {
        out += '.';
        for (int i = weight + 1; i < groups; ++i) {
            auto const text = std::to_string(i < 0 ? 0 : word(4 + i));
            out += std::string(4 - text.size(), '0') + text;
        }
        out.erase(out.find_last_not_of('0') + 1);
    }
}

void append_cell(std::string& out, PGresult const* rows, int row, int column) {
    if (PQgetisnull(rows, row, column) != 0) {
        out += "null";
        return;
    }
    auto const* bytes = PQgetvalue(rows, row, column);
    switch (PQftype(rows, column)) {
    case 20: append_number(out, big_endian<std::int64_t>(bytes)); break;
    case 23: append_number(out, big_endian<std::int32_t>(bytes)); break;
    case 701: append_number(out, std::bit_cast<double>(big_endian<std::int64_t>(bytes))); break;
    case 1700: append_numeric(out, bytes); break;
    default: append_string(out, {bytes, static_cast<std::size_t>(PQgetlength(rows, row, column))});
    }
}

/// What a statement's columns become: their keys written once, when its first rows come.
struct row_layout {
    struct column {
        std::string before; ///< what is written before the value
        int index = 0;
    };
    std::vector<column> columns;
    std::string after;
    int id = -1;
};

row_layout make_layout(PGresult const* rows, bool is_child) {
    row_layout out;
    std::string object; // of a name like `artist.id`
    for (int c = is_child ? 1 : 0; c < PQnfields(rows); ++c) {
        std::string name = PQfname(rows, c);
        auto const dot = name.find('.');
        auto const prefix = dot == std::string::npos ? "" : name.substr(0, dot);
        std::string before = out.columns.empty() ? "{" : ",";
        if (prefix != object) {
            before = (object.empty() ? "," : "},") + (prefix.empty() ? "" : "\"" + prefix + "\":{");
            object = prefix;
        }
        out.id = name == "id" ? c : out.id;
        out.columns.push_back({before + "\"" + (dot == std::string::npos ? name : name.substr(dot + 1)) + "\":", c});
    }
    out.after = object.empty() ? "" : "}";
    return out;
}

/// The rows of one request, level by level.
class answer {
public:
    explicit answer(workload const& w) : workload_(w) {}

    void add(PGresult* rows) { levels_.emplace_back(rows, PQclear); }
    [[nodiscard]] bool complete() const { return levels_.size() == workload_.size(); }

    void write(std::string& out, std::unordered_map<statement const*, row_layout>& layouts) {
        for (std::size_t i = 0; i < levels_.size(); ++i) {
            auto& layout = layouts[&workload_[i]];
            if (layout.columns.empty()) {
                layout = make_layout(levels_[i].get(), workload_[i].parent >= 0);
            }
            plans_.push_back(&layout);
            children_.emplace_back();
            for (int r = 0; workload_[i].parent >= 0 && r < PQntuples(levels_[i].get()); ++r) {
                children_[i][big_endian<std::int32_t>(PQgetvalue(levels_[i].get(), r, 0))].push_back(r);
            }
        }
        out += "{\"data\":[";
        for (int r = 0; r < PQntuples(levels_[0].get()); ++r) {
            out += r > 0 ? "," : "";
            object(out, 0, r);
        }
        out += "]}";
    }

private:
    void object(std::string& out, std::size_t level, int row) {
        auto const* rows = levels_[level].get();
        for (auto const& c : plans_[level]->columns) {
            out += c.before;
            append_cell(out, rows, row, c.index);
        }
        out += plans_[level]->after;
        for (std::size_t k = level + 1; k < levels_.size(); ++k) {
            if (workload_[k].parent != static_cast<int>(level)) {
                continue;
            }
            out += ",\"" + workload_[k].key + "\":[";
            auto const at = children_[k].find(big_endian<std::int32_t>(PQgetvalue(rows, row, plans_[level]->id)));
            bool first = true;
            for (int const r : at == children_[k].end() ? std::vector<int>() : at->second) {
                out += first ? "" : ",";
                first = false;
                object(out, k, r);
            }
            out += ']';
        }
        out += '}';
    }

    workload const& workload_;
    std::vector<std::unique_ptr<PGresult, void (*)(PGresult*)>> levels_;
    std::vector<row_layout const*> plans_;
    std::vector<std::unordered_map<std::int32_t, std::vector<int>>> children_;
};

struct client {
    int socket = -1;
    std::string in;
};

/// One connection to the database and the clients that wait on it, in order.
struct backend {
    PGconn* connection = nullptr;
    std::deque<std::pair<client*, answer>> waiting;
    bool dirty = false;
};

class server {
public:
    server() : workloads_(load(environment("FOLDER", "sql"))), introspection_(std::stoul(environment("INTROSPECTION_BYTES", "65536")), 'x') {
        epoll_ = epoll_create1(0);
        backends_.resize(std::stoul(environment("CONNECTIONS", "4")));
        for (auto& b : backends_) {
            open(b);
        }
        listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
        int const yes = 1;
        setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(std::stoul(environment("PORT", "5606"))));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || listen(listener_, 512) != 0) { // NOLINT
            die("the port is taken");
        }
        watch(listener_, nullptr);
    }

    void run() {
        std::array<epoll_event, 256> events;
        while (true) {
            int const n = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
            for (int i = 0; i < n; ++i) {
                auto* const source = events[static_cast<std::size_t>(i)].data.ptr;
                if (source == nullptr) {
                    accept();
                } else if (auto* const b = find_backend(source)) {
                    receive(*b);
                } else {
                    receive(*static_cast<client*>(source));
                }
            }
            for (auto& b : backends_) {
                if (std::exchange(b.dirty, false)) {
                    PQflush(b.connection);
                }
            }
        }
    }

private:
    backend* find_backend(void const* source) {
        for (auto& b : backends_) {
            if (&b == source) {
                return &b;
            }
        }
        return nullptr;
    }

    void watch(int socket, void* source) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = source;
        epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
    }

    void open(backend& b) {
        b.connection = PQconnectdb("");
        if (PQstatus(b.connection) != CONNECTION_OK) {
            die(PQerrorMessage(b.connection));
        }
        for (auto const& [name, w] : workloads_) {
            for (auto const& s : w) {
                auto* const done = PQprepare(b.connection, s.name.c_str(), s.sql.c_str(), 0, nullptr);
                if (PQresultStatus(done) != PGRES_COMMAND_OK) {
                    die(PQerrorMessage(b.connection));
                }
                PQclear(done);
            }
        }
        PQsetnonblocking(b.connection, 1);
        PQenterPipelineMode(b.connection);
        watch(PQsocket(b.connection), &b);
    }

    void accept() {
        int const s = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
        int const yes = 1;
        setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        watch(s, new client{s, {}}); // lives as long as the process
    }

    void receive(client& c) {
        std::array<char, 16384> buffer;
        auto const n = ::recv(c.socket, buffer.data(), buffer.size(), 0);
        if (n <= 0) {
            close(c.socket);
            return;
        }
        c.in.append(buffer.data(), static_cast<std::size_t>(n));
        while (true) {
            auto const head = c.in.find("\r\n\r\n");
            auto const length = c.in.find("Content-Length: ");
            if (head == std::string::npos || length == std::string::npos) {
                return;
            }
            auto const size = std::strtoul(c.in.c_str() + length + 16, nullptr, 10);
            if (c.in.size() < head + 4 + size) {
                return;
            }
            request(c, std::string_view(c.in).substr(head + 4, size));
            c.in.erase(0, head + 4 + size);
        }
    }

    void request(client& c, std::string_view body) {
        std::vector<std::string> words;
        for (std::size_t begin = 0; begin <= body.size();) {
            auto const end = std::min(body.find('\t', begin), body.size());
            words.emplace_back(body.substr(begin, end - begin));
            begin = end + 1;
        }
        if (words[0] == "w8") {
            reply(c, introspection_);
            return;
        }
        auto const& w = workloads_.find(words[0])->second;
        auto& b = *std::min_element(backends_.begin(), backends_.end(), [](auto const& x, auto const& y) { return x.waiting.size() < y.waiting.size(); });
        std::vector<char const*> parameters;
        for (std::size_t i = 1; i < words.size(); ++i) {
            parameters.push_back(words[i].c_str());
        }
        for (auto const& s : w) {
            PQsendQueryPrepared(b.connection, s.name.c_str(), static_cast<int>(parameters.size()), parameters.data(), nullptr, nullptr, 1);
        }
        PQpipelineSync(b.connection);
        b.waiting.emplace_back(&c, answer(w));
        b.dirty = true;
    }

    void receive(backend& b) {
        if (PQconsumeInput(b.connection) == 0) {
            die(PQerrorMessage(b.connection));
        }
        while (!b.waiting.empty() && PQisBusy(b.connection) == 0) {
            auto* const rows = PQgetResult(b.connection);
            if (rows == nullptr) {
                continue; // between two statements
            }
            if (PQresultStatus(rows) == PGRES_PIPELINE_SYNC) {
                PQclear(rows);
                auto& [c, a] = b.waiting.front();
                out_.clear();
                a.write(out_, layouts_);
                reply(*c, out_);
                b.waiting.pop_front();
            } else if (PQresultStatus(rows) == PGRES_TUPLES_OK) {
                b.waiting.front().second.add(rows);
            } else {
                die(PQresultErrorMessage(rows));
            }
        }
    }

    static void reply(client const& c, std::string const& body) {
        std::string out = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n";
        out += body;
        for (std::size_t done = 0; done < out.size();) {
            auto const n = ::send(c.socket, out.data() + done, out.size() - done, MSG_NOSIGNAL);
            if (n < 0 && errno != EAGAIN) {
                return;
            }
            done += n > 0 ? static_cast<std::size_t>(n) : 0;
        }
    }

    std::map<std::string, workload, std::less<>> workloads_;
    std::unordered_map<statement const*, row_layout> layouts_;
    std::string introspection_;
    std::string out_;
    std::deque<backend> backends_; // they stay where they are
    int epoll_ = -1;
    int listener_ = -1;
};

} // namespace

int main() { server().run(); }
