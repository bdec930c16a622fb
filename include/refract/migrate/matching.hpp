// Which model, field, enum and relation of the next datamodel is which of the previous one.
// See: docs of the Management API, "Renames".
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/result.hpp>
#include <refract/datamodel/model.hpp>

#include <vector>

namespace refract::migrate {

/// A one-to-one correspondence; `datamodel::none` where there is none.
///
/// A rename counts only if the previous datamodel has the old name, so a directive that was left in does no harm.
struct matching {
    std::vector<datamodel::index> previous_model{}; ///< of each next model
    std::vector<datamodel::index> next_model{};     ///< of each previous model
    std::vector<datamodel::index> previous_enum{};
    std::vector<datamodel::index> next_enum{};
    std::vector<datamodel::index> previous_relation{};
    std::vector<datamodel::index> next_relation{};
    std::vector<std::vector<datamodel::index>> previous_field{}; ///< of each field of each next model
    std::vector<std::vector<datamodel::index>> next_field{};     ///< of each field of each previous model
};

/// Matches two datamodels.
///
/// Errors: errc::relation_ambiguity: between two models several relations became one without a name, or the other way round.
/// Cost: quadratic in the number of models, and of relations.
REFRACT_DECL result<matching> match(datamodel::datamodel const& previous, datamodel::datamodel const& next);

/// Gives the models of `next` the stable ids of the previous models they are; a new id to the others.
REFRACT_DECL void adopt_stable_ids(datamodel::datamodel const& previous, datamodel::datamodel& next, matching const& m);

/// Gives the ends of a relation of a model with itself the sides they had: a field renamed past its partner keeps its column.
REFRACT_DECL void adopt_sides(datamodel::datamodel const& previous, datamodel::datamodel& next, matching const& m);

} // namespace refract::migrate

#ifdef REFRACT_HEADER_ONLY
#include <refract/migrate/impl/matching.ipp>
#endif
