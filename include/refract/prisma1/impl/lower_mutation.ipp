#pragma once

#include <refract/prisma1/default_value.hpp>
#include <refract/prisma1/lower.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace refract::prisma1 {

namespace detail {

/// Source: Service API, "Scalars, defaults, ids, timestamps": size checks. Characters are UTF-16 code units, as the original's.
inline constexpr std::uint32_t max_id_characters = 25;
inline constexpr std::uint32_t max_enum_characters = 191;
inline constexpr std::uint32_t max_float_characters = 35;

/// Which values of a write are checked for their length. Ids always are.
enum class sized : std::uint8_t { ids_only, all };

/// Lowers the data of one mutation field. The first error ends it.
class mutation_lowering {
public:
    mutation_lowering(datamodel::datamodel const& dm, api_names const& names, plan::write_root& root)
        : dm_(dm), names_(names), root_(root) {}

    lowered<plan::create> create(datamodel::index model, argument const& data, datamodel::index back, sized sizes, bool at_root);
    lowered<plan::update> update(datamodel::index model, argument const& data, sized sizes, bool at_root);
    lowered<plan::filter> filter(datamodel::index model, argument const* where);
    lowered<plan::selector> selector(datamodel::index model, argument const* where);

private:
    using problem = std::optional<api_error>;

    void limit(datamodel::field const& f, argument const& value, sized sizes);
    problem add_created(plan::create& to, datamodel::index model, datamodel::index field, argument const* value, sized sizes);
    problem add_updated(plan::update& to, datamodel::index model, datamodel::index field, argument const* value, sized sizes);

    problem relation(
        std::vector<plan::relation_write>& to, datamodel::index model, datamodel::index field, argument const* actions,
        bool at_root
    );
    problem creates(plan::relation_write& to, datamodel::field const& f, argument const& items);
    problem updates(plan::relation_write& to, datamodel::field const& f, argument const& items);
    problem upserts(plan::relation_write& to, datamodel::field const& f, argument const& items, bool at_root);
    problem update_manys(plan::relation_write& to, datamodel::field const& f, argument const& items);
    problem remove_manys(plan::relation_write& to, datamodel::field const& f, argument const& items);
    problem selectors(std::vector<plan::selector>& to, datamodel::field const& f, argument const& items);
    problem ends(std::vector<std::optional<plan::selector>>& to, datamodel::field const& f, argument const& items);

    datamodel::datamodel const& dm_;
    api_names const& names_;
    plan::write_root& root_;
};

/// The items of a list, or the one value that stands for a list of one. Null is no item.
REFRACT_DECL std::vector<argument const*> items_of(argument const& value) {
    std::vector<argument const*> out;
    if (value.kind == argument_kind::list) {
        for (auto const& item : value.items) {
            if (!item.is_null()) {
                out.push_back(&item);
            }
        }
    } else if (!value.is_null()) {
        out.push_back(&value);
    }
    return out;
}

/// What was given under a name and is not null.
REFRACT_DECL argument const* given(argument const* object, std::string_view name) {
    auto const* const value = object == nullptr ? nullptr : object->find(name);
    return value == nullptr || value->is_null() ? nullptr : value;
}

REFRACT_DECL argument const& empty_object() {
    static argument const empty{argument_kind::object, {}, {}, {}};
    return empty;
}

REFRACT_DECL plan::operand null_operand() {
    return plan::operand::of({});
}

/// The values of `{set: [...]}`: none if there is no such key, an empty list for null.
REFRACT_DECL std::optional<std::vector<plan::operand>> list_values(argument const* value) {
    if (value == nullptr || value->is_null()) {
        return std::nullopt;
    }
    auto const* const set = value->find("set");
    if (set == nullptr) {
        return std::nullopt;
    }
    std::vector<plan::operand> out;
    for (auto const* item : items_of(*set)) {
        out.push_back(item->operand);
    }
    return out;
}

REFRACT_DECL std::optional<plan::operand> generated_id(datamodel::field const& f) {
    switch (f.type) {
    case datamodel::field_type::id: return plan::operand::generated(plan::operand_kind::new_id);
    case datamodel::field_type::uuid: return plan::operand::generated(plan::operand_kind::new_uuid);
    default: return std::nullopt; // the database makes it
    }
}

REFRACT_DECL void mutation_lowering::limit(datamodel::field const& f, argument const& value, sized sizes) {
    using datamodel::field_type;
    std::uint32_t characters = 0;
    if (f.type == field_type::id) {
        characters = max_id_characters;
    } else if (f.type == field_type::enumeration) {
        characters = max_enum_characters;
    } else if (f.type == field_type::floating) {
        characters = max_float_characters;
    }
    if (characters != 0 && (sizes == sized::all || f.is_id)) {
        root_.length_limits.push_back({value.operand, f.name, characters});
    }
}

REFRACT_DECL mutation_lowering::problem mutation_lowering::add_created(
    plan::create& to, datamodel::index model, datamodel::index field, argument const* value, sized sizes
) {
    auto const& f = dm_.field_at(model, field);
    if (f.is_scalar_list()) {
        if (auto values = list_values(value); values && !values->empty()) {
            to.lists.push_back({field, std::move(*values)});
        }
        return std::nullopt;
    }
    if (f.is_created_at || f.is_updated_at) {
        to.values.push_back({field, plan::operand::generated(plan::operand_kind::now)});
        return std::nullopt;
    }
    if (value != nullptr && !value->is_null()) {
        limit(f, *value, sizes);
        to.values.push_back({field, value->operand});
        return std::nullopt;
    }
    if (f.is_id) {
        if (auto id = generated_id(f)) {
            to.values.push_back({field, std::move(*id)});
        }
        return std::nullopt;
    }
    if (value != nullptr) {
        if (f.is_required) {
            return api_error{
                3036, "The input value null was not valid for field " + f.name + " of type " + dm_.models[model].name + "."};
        }
        to.values.push_back({field, null_operand()});
        return std::nullopt;
    }
    if (f.default_value) {
        to.values.push_back({field, plan::operand::of(default_of(f))});
    }
    return std::nullopt;
}

REFRACT_DECL lowered<plan::create>
mutation_lowering::create(datamodel::index model, argument const& data, datamodel::index back, sized sizes, bool at_root) {
    auto const& m = dm_.models[model];
    plan::create out;
    out.model = model;
    for (datamodel::index i = 0; i < m.fields.size(); ++i) {
        if (m.fields[i].is_relation()) {
            continue;
        }
        if (auto failed = add_created(out, model, i, data.find(m.fields[i].name), sizes)) {
            return std::move(*failed);
        }
    }
    for (datamodel::index i = 0; i < m.fields.size(); ++i) {
        auto const& f = m.fields[i];
        if (!f.is_relation() || i == back) {
            continue;
        }
        auto const* const actions = given(&data, f.name);
        if (f.is_required && !f.is_list && given(actions, "create") == nullptr && given(actions, "connect") == nullptr) {
            return api_error{
                3032, "The field '" + f.name + "' on type '" + m.name +
                          "' is required. Performing this mutation would violate that constraint"};
        }
        if (auto failed = relation(out.relations, model, i, actions, at_root)) {
            return std::move(*failed);
        }
    }
    return out;
}

REFRACT_DECL mutation_lowering::problem mutation_lowering::add_updated(
    plan::update& to, datamodel::index model, datamodel::index field, argument const* value, sized sizes
) {
    auto const& f = dm_.field_at(model, field);
    if (f.is_scalar_list()) {
        if (auto values = list_values(value)) {
            to.lists.push_back({field, std::move(*values)});
        }
        return std::nullopt;
    }
    if (value == nullptr || f.is_id || f.is_created_at || f.is_updated_at) {
        return std::nullopt;
    }
    if (value->is_null()) {
        if (f.is_required) {
            plan::failure failed;
            failed.kind = plan::failure_kind::null_violation;
            failed.field = f.name;
            return spell(failed);
        }
        to.values.push_back({field, null_operand()});
        return std::nullopt;
    }
    limit(f, *value, sizes);
    to.values.push_back({field, value->operand});
    return std::nullopt;
}

REFRACT_DECL lowered<plan::update>
mutation_lowering::update(datamodel::index model, argument const& data, sized sizes, bool at_root) {
    auto const& m = dm_.models[model];
    plan::update out;
    out.model = model;
    for (datamodel::index i = 0; i < m.fields.size(); ++i) {
        auto const& f = m.fields[i];
        auto const* const value = data.find(f.name);
        auto failed = f.is_relation() ? relation(out.relations, model, i, given(&data, f.name), at_root)
                                      : add_updated(out, model, i, value, sizes);
        if (failed) {
            return std::move(*failed);
        }
    }
    if (!out.values.empty() || !out.lists.empty()) {
        for (datamodel::index i = 0; i < m.fields.size(); ++i) {
            if (m.fields[i].is_updated_at) {
                out.values.push_back({i, plan::operand::generated(plan::operand_kind::now)});
            }
        }
    }
    return out;
}

REFRACT_DECL lowered<plan::filter> mutation_lowering::filter(datamodel::index model, argument const* where) {
    if (where == nullptr || where->is_null()) {
        return plan::filter{};
    }
    return lower_filter(dm_, names_, model, *where);
}

REFRACT_DECL lowered<plan::selector> mutation_lowering::selector(datamodel::index model, argument const* where) {
    return lower_selector(dm_, model, where == nullptr || where->is_null() ? empty_object() : *where);
}

REFRACT_DECL mutation_lowering::problem mutation_lowering::relation(
    std::vector<plan::relation_write>& to, datamodel::index model, datamodel::index field, argument const* actions, bool at_root
) {
    if (actions == nullptr) {
        return std::nullopt;
    }
    auto const& f = dm_.field_at(model, field);
    plan::relation_write out;
    out.field = field;
    problem failed;
    for (auto const& [name, value] : actions->fields) {
        if (failed || value.is_null()) {
            continue;
        }
        if (name == "create") {
            failed = creates(out, f, value);
        } else if (name == "update") {
            failed = updates(out, f, value);
        } else if (name == "upsert") {
            failed = upserts(out, f, value, at_root);
        } else if (name == "delete") {
            failed = ends(out.removes, f, value);
        } else if (name == "connect") {
            failed = selectors(out.connects, f, value);
        } else if (name == "set") {
            failed = selectors(out.set.emplace(), f, value);
        } else if (name == "disconnect") {
            failed = ends(out.disconnects, f, value);
        } else if (name == "updateMany") {
            failed = update_manys(out, f, value);
        } else if (name == "deleteMany") {
            failed = remove_manys(out, f, value);
        }
    }
    if (!failed) {
        to.push_back(std::move(out));
    }
    return failed;
}

REFRACT_DECL mutation_lowering::problem
mutation_lowering::creates(plan::relation_write& to, datamodel::field const& f, argument const& items) {
    for (auto const* item : items_of(items)) {
        auto one = create(f.related_model, *item, f.related_field, sized::ids_only, false);
        if (!one) {
            return one.failure();
        }
        to.creates.push_back(std::move(*one));
    }
    return std::nullopt;
}

REFRACT_DECL mutation_lowering::problem
mutation_lowering::updates(plan::relation_write& to, datamodel::field const& f, argument const& items) {
    for (auto const* item : items_of(items)) {
        plan::nested_update out;
        if (f.is_list) {
            auto where = selector(f.related_model, item->find("where"));
            if (!where) {
                return where.failure();
            }
            out.where = std::move(*where);
        }
        auto const* const data = f.is_list ? given(item, "data") : item;
        auto one = update(f.related_model, data == nullptr ? empty_object() : *data, sized::ids_only, false);
        if (!one) {
            return one.failure();
        }
        out.data = std::move(*one);
        to.updates.push_back(std::move(out));
    }
    return std::nullopt;
}

REFRACT_DECL mutation_lowering::problem
mutation_lowering::upserts(plan::relation_write& to, datamodel::field const& f, argument const& items, bool at_root) {
    auto const sizes = at_root ? sized::all : sized::ids_only;
    for (auto const* item : items_of(items)) {
        plan::nested_upsert out;
        if (f.is_list) {
            auto where = selector(f.related_model, item->find("where"));
            if (!where) {
                return where.failure();
            }
            out.where = std::move(*where);
        }
        auto const* const create_data = given(item, "create");
        auto const* const update_data = given(item, "update");
        auto created =
            create(f.related_model, create_data == nullptr ? empty_object() : *create_data, f.related_field, sizes, false);
        if (!created) {
            return created.failure();
        }
        auto updated = update(f.related_model, update_data == nullptr ? empty_object() : *update_data, sizes, false);
        if (!updated) {
            return updated.failure();
        }
        out.create_data = std::move(*created);
        out.update_data = std::move(*updated);
        to.upserts.push_back(std::move(out));
    }
    return std::nullopt;
}

REFRACT_DECL mutation_lowering::problem
mutation_lowering::update_manys(plan::relation_write& to, datamodel::field const& f, argument const& items) {
    for (auto const* item : items_of(items)) {
        auto where = filter(f.related_model, item->find("where"));
        if (!where) {
            return where.failure();
        }
        auto const* const data = given(item, "data");
        auto one = update(f.related_model, data == nullptr ? empty_object() : *data, sized::ids_only, false);
        if (!one) {
            return one.failure();
        }
        to.update_manys.push_back({std::move(*where), std::move(*one)});
    }
    return std::nullopt;
}

REFRACT_DECL mutation_lowering::problem
mutation_lowering::remove_manys(plan::relation_write& to, datamodel::field const& f, argument const& items) {
    for (auto const* item : items_of(items)) {
        auto where = filter(f.related_model, item);
        if (!where) {
            return where.failure();
        }
        to.remove_manys.push_back(std::move(*where));
    }
    return std::nullopt;
}

REFRACT_DECL mutation_lowering::problem
mutation_lowering::selectors(std::vector<plan::selector>& to, datamodel::field const& f, argument const& items) {
    for (auto const* item : items_of(items)) {
        auto where = selector(f.related_model, item);
        if (!where) {
            return where.failure();
        }
        to.push_back(std::move(*where));
    }
    return std::nullopt;
}

/// `delete` and `disconnect`: selectors of a list, `true` of a to-one relation; `false` is nothing to do.
REFRACT_DECL mutation_lowering::problem
mutation_lowering::ends(std::vector<std::optional<plan::selector>>& to, datamodel::field const& f, argument const& items) {
    if (!f.is_list) {
        if (items.is_true()) {
            to.emplace_back(std::nullopt);
        }
        return std::nullopt;
    }
    std::vector<plan::selector> found;
    if (auto failed = selectors(found, f, items)) {
        return failed;
    }
    for (auto& one : found) {
        to.emplace_back(std::move(one));
    }
    return std::nullopt;
}

/// What a mutation field does to the records it is about, and which of its arguments it reads.
REFRACT_DECL plan::write_kind write_kind_of(action a) noexcept {
    switch (a) {
    case action::update: return plan::write_kind::update;
    case action::upsert: return plan::write_kind::upsert;
    case action::remove: return plan::write_kind::remove;
    case action::update_many: return plan::write_kind::update_many;
    case action::remove_many: return plan::write_kind::remove_many;
    case action::execute_raw: return plan::write_kind::execute_raw;
    default: return plan::write_kind::create;
    }
}

/// `where`: a selector of one record, or a filter of many.
REFRACT_DECL std::optional<api_error> lower_where(mutation_lowering& lowering, plan::write_root& root, argument const* where) {
    using plan::write_kind;
    if (root.kind == write_kind::update || root.kind == write_kind::upsert || root.kind == write_kind::remove) {
        auto one = lowering.selector(root.model, where);
        if (!one) {
            return one.failure();
        }
        root.where = std::move(*one);
    } else if (root.kind == write_kind::update_many || root.kind == write_kind::remove_many) {
        auto many = lowering.filter(root.model, where);
        if (!many) {
            return many.failure();
        }
        root.filter_where = std::move(*many);
    }
    return std::nullopt;
}

/// `data`, or `create` and `update` of an upsert: both branches are checked, whichever will run.
REFRACT_DECL std::optional<api_error> lower_data(mutation_lowering& lowering, plan::write_root& root, argument const& arguments) {
    using plan::write_kind;
    bool const upsert = root.kind == write_kind::upsert;
    if (upsert || root.kind == write_kind::create) {
        auto const* const data = given(&arguments, upsert ? "create" : "data");
        auto made = lowering.create(root.model, data == nullptr ? empty_object() : *data, datamodel::none, sized::all, true);
        if (!made) {
            return made.failure();
        }
        root.create_data = std::move(*made);
    }
    if (upsert || root.kind == write_kind::update || root.kind == write_kind::update_many) {
        bool const many = root.kind == write_kind::update_many;
        auto const* const data = given(&arguments, upsert ? "update" : "data");
        auto const sizes = many ? sized::ids_only : sized::all;
        auto changed = lowering.update(root.model, data == nullptr ? empty_object() : *data, sizes, !many);
        if (!changed) {
            return changed.failure();
        }
        root.update_data = std::move(*changed);
    }
    return std::nullopt;
}

} // namespace detail

REFRACT_DECL lowered<plan::write_root>
lower_mutation(datamodel::datamodel const& dm, api_names const& names, root_field const& field, argument const& arguments) {
    plan::write_root root;
    root.model = field.model;
    root.kind = detail::write_kind_of(field.action);
    if (root.kind == plan::write_kind::execute_raw) {
        if (auto const* const statement = detail::given(&arguments, "query")) {
            root.raw_statement = statement->operand;
        }
        return root;
    }
    detail::mutation_lowering lowering(dm, names, root);
    if (auto failed = detail::lower_where(lowering, root, arguments.find("where"))) {
        return std::move(*failed);
    }
    if (auto failed = detail::lower_data(lowering, root, arguments)) {
        return std::move(*failed);
    }
    return root;
}

} // namespace refract::prisma1
