// The engine in-process on SQLite, without HTTP, beside the same statements in bare SQLite; prints the ratios.
// usage: refract_bench_engine [--file FILE] [Google Benchmark's options]; without FILE it makes its own data.
#include <refract/datamodel/sdl.hpp>
#include <refract/engine/read.hpp>
#include <refract/engine/write.hpp>
#include <refract/graphql/coerce.hpp>
#include <refract/graphql/collect_fields.hpp>
#include <refract/graphql/parse.hpp>
#include <refract/graphql/select_operation.hpp>
#include <refract/graphql/validate.hpp>
#include <refract/prisma1/api.hpp>
#include <refract/prisma1/operation.hpp>
#include <refract/prisma1/variables.hpp>
#include <refract/sqlite/database.hpp>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include "bare_sqlite.hpp"
#include "music_store.hpp"
#include "ratio_reporter.hpp"

namespace {

using namespace refract;
namespace asio = boost::asio;

constexpr int writers = 8;
constexpr int writes_of_each = 8;

/// A service of the music store: texts to compiled operations, run on its file.
class store {
public:
    explicit store(std::string const& path) {
        auto parsed = datamodel::parse_sdl(refract_bench::datamodel, datamodel::sqlite_capabilities);
        if (!parsed.ok()) {
            throw std::runtime_error(parsed.errors.front().description);
        }
        model_ = std::move(parsed.model);
        names_ = std::make_unique<prisma1::api_names>(model_);
        api_ = prisma1::build_api_schema(model_, {});
        target_ = {&model_, "", &sql::sqlite};
        sqlite::database_options options;
        options.connection.path = path;
        database_ = std::make_unique<sqlite::database>(workers_.get_executor(), options);
    }
    ~store() {
        database_->close();
        workers_.join();
    }
    store(store const&) = delete;
    store& operator=(store const&) = delete;

    /// Compiles a request: as a server does the first time it sees the text. Slots are left as the example's variables fill them.
    std::shared_ptr<prisma1::compiled_operation const>
    compile(std::string const& text, std::vector<graphql::input_field> example, plan::bindings& bindings) {
        auto const document = graphql::parse(text).value();
        graphql::validate_options checks;
        checks.checks = prisma1::prisma1_scalars();
        if (auto const wrong = graphql::validate(api_, document, checks); !wrong.empty()) {
            throw std::runtime_error(wrong.front().message);
        }
        auto const* const operation = graphql::select_operation(document, "").value();
        auto const values = graphql::make_input(std::move(example));
        auto const coerced = graphql::coerce_variables(api_, document, *operation, values, prisma1::prisma1_scalars());
        if (!coerced) {
            throw std::runtime_error(coerced.failure().front().message);
        }
        auto variables = prisma1::bind_variables(*coerced, prisma1::find_page_variables(document));
        graphql::field_collector const collector(api_, document, *coerced);
        auto out =
            prisma1::compile_operation({model_, *names_, api_, collector, variables.values}, *operation, variables, target_);
        bindings.slots = std::move(variables.slots);
        return out;
    }

    /// Runs the benchmark's loop as one coroutine on one thread, as a server's loop runs many.
    template <class Once> void each_iteration(benchmark::State& state, Once once) {
        asio::io_context loop(1);
        auto all = [&]() -> asio::awaitable<void> {
            for (auto _ : state) {
                auto work = once();
                co_await std::move(work);
            }
        };
        run(loop, all());
    }

    static void run(asio::io_context& loop, asio::awaitable<void> work) {
        auto done = asio::co_spawn(loop, std::move(work), asio::use_future);
        loop.run();
        done.get();
    }

    db::database& database() { return *database_; }
    sql::target const& target() { return target_; }
    engine::statement_store& statements() { return statements_; }

private:
    asio::thread_pool workers_{2};
    datamodel::datamodel model_;
    std::unique_ptr<prisma1::api_names> names_;
    graphql::schema api_;
    sql::target target_;
    engine::statement_store statements_;
    std::unique_ptr<sqlite::database> database_;
};

/// What is measured on both sides, with the same random numbers.
struct read_case {
    char const* name;
    char const* text;
    std::vector<std::string> variables;
    std::vector<std::pair<int, int>> ranges; ///< of each variable
    std::function<void(refract_bench::bare_sqlite&, std::string&, std::vector<int> const&)> bare;
};

std::vector<read_case> read_cases() {
    using bare = refract_bench::bare_sqlite;
    using numbers = std::vector<int>;
    return {
        {"W1",
         "query($id: Int!) { album(where: {id: $id}) { id title } }",
         {"id"},
         {{1, refract_bench::albums}},
         [](bare& b, std::string& out, numbers const& n) { b.w1(out, n[0]); }},
        {"W2",
         "query($g: Int!, $ms: Int!) { tracks(where: {genre: {id: $g}, milliseconds_gt: $ms}, orderBy: name_ASC, first: 50)"
         " { id name composer milliseconds bytes unitPrice } }",
         {"g", "ms"},
         {{1, 8}, {100'000, 200'000}},
         [](bare& b, std::string& out, numbers const& n) { b.w2(out, n[0], n[1]); }},
        {"W3",
         "query($s: Int!) { artists(orderBy: name_ASC, skip: $s, first: 20)"
         " { id name albums { id title tracks { id name milliseconds } } } }",
         {"s"},
         {{0, 200}},
         [](bare& b, std::string& out, numbers const& n) { b.w3(out, n[0]); }},
        {"W4",
         "query($s: Int!) { albums(orderBy: title_ASC, skip: $s, first: 60) { id title artist { id name }"
         " tracks { id name composer milliseconds bytes unitPrice genre { name } } } }",
         {"s"},
         {{0, 250}},
         [](bare& b, std::string& out, numbers const& n) { b.w4(out, n[0]); }},
        {"W5",
         "query($ms: Int!) { tracksConnection(where: {milliseconds_gt: $ms}) { aggregate { count } } }",
         {"ms"},
         {{100'000, 400'000}},
         [](bare& b, std::string& out, numbers const& n) { b.w5(out, n[0]); }},
    };
}

/// Numbers in the ranges of a case.
class draw {
public:
    explicit draw(read_case const& c) : ranges_(c.ranges), numbers_(c.ranges.size()) {}
    std::vector<int> const& next() {
        for (std::size_t i = 0; i < ranges_.size(); ++i) {
            numbers_[i] = std::uniform_int_distribution<int>(ranges_[i].first, ranges_[i].second)(random_);
        }
        return numbers_;
    }

private:
    std::vector<std::pair<int, int>> ranges_;
    std::vector<int> numbers_;
    std::mt19937 random_{7};
};

void count_bytes(benchmark::State& state, std::size_t bytes) {
    state.counters["bytes"] = benchmark::Counter(static_cast<double>(bytes) / static_cast<double>(state.iterations()));
}

void add_read(read_case const& c, refract_bench::bare_sqlite& bare, store& engine) {
    auto const name = std::string(c.name);
    auto* const plain = benchmark::RegisterBenchmark((name + "/bare").c_str(), [&bare, c](benchmark::State& state) {
        draw random(c);
        std::string out;
        std::size_t bytes = 0;
        for (auto _ : state) {
            out.clear();
            c.bare(bare, out, random.next());
            bytes += out.size();
        }
        count_bytes(state, bytes);
    });
    auto* const ours = benchmark::RegisterBenchmark((name + "/engine").c_str(), [&engine, c](benchmark::State& state) {
        std::vector<graphql::input_field> example;
        for (auto const& variable : c.variables) {
            example.push_back({variable, graphql::make_input(1)});
        }
        plan::bindings bindings;
        auto const operation = engine.compile(c.text, std::move(example), bindings);
        auto const* const read = operation->fields.front().read.get();
        draw random(c);
        std::size_t bytes = 0;
        engine.each_iteration(state, [&]() -> asio::awaitable<void> {
            auto const& numbers = random.next();
            for (std::size_t i = 0; i < numbers.size(); ++i) {
                bindings.slots[i] = db::value::integer(numbers[i]);
            }
            auto const answer = co_await engine::run_read(engine.database(), *read, bindings);
            if (!answer) {
                throw std::runtime_error(answer.failure().message);
            }
            bytes += answer->size();
        });
        count_bytes(state, bytes);
    });
    plain->MeasureProcessCPUTime()->UseRealTime();
    ours->MeasureProcessCPUTime()->UseRealTime();
}

/// Creates of several writers at a time, each acknowledged when it is on the disk; in bare SQLite as many in each transaction.
void add_writes(refract_bench::bare_sqlite& bare, store& engine) {
    auto* const plain = benchmark::RegisterBenchmark("W6x8/bare", [&bare](benchmark::State& state) {
        std::string out;
        for (auto _ : state) {
            for (int i = 0; i < writes_of_each; ++i) {
                bare.begin();
                for (int k = 0; k < writers; ++k) {
                    out.clear();
                    bare.w6(out, "A new artist");
                }
                bare.commit();
            }
        }
        state.counters["items_per_run"] = writers * writes_of_each;
    });
    auto* const ours = benchmark::RegisterBenchmark("W6x8/engine", [&engine](benchmark::State& state) {
        plan::bindings bindings;
        auto const operation = engine.compile(
            "mutation($name: String!) { createArtist(data: {name: $name}) { id name } }",
            {{"name", graphql::make_input("A new artist")}}, bindings
        );
        auto const& field = operation->fields.front();
        auto one_writer = [&]() -> asio::awaitable<void> {
            auto own = bindings;
            for (int i = 0; i < writes_of_each; ++i) {
                auto const answer = co_await engine::run_write(
                    engine.database(), engine.target(), engine.statements(), field.write, field.read.get(), own
                );
                if (!answer) {
                    throw std::runtime_error(answer.failure().message);
                }
            }
        };
        for (auto _ : state) {
            asio::io_context loop(1);
            std::vector<std::future<void>> done;
            for (int i = 0; i < writers; ++i) {
                done.push_back(asio::co_spawn(loop, one_writer(), asio::use_future));
            }
            loop.run();
            for (auto& one : done) {
                one.get();
            }
        }
        state.counters["items_per_run"] = writers * writes_of_each;
    });
    plain->MeasureProcessCPUTime()->UseRealTime();
    ours->MeasureProcessCPUTime()->UseRealTime();
}

int run(int argc, char** argv) {
    auto pattern = (std::filesystem::temp_directory_path() / "refract-bench-XXXXXX").string();
    std::filesystem::path const folder = mkdtemp(pattern.data());
    auto const path = (folder / "music.db").string();
    if (argc > 2 && std::string_view(argv[1]) == "--file") {
        std::filesystem::copy_file(argv[2], path);
        argv[2] = argv[0];
        argv += 2;
        argc -= 2;
    }
    {
        bool const is_new = !std::filesystem::exists(path);
        refract_bench::sqlite_file file(path);
        if (is_new) {
            refract_bench::fill(file);
        }
        refract_bench::bare_sqlite bare(file);
        store engine(path);
        for (auto const& c : read_cases()) {
            add_read(c, bare, engine);
        }
        add_writes(bare, engine);
        benchmark::Initialize(&argc, argv);
        refract_bench::ratio_reporter reporter("bare");
        benchmark::RunSpecifiedBenchmarks(&reporter);
        benchmark::ClearRegisteredBenchmarks();
    }
    std::filesystem::remove_all(folder);
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (std::exception const& e) {
        std::fprintf(stderr, "%s: %s\n", argv[0], e.what());
        return 1;
    }
}
