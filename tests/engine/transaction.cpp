// Test that the header is self-contained.
#include <refract/engine/transaction.hpp>

#include <deque>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>

using namespace refract;
namespace asio = boost::asio;

namespace {

/// Rows of one column.
struct scripted_rows final : db::result_set {
    std::size_t count = 0;
    [[nodiscard]] std::size_t rows() const noexcept override { return count; }
    [[nodiscard]] std::size_t columns() const noexcept override { return 1; }
    [[nodiscard]] db::cell cell(std::size_t, std::size_t) const override { return {db::value_type::integer, 1, 0, {}}; }
    [[nodiscard]] std::uint64_t affected() const noexcept override { return count; }
    [[nodiscard]] std::string_view name(std::size_t) const override { return "n"; }
};

/// A database that writes down what it is sent, and answers by a script: statements of this text fail this many times.
struct scripted final : db::database, db::connection {
    asio::any_io_executor executor_;
    std::vector<std::string> batches; ///< texts of a batch, joined by `; `
    struct fault {
        std::string text;
        db::error_kind kind;
        int times;
    };
    std::deque<fault> faults;

    explicit scripted(asio::any_io_executor e) : executor_(std::move(e)) {}

    asio::any_io_executor executor() override { return executor_; }
    asio::awaitable<db::result<db::lease>> acquire(db::access) override {
        std::shared_ptr<db::connection> self(this, [](db::connection*) {});
        co_return db::lease(std::move(self), [](std::shared_ptr<db::connection>) {});
    }
    asio::awaitable<db::result<db::results>> run(std::span<db::query const> batch, db::isolation) override {
        db::results out;
        std::string texts;
        std::optional<db::error> failed;
        for (auto const& q : batch) {
            texts += (texts.empty() ? "" : "; ") + q.statement->text;
            if (failed) {
                continue;
            }
            for (auto& f : faults) {
                if (f.text == q.statement->text && f.times-- > 0) {
                    failed.emplace();
                    failed->kind = f.kind;
                    failed->statement = static_cast<std::uint32_t>(out.size());
                }
            }
            out.push_back(std::make_unique<scripted_rows>());
        }
        batches.push_back(texts);
        if (failed) {
            co_return std::move(*failed);
        }
        co_return out;
    }
};

struct fixture {
    asio::io_context context;
    scripted database{context.get_executor()};
    datamodel::datamodel dm;
    sql::target target{&dm, "", &sql::postgres};
    engine::statement_store statements;
    plan::bindings bindings;

    static asio::awaitable<void>
    keep(asio::awaitable<engine::outcome<std::string>> from, std::optional<engine::outcome<std::string>>& to) {
        auto answer = co_await std::move(from);
        to.emplace(std::move(answer));
    }

    engine::outcome<std::string> run(engine::transaction_body const& body) {
        std::optional<engine::outcome<std::string>> out;
        auto work = keep(engine::run_transaction(database, target, statements, bindings, body, 3), out);
        auto done = asio::co_spawn(context, std::move(work), asio::use_future);
        context.restart();
        context.run();
        done.get();
        return std::move(*out);
    }
};

sql::fragment statement(sql::literal l) {
    sql::fragment f(sql::postgres);
    f.append(l);
    return f;
}

plan::failure failure(std::string message) {
    plan::failure f;
    f.kind = plan::failure_kind::record_not_found;
    f.message = std::move(message);
    return f;
}

asio::awaitable<engine::outcome<std::string>> commit(engine::transaction& tx) {
    auto committed = co_await tx.commit();
    if (!committed) {
        co_return committed.failure();
    }
    co_return std::string("done");
}

} // namespace

TEST_CASE("engine::transaction: statements travel together", "[engine][transaction]") {
    fixture f;
    SECTION("one alone needs no transaction") {
        auto const answer = f.run([](engine::transaction& tx) {
            tx.queue(statement("A"), {});
            return commit(tx);
        });
        CHECK(answer.has_value());
        CHECK(f.database.batches == std::vector<std::string>{"A"});
    }
    SECTION("nothing sends nothing") {
        CHECK(f.run([](engine::transaction& tx) { return commit(tx); }).has_value());
        CHECK(f.database.batches.empty());
    }
    SECTION("several go with BEGIN and COMMIT in one round trip") {
        (void)f.run([](engine::transaction& tx) {
            tx.queue(statement("A"), {});
            tx.queue(statement("B"), {});
            return commit(tx);
        });
        CHECK(f.database.batches == std::vector<std::string>{"BEGIN; A; B; COMMIT"});
    }
    SECTION("a check is waited for before COMMIT") {
        (void)f.run([](engine::transaction& tx) {
            tx.queue(statement("A"), {});
            tx.queue_check(statement("B"), {}, {}, [](db::result_set const&) { return std::nullopt; });
            return commit(tx);
        });
        CHECK(f.database.batches == std::vector<std::string>{"BEGIN; A; B", "COMMIT"});
    }
    SECTION("a check that fails rolls back") {
        auto const answer = f.run([](engine::transaction& tx) {
            tx.queue_check(statement("A"), {}, {}, [](db::result_set const&) { return std::optional(failure("no")); });
            return commit(tx);
        });
        REQUIRE(!answer);
        CHECK(answer.failure().message == "no");
        CHECK(f.database.batches == std::vector<std::string>{"BEGIN; A", "ROLLBACK"});
    }
}

TEST_CASE("engine::transaction: what another try may cure is tried again", "[engine][transaction]") {
    fixture f;
    auto const body = [](engine::transaction& tx) {
        tx.queue(statement("A"), {});
        tx.queue(statement("B"), {});
        return commit(tx);
    };
    SECTION("until it works") {
        f.database.faults = {{"B", db::error_kind::serialization, 2}};
        CHECK(f.run(body).has_value());
        CHECK(
            f.database.batches ==
            std::vector<std::string>{"BEGIN; A; B; COMMIT", "ROLLBACK", "BEGIN; A; B; COMMIT", "ROLLBACK", "BEGIN; A; B; COMMIT"}
        );
    }
    SECTION("but not for ever") {
        f.database.faults = {{"B", db::error_kind::serialization, 100}};
        CHECK(!f.run(body).has_value());
        CHECK(f.database.batches.size() == 6);
    }
    SECTION("and nothing else is") {
        f.database.faults = {{"B", db::error_kind::statement_failed, 100}};
        CHECK(!f.run(body).has_value());
        CHECK(f.database.batches == std::vector<std::string>{"BEGIN; A; B; COMMIT", "ROLLBACK"});
    }
}

TEST_CASE(
    "engine::transaction: the check of an earlier statement comes before the refusal of a later one", "[engine][transaction]"
) {
    fixture f;
    f.database.faults = {{"B", db::error_kind::foreign_key_violation, 100}};
    auto const answer = f.run([](engine::transaction& tx) {
        tx.queue_check(statement("A"), {}, {}, [](db::result_set const&) { return std::optional(failure("no A")); });
        tx.queue(statement("B"), {});
        return commit(tx);
    });
    REQUIRE(!answer);
    CHECK(answer.failure().message == "no A");
    CHECK(f.database.batches == std::vector<std::string>{"BEGIN; A; B", "ROLLBACK", "BEGIN", "A", "ROLLBACK"});
}
