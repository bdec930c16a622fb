// What existing data has to say about steps: warnings (force them) and errors (nothing helps).
// See: docs of the Management API, "Existing data".
#pragma once

#include <refract/core/config.hpp>
#include <refract/datamodel/model.hpp>
#include <refract/datamodel/problem.hpp>
#include <refract/db/connection.hpp>
#include <refract/migrate/matching.hpp>
#include <refract/migrate/step.hpp>
#include <refract/sql/ddl.hpp>

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <vector>

namespace refract::migrate {

/// One question to the database: if the query gives a row, there are these findings.
struct data_check {
    std::optional<sql::fragment> query{}; ///< absent: the findings hold whatever the data
    std::vector<datamodel::problem> warnings{};
    std::vector<datamodel::problem> errors{};
};

struct check_result {
    std::vector<datamodel::problem> warnings{};
    std::vector<datamodel::problem> errors{};
};

/// The questions for some steps, in their order. Every query stops at the first row it finds.
///
/// Shape: `type` and `field` of a finding are those of the previous datamodel.
REFRACT_DECL std::vector<data_check> plan_checks(
    sql::ddl_target const& target, datamodel::datamodel const& previous, datamodel::datamodel const& next, matching const& m,
    std::vector<step> const& steps
);

/// Asks the questions. A table or column that is not there has no data.
///
/// Errors: whatever else the database answers; what was not asked must not pass for "no data".
REFRACT_DECL boost::asio::awaitable<db::result<check_result>> run_checks(db::database& database, std::vector<data_check> checks);

} // namespace refract::migrate

#ifdef REFRACT_HEADER_ONLY
#include <refract/migrate/impl/check.ipp>
#endif
