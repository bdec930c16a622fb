// Where relations and scalar lists stand.
#pragma once

#include <refract/core/config.hpp>
#include <refract/sql/condition.hpp>

#include <string>

namespace refract::sql::detail {

/// Where a relation stands: `SELECT far FROM table WHERE near = id` reads the records related to one.
struct link_place {
    std::string const* table = nullptr;
    std::string const* near = nullptr; ///< ids of the records with the field
    std::string const* far = nullptr;  ///< ids of the records at the other end
    bool far_may_be_null = false;      ///< the key is a column of the near record's row
    bool near_may_be_null = false;     ///< the key is a column of the far record's row
};

REFRACT_DECL link_place place_of(target const& t, datamodel::index model, datamodel::index field);

/// The table of a scalar list.
REFRACT_DECL std::string list_table_of(target const& t, datamodel::index model, datamodel::index field);

} // namespace refract::sql::detail

#ifdef REFRACT_HEADER_ONLY
#include <refract/sql/impl/mutate.ipp>
#endif
