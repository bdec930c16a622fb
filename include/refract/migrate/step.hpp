// The steps of a migration: plain data, in the order they are carried out.
// Deletions and updates name things as the previous datamodel does, creations as the next one does.
// See: docs of the Management API, "Steps".
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace refract::migrate {

struct create_model {
    std::string name;
    friend bool operator==(create_model const&, create_model const&) = default;
};

struct delete_model {
    std::string name;
    friend bool operator==(delete_model const&, delete_model const&) = default;
};

/// A model whose name, table or any field changed; `new_name` is always set.
struct update_model {
    std::string name;
    std::string new_name;
    friend bool operator==(update_model const&, update_model const&) = default;
};

struct create_enum {
    std::string name;
    friend bool operator==(create_enum const&, create_enum const&) = default;
};

struct delete_enum {
    std::string name;
    friend bool operator==(delete_enum const&, delete_enum const&) = default;
};

struct update_enum {
    std::string name;
    std::optional<std::string> new_name{}; ///< absent if unchanged
    friend bool operator==(update_enum const&, update_enum const&) = default;
};

struct create_field {
    std::string model;
    std::string name;
    friend bool operator==(create_field const&, create_field const&) = default;
};

struct delete_field {
    std::string model;
    std::string name;
    friend bool operator==(delete_field const&, delete_field const&) = default;
};

struct update_field {
    std::string model;
    std::string new_model;
    std::string name;
    std::optional<std::string> new_name{}; ///< absent if unchanged
    friend bool operator==(update_field const&, update_field const&) = default;
};

struct create_relation {
    std::string name;
    friend bool operator==(create_relation const&, create_relation const&) = default;
};

struct delete_relation {
    std::string name;
    friend bool operator==(delete_relation const&, delete_relation const&) = default;
};

struct update_relation {
    std::string name;
    std::optional<std::string> new_name{}; ///< absent if unchanged
    friend bool operator==(update_relation const&, update_relation const&) = default;
};

/// The service's secrets were replaced. Nothing to do in the database.
struct update_secrets {
    std::vector<std::string> secrets;
    friend bool operator==(update_secrets const&, update_secrets const&) = default;
};

using step = std::variant<
    create_model, delete_model, update_model, create_enum, delete_enum, update_enum, create_field, delete_field, update_field,
    create_relation, delete_relation, update_relation, update_secrets>;

} // namespace refract::migrate
