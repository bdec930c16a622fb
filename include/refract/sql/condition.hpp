// A plan's filter to a SQL condition.
#pragma once

#include <refract/core/config.hpp>
#include <refract/datamodel/model.hpp>
#include <refract/plan/read.hpp>
#include <refract/sql/fragment.hpp>

#include <cstdint>
#include <string>

namespace refract::sql {

/// What a statement is written against: a datamodel and where its tables are.
struct target {
    datamodel::datamodel const* model = nullptr;
    std::string schema{};          ///< PostgreSQL schema of the tables; empty for SQLite
    sql::dialect const* dialect = nullptr;
};

/// Hands out table aliases: `t0`, `t1`, ...
struct alias_counter {
    std::uint32_t next = 0;
    std::uint32_t take() noexcept { return next++; }
};

/// Appends `"schema"."Table"` of a model.
REFRACT_DECL void append_table(fragment& to, target const& t, datamodel::index model);

/// Appends `t3."column"`.
REFRACT_DECL void append_column(fragment& to, std::uint32_t alias, std::string const& column);

/// Appends a condition on the rows of `model` aliased `t{alias}`. Always a complete boolean expression.
///
/// Relation filters become EXISTS subqueries, or a comparison of the column that holds the link where the filter names the related
/// record by its id or a unique field; they nest to any depth.
REFRACT_DECL void append_condition(
    fragment& to, target const& t, datamodel::index model, std::uint32_t alias, plan::filter const& f, alias_counter& aliases
);

} // namespace refract::sql

#ifdef REFRACT_HEADER_ONLY
#include <refract/sql/impl/condition.ipp>
#endif
