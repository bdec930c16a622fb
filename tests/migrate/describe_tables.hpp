// Tables as a text, to compare them.
#pragma once

#include <refract/sql/ddl.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace refract_tests {

inline std::string describe(refract::sql::table_column const& c) {
    auto line = "  " + c.name + " " + std::string(refract::datamodel::to_string(c.type)) + (c.not_null ? " not null" : "") + (c.sequence ? " numbered" : "");
    if (c.references) {
        line += " -> " + c.references->table + "." + c.references->column + " " + std::to_string(static_cast<int>(c.references->on_delete));
    }
    return line;
}

/// In a form that does not depend on the way the tables were made: no order of columns, no names of indexes.
inline std::string describe(std::vector<refract::sql::table> const& tables) {
    std::map<std::string, std::string> sorted;
    for (auto const& t : tables) {
        std::vector<std::string> lines;
        for (auto const& c : t.columns) {
            lines.push_back(describe(c));
        }
        for (auto const& i : t.indexes) {
            std::string line = i.is_unique ? "  unique" : "  index";
            for (auto const& c : i.columns) {
                line += " " + c;
            }
            lines.push_back(line);
        }
        std::sort(lines.begin(), lines.end());
        for (auto const& c : t.primary_key) {
            lines.push_back("  key " + c);
        }
        for (auto const& line : lines) {
            sorted[t.name] += line + "\n";
        }
    }
    std::string out;
    for (auto const& [name, lines] : sorted) {
        out += name + "\n" + lines;
    }
    return out;
}

} // namespace refract_tests
