// Two datamodels to the steps from one to the other.
// See: docs of the Management API, "Step inference".
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/result.hpp>
#include <refract/datamodel/model.hpp>
#include <refract/migrate/matching.hpp>
#include <refract/migrate/step.hpp>

#include <vector>

namespace refract::migrate {

/// The steps from `previous` to `next`, in the order they are to be carried out.
///
/// Shape: delete relations, fields, models, enums; update enums, fields, models, relations; create enums, models, fields,
/// relations. A deleted model's fields are not listed, a created model's are.
/// Errors: none; what can go wrong is told by match().
/// Cost: linear in the fields.
REFRACT_DECL std::vector<step> infer_steps(
    datamodel::datamodel const& previous, datamodel::datamodel const& next, matching const& m
);

/// match() and infer_steps(). Errors: those of match().
REFRACT_DECL result<std::vector<step>> infer(datamodel::datamodel const& previous, datamodel::datamodel const& next);

/// Gives a datamodel that was stored the old names its steps know of, so that match() finds the same correspondence again.
REFRACT_DECL void restore_old_names(std::vector<step> const& steps, datamodel::datamodel& next);

} // namespace refract::migrate

#ifdef REFRACT_HEADER_ONLY
#include <refract/migrate/impl/infer.ipp>
#endif
