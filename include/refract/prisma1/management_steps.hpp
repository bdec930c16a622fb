// Migration steps as the Management API shows them.
// See: docs of the Management API, "Steps".
#pragma once

#include <refract/core/config.hpp>
#include <refract/datamodel/model.hpp>
#include <refract/migrate/step.hpp>

#include <vector>

#include <boost/json/array.hpp>

namespace refract::prisma1 {

/// One object per step, `__typename` included.
///
/// Shape: names are looked up in `previous` and `next`; a step that names what is in neither (a history somebody edited) is left out.
/// In Update steps null means unchanged.
REFRACT_DECL boost::json::array show_steps(
    std::vector<migrate::step> const& steps, datamodel::datamodel const& previous, datamodel::datamodel const& next
);

} // namespace refract::prisma1

#ifdef REFRACT_HEADER_ONLY
#include <refract/prisma1/impl/management_steps.ipp>
#endif
