// A write transaction on a leased connection: statements nobody waits for travel with the next one somebody does.
// See: engine/write.hpp, which says what to run.
#pragma once

#include <refract/core/config.hpp>
#include <refract/db/connection.hpp>
#include <refract/engine/outcome.hpp>
#include <refract/engine/statement_store.hpp>
#include <refract/engine/violation.hpp>
#include <refract/plan/failure.hpp>
#include <refract/plan/operand.hpp>
#include <refract/sql/condition.hpp>
#include <refract/sql/fragment.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace refract::engine {

/// Looks at a statement's result when it arrives; a failure it gives ends the transaction.
using result_check = std::function<std::optional<plan::failure>(db::result_set const&)>;

/// Takes a statement's result when it arrives.
using result_reader = std::function<void(db::result_set const&)>;

/// How a transaction's statements are put together. A faster form that fails is tried again in a slower one, which tells exactly
/// what failed first.
enum class pace : std::uint8_t {
    combined,   ///< writes of many records share statements
    pipelined,  ///< a statement for each record; they travel together
    one_by_one, ///< every statement alone, so that checks and refusals come in exactly the order of the statements
};

/// Collects statements and sends them in as few round trips as the answers needed in between allow.
///
/// BEGIN goes out with the first statements, COMMIT with the last ones; a single statement goes out alone, without either. In a shared
/// transaction (db::local_write) none of them goes out: whoever shares it out begins and commits it. All members on the connection's
/// executor.
class transaction {
public:
    transaction(
        db::connection& connection, sql::target const& t, statement_store& statements, plan::bindings const& bindings,
        engine::pace speed, db::local_connection* shared = nullptr
    )
        : connection_(connection), target_(t), statements_(statements), bindings_(bindings), pace_(speed), shared_(shared) {}

    /// Queues a statement whose result does not matter.
    REFRACT_DECL void queue(sql::fragment const& text, std::vector<db::value> const& inputs, write_context context = {});

    /// Queues a statement; `check` may refuse its result. What it writes to must live until the next flush().
    REFRACT_DECL void queue_check(
        sql::fragment const& text, std::vector<db::value> const& inputs, std::vector<db::value_type> const& columns,
        result_check check, write_context context = {}
    );

    /// Queues a statement; `read` takes its result, whatever it is.
    REFRACT_DECL void queue_read(
        sql::fragment const& text, std::vector<db::value> const& inputs, std::vector<db::value_type> const& columns,
        result_reader read, write_context context = {}
    );

    /// True if a queued statement has a check.
    [[nodiscard]] bool has_checks() const noexcept { return checks_ > 0; }

    [[nodiscard]] bool has_queued() const noexcept { return !queue_.empty(); }

    /// While on, statements are dropped instead of queued.
    void hold(bool on) noexcept { held_ = on; }

    /// Sends what is queued and waits for the results. After a failure only rollback() may be called.
    REFRACT_DECL boost::asio::awaitable<outcome<void>> flush();

    /// Sends what is queued, and COMMIT.
    REFRACT_DECL boost::asio::awaitable<outcome<void>> commit();

    /// Ends a transaction that was begun and not committed; takes back what was written in a shared one.
    REFRACT_DECL boost::asio::awaitable<void> rollback();

    [[nodiscard]] bool is_committed() const noexcept { return committed_; }

    /// True if it failed in a way that another try may not.
    [[nodiscard]] bool is_retryable() const noexcept { return retryable_; }

    /// How to try again what failed, as it is not certain what failed first: at this pace if it is.
    ///
    /// Uncertain is a failure of a transaction with combined statements, and one at a statement while the check of an earlier one
    /// was still open.
    [[nodiscard]] REFRACT_DECL engine::pace next_pace() const noexcept;

    /// True if writes of many records may share statements.
    [[nodiscard]] bool may_combine() const noexcept { return pace_ == pace::combined; }

    /// Said before they do.
    void combine() noexcept { combined_ = true; }

    [[nodiscard]] db::connection& connection() noexcept { return connection_; }

private:
    struct pending {
        std::shared_ptr<db::statement const> statement;
        std::vector<db::value> parameters;
        write_context context;
        result_reader read;
        result_check check;
    };

    REFRACT_DECL void
    add(sql::fragment const& text, std::vector<db::value> const& inputs, std::vector<db::value_type> const& columns,
        pending entry);
    REFRACT_DECL void add_plain(std::string text, bool first);
    REFRACT_DECL boost::asio::awaitable<outcome<void>> send(std::vector<pending> batch);
    REFRACT_DECL plan::failure refused(db::error const& e, std::vector<pending> const& batch);

    db::connection& connection_;
    sql::target const& target_;
    statement_store& statements_;
    plan::bindings const& bindings_;
    std::vector<pending> queue_;
    std::size_t checks_ = 0;
    engine::pace pace_;
    db::local_connection* shared_; ///< the connection, if the transaction is a shared one
    bool begun_ = false;
    bool committed_ = false;
    bool retryable_ = false;
    bool ambiguous_ = false;
    bool combined_ = false;
    bool held_ = false;
    bool broken_ = false;
};

/// What runs inside a transaction: it commits itself, and gives the JSON of the answer.
using transaction_body = std::function<boost::asio::awaitable<outcome<std::string>>(transaction&)>;

/// Leases a writer and runs `body` there, on the lease's executor; resumes on the caller's. On an in-process database `body` shares a
/// transaction with those of others.
///
/// A transaction the database gave up for another's sake is tried again, `max_attempts` times in all; one that fails is rolled
/// back. So `body` must be able to run more than once. Errors: what `body` gives; unavailable, overloaded, timeout.
REFRACT_DECL boost::asio::awaitable<outcome<std::string>> run_transaction(
    db::database& database, sql::target const& t, statement_store& statements, plan::bindings const& bindings,
    transaction_body const& body, unsigned max_attempts = 10
);

} // namespace refract::engine

#ifdef REFRACT_HEADER_ONLY
#include <refract/engine/impl/transaction.ipp>
#endif
