// The deploy that makes a datamodel's tables where there are none.
#pragma once

#include <refract/migrate/apply.hpp>
#include <refract/migrate/infer.hpp>

#include <memory>
#include <utility>

namespace refract_tests {

inline refract::migrate::application first_deploy(std::shared_ptr<refract::datamodel::datamodel const> model, refract::sql::ddl_target target) {
    refract::migrate::application change;
    change.target = std::move(target);
    change.previous = std::make_shared<refract::datamodel::datamodel const>();
    change.steps = refract::migrate::infer(*change.previous, *model).value();
    change.next = std::move(model);
    change.revision = 2; // as the management API counts: the first one is the empty datamodel's
    return change;
}

} // namespace refract_tests
