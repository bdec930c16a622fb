// What is wrong with a datamodel, as its author is told.
#pragma once

#include <optional>
#include <string>

namespace refract::datamodel {

/// One finding. Safe to send to a client.
struct problem {
    std::string type;                   ///< model, enum or link table; `Global` if it concerns the whole text
    std::optional<std::string> field{}; ///< absent if it concerns the type
    std::string description;

    friend bool operator==(problem const&, problem const&) = default;
};

} // namespace refract::datamodel
