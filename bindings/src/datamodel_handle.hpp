// What Python holds of a datamodel.
#pragma once

#include <refract/datamodel/model.hpp>
#include <refract/datamodel/problem.hpp>
#include <refract/sql/dialect.hpp>

#include <memory>
#include <string>
#include <vector>

namespace refract::python {

struct datamodel_handle {
    std::shared_ptr<datamodel::datamodel const> model{};
    std::string text{};
    std::vector<datamodel::problem> warnings{};
    sql::dialect const* dialect = nullptr;
};

} // namespace refract::python
