// Collects problems, each once.
#pragma once

#include <refract/datamodel/declaration.hpp>
#include <refract/datamodel/problem.hpp>

#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace refract::datamodel::detail {

/// `a` + `b` + ...
template <class... Parts> std::string text(Parts const&... parts) {
    std::string out;
    (out.append(parts), ...);
    return out;
}

class problems {
public:
    void add(std::string_view type, std::string description) { insert({std::string(type), std::nullopt, std::move(description)}); }

    void add(std::string_view type, std::string_view field, std::string description) {
        insert({std::string(type), std::string(field), std::move(description)});
    }

    void add(type_declaration const& t, field_declaration const& f, std::string description) {
        add(t.name, f.name, std::move(description));
    }

    [[nodiscard]] std::vector<problem> take() { return std::move(found_); }

private:
    void insert(problem p) {
        if (seen_.emplace(p.type, p.field, p.description).second) {
            found_.push_back(std::move(p));
        }
    }

    std::vector<problem> found_;
    std::set<std::tuple<std::string, std::optional<std::string>, std::string>> seen_;
};

} // namespace refract::datamodel::detail
