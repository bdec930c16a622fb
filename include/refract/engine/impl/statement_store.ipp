#pragma once

#include <refract/engine/statement_store.hpp>

#include <utility>

namespace refract::engine {

REFRACT_DECL std::shared_ptr<db::statement const>
statement_store::get(std::string text, std::vector<db::value_type> const& columns) {
    // The columns are part of the key: a migration can give the same text columns of other types.
    auto const length = text.size();
    std::string key = std::move(text);
    key += '\0';
    for (auto const c : columns) {
        key += static_cast<char>(c);
    }
    if (auto found = statements_.find(key)) {
        return found;
    }
    auto made = std::make_shared<db::statement>();
    made->text = key.substr(0, length);
    made->id = db::next_statement_id();
    made->columns = columns;
    auto const bytes = sizeof(db::statement) + length + columns.size();
    statements_.put(std::move(key), made, bytes);
    return made;
}

} // namespace refract::engine
