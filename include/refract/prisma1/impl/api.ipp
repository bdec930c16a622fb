#pragma once

#include <refract/core/text.hpp>
#include <refract/prisma1/api.hpp>
#include <refract/prisma1/api_names.hpp>

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_set>
#include <utility>

namespace refract::prisma1 {
namespace detail {

using datamodel::index;
using graphql::type_kind;
using graphql::type_reference;

/// The kinds of generated types. Which of `model` and `field` matter is said for each.
enum class api_type : std::uint8_t {
    // shared
    scalar,         ///< model: a datamodel::field_type
    enumeration,    ///< model: position of the enum
    node, page_info, batch_payload, mutation_type, database,
    // of a model
    object, connection, edge, aggregate, subscription_payload, previous_values,
    order_by, where, scalar_where, subscription_where, where_unique,
    update_many_mutation, update_many_data, update_many_item,
    update,
    // of a model and a scalar list field
    create_list, update_list,
    // of a model C and its field b, the visible back field of the relation that leads here, or none
    create, create_one, create_many,
    update_data, update_one, update_one_required, update_many, update_item, upsert_one, upsert_item,
};

/// The generated types of one datamodel, made as they are referred to and filled one by one.
class api_builder {
public:
    api_builder(datamodel::datamodel const& dm, api_options const& options) : dm_(dm), options_(options) {
        for (auto const& m : dm.models) {
            taken_.insert(m.name);
        }
        for (auto const& e : dm.enums) {
            taken_.insert(e.name);
        }
    }

    [[nodiscard]] graphql::schema build() {
        bool has_models = false;
        each_root([&](index) { has_models = true; });
        auto& query = out_.add(type_kind::object, "Query");
        auto* mutation = has_models || options_.raw_access ? &out_.add(type_kind::object, "Mutation") : nullptr;
        auto* subscription = has_models ? &out_.add(type_kind::object, "Subscription") : nullptr;
        out_.add_built_in();
        describe_built_in();
        add_queries(query);
        if (mutation != nullptr) {
            add_mutations(*mutation);
        }
        if (subscription != nullptr) {
            add_subscriptions(*subscription);
        }
        while (!pending_.empty()) {
            auto const next = pending_.front();
            pending_.pop_front();
            fill(next);
        }
        out_.query = &query;
        out_.mutation = mutation;
        out_.subscription = subscription;
        out_.finish();
        return std::move(out_);
    }

private:
    /// Which generated type: kind, model, field.
    using key = std::tuple<api_type, index, index>;

    struct work {
        graphql::type* to;
        api_type kind;
        index model;
        index field;
    };

    using fields = std::vector<graphql::input_value>;

    // --- references ------------------------------------------------------------------------------------------------

    type_reference refer(api_type kind, index model = datamodel::none, index field = datamodel::none) {
        auto& known = types_[key{kind, model, field}];
        if (known == nullptr) {
            auto name = name_of(kind, model, field);
            bool const own_name = kind == api_type::object || kind == api_type::enumeration || kind == api_type::scalar;
            while (!own_name && (taken_.count(name) != 0 || out_.find(name) != nullptr)) {
                name += '_';
            }
            known = &out_.add(kind_of(kind), std::move(name));
            pending_.push_back({known, kind, model, field});
        }
        return known;
    }

    type_reference scalar(datamodel::field_type t) { return refer(api_type::scalar, static_cast<index>(t)); }
    type_reference integer() { return scalar(datamodel::field_type::integer); }
    type_reference string() { return scalar(datamodel::field_type::string); }
    type_reference boolean() { return scalar(datamodel::field_type::boolean); }

    /// The type of a scalar's or list's single value.
    type_reference value_type(datamodel::field const& f) {
        return f.type == datamodel::field_type::enumeration ? refer(api_type::enumeration, f.enum_type) : scalar(f.type);
    }

    static type_reference list_of(type_reference item) { return item.non_null().list(); }

    static type_kind kind_of(api_type kind) {
        using enum api_type;
        switch (kind) {
        case scalar: return type_kind::scalar;
        case enumeration:
        case mutation_type:
        case database:
        case order_by: return type_kind::enumeration;
        case node: return type_kind::interface;
        case page_info:
        case batch_payload:
        case object:
        case connection:
        case edge:
        case aggregate:
        case subscription_payload:
        case previous_values: return type_kind::object;
        default: return type_kind::input_object;
        }
    }

    // --- names -----------------------------------------------------------------------------------------------------

    [[nodiscard]] datamodel::model const& model_at(index m) const { return dm_.models[m]; }

    /// `WithoutPosts`; empty if the back field is hidden.
    [[nodiscard]] std::string without(index model, index field) const {
        return field == datamodel::none ? std::string{} : "Without" + capitalized(dm_.field_at(model, field).name);
    }

    [[nodiscard]] std::string name_of(api_type kind, index model, index field) const {
        using enum api_type;
        switch (kind) {
        case scalar: return std::string(datamodel::to_string(static_cast<datamodel::field_type>(model)));
        case enumeration: return dm_.enums[model].name;
        case node: return "Node";
        case page_info: return "PageInfo";
        case batch_payload: return "BatchPayload";
        case mutation_type: return "MutationType";
        case database: return "PrismaDatabase";
        case aggregate: return "Aggregate" + model_at(model).name;
        default: return model_at(model).name + ending_of(kind, model, field);
        }
    }

    [[nodiscard]] std::string ending_of(api_type kind, index model, index field) const {
        using enum api_type;
        bool const nested = field == datamodel::none;
        switch (kind) {
        case connection: return "Connection";
        case edge: return "Edge";
        case subscription_payload: return "SubscriptionPayload";
        case previous_values: return "PreviousValues";
        case order_by: return "OrderByInput";
        case where: return "WhereInput";
        case scalar_where: return "ScalarWhereInput";
        case subscription_where: return "SubscriptionWhereInput";
        case where_unique: return "WhereUniqueInput";
        case update_many_mutation: return "UpdateManyMutationInput";
        case update_many_data: return "UpdateManyDataInput";
        case update_many_item: return "UpdateManyWithWhereNestedInput";
        case update: return "UpdateInput";
        case create_list: return "Create" + dm_.field_at(model, field).name + "Input";
        case update_list: return "Update" + dm_.field_at(model, field).name + "Input";
        case create: return "Create" + without(model, field) + "Input";
        case create_one: return "CreateOne" + without(model, field) + "Input";
        case create_many: return "CreateMany" + without(model, field) + "Input";
        case update_data: return "Update" + without(model, field) + "DataInput";
        case update_one: return "UpdateOne" + without(model, field) + "Input";
        case update_one_required: return "UpdateOneRequired" + without(model, field) + "Input";
        case update_many: return "UpdateMany" + without(model, field) + "Input";
        case update_item: return "UpdateWithWhereUnique" + (nested ? "Nested" : without(model, field)) + "Input";
        case upsert_one: return "Upsert" + (nested ? "Nested" : without(model, field)) + "Input";
        case upsert_item: return "UpsertWithWhereUnique" + (nested ? "Nested" : without(model, field)) + "Input";
        default: return {};
        }
    }

    // --- what exists -------------------------------------------------------------------------------------------------

    [[nodiscard]] static bool is_creatable(datamodel::field const& f) {
        return !f.is_relation() && !f.is_hidden && !f.is_created_at && !f.is_updated_at &&
            !(f.is_id && f.type == datamodel::field_type::integer);
    }

    [[nodiscard]] static bool is_updatable(datamodel::field const& f) {
        return !f.is_relation() && !f.is_id && !f.is_created_at && !f.is_updated_at;
    }

    [[nodiscard]] static bool identifies(datamodel::field const& f) { return f.is_scalar() && f.is_unique && !f.is_hidden; }

    template <class Predicate> [[nodiscard]] bool any_field(index model, Predicate const& holds) const {
        for (auto const& f : model_at(model).fields) {
            if (holds(f)) {
                return true;
            }
        }
        return false;
    }

    [[nodiscard]] bool has_unique(index model) const { return any_field(model, identifies); }
    [[nodiscard]] bool has_updatable(index model) const { return any_field(model, is_updatable); }
    [[nodiscard]] bool can_connect(index model) const { return !model_at(model).is_embedded && has_unique(model); }

    /// The back field a nested input leaves out: none if it is hidden.
    [[nodiscard]] index visible_back(datamodel::field const& f) const {
        return dm_.back(f).is_hidden ? datamodel::none : f.related_field;
    }

    /// Whether the create input of a model without one of its fields has any field.
    [[nodiscard]] bool has_create(index model, index left_out) const {
        return any_field(model, is_creatable) || has_related_input(model, left_out, api_type::create);
    }

    [[nodiscard]] bool has_update(index model, index left_out) const {
        return has_updatable(model) || has_related_input(model, left_out, api_type::update_data);
    }

    /// Whether the input of a relation field has any field.
    [[nodiscard]] bool has_link_input(datamodel::field const& f, api_type kind) const {
        auto const back = visible_back(f);
        if (can_connect(f.related_model)) {
            return true;
        }
        bool const updates = kind == api_type::update_data;
        return (updates && (f.is_list || !f.is_required)) || has_create(f.related_model, back) ||
            (updates && has_update(f.related_model, back));
    }

    /// Whether any relation field of a model can be written. Only embedded types need the recursion, which ends where it began.
    [[nodiscard]] bool has_related_input(index model, index left_out, api_type kind) const {
        auto const [known, is_new] = related_.emplace(key{kind, model, left_out}, false);
        if (!is_new) {
            return known->second;
        }
        auto const& all = model_at(model).fields;
        bool found = false;
        for (index i = 0; i < all.size() && !found; ++i) {
            found = i != left_out && all[i].is_relation() && !all[i].is_hidden && has_link_input(all[i], kind);
        }
        known->second = found;
        return found;
    }

    // --- members ---------------------------------------------------------------------------------------------------

    static void add(fields& to, std::string name, type_reference type, std::optional<std::string> text = std::nullopt) {
        to.push_back({.name = std::move(name), .type = type, .description = std::move(text)});
    }

    static graphql::field& add_field(graphql::type& to, std::string name, type_reference type,
                                     std::optional<std::string> text = std::nullopt) {
        to.fields.push_back({.name = std::move(name), .type = type, .description = std::move(text)});
        return to.fields.back();
    }

    void describe_built_in() {
        std::pair<char const*, char const*> const texts[] = {
            {"Int", "The `Int` scalar type represents non-fractional signed whole numeric values. Int can represent values between "
                    "-(2^31) and 2^31 - 1."},
            {"Float", "The `Float` scalar type represents signed double-precision fractional values as specified by [IEEE "
                      "754](http://en.wikipedia.org/wiki/IEEE_floating_point)."},
            {"Boolean", "The `Boolean` scalar type represents `true` or `false`."},
            {"String", "The `String` scalar type represents textual data, represented as UTF-8 character sequences. The String type is "
                       "most often used by GraphQL to represent free-form human-readable text."},
            {"ID", "The `ID` scalar type represents a unique identifier, often used to refetch an object or as key for a cache. The ID "
                   "type appears in a JSON response as a String; however, it is not intended to be human-readable. When expected as "
                   "an input type, any string (such as `\"4\"`) or integer (such as `4`) input value will be accepted as an ID."},
        };
        for (auto const& [name, text] : texts) {
            if (auto* t = out_.find(name); t != nullptr) {
                t->description = text;
            }
        }
    }

    fields list_arguments(index model) {
        fields out;
        add(out, "where", refer(api_type::where, model), "");
        if (any_field(model, [](auto const& f) { return f.is_scalar(); })) {
            add(out, "orderBy", refer(api_type::order_by, model));
        }
        add(out, "skip", integer());
        add(out, "after", string());
        add(out, "before", string());
        add(out, "first", integer());
        add(out, "last", integer());
        return out;
    }

    fields unique_argument(index model) {
        fields out;
        add(out, "where", refer(api_type::where_unique, model).non_null());
        return out;
    }

    // --- root types ------------------------------------------------------------------------------------------------

    template <class Visit> void each_root(Visit const& visit) {
        for (index m = 0; m < dm_.models.size(); ++m) {
            if (has_root_fields(model_at(m))) {
                visit(m);
            }
        }
    }

    /// Adds a root field unless an earlier one has its name.
    void add_root(graphql::type& root, action a, index model, type_reference type, fields arguments) {
        auto name = root_field_name(a, model_at(model));
        if (root_names_.emplace(&root, name).second) {
            add_field(root, std::move(name), type).arguments = std::move(arguments);
        }
    }

    void add_queries(graphql::type& query) {
        each_root([&](index m) {
            add_root(query, action::many, m, refer(api_type::object, m).list().non_null(), list_arguments(m));
        });
        each_root([&](index m) {
            if (has_unique(m)) {
                add_root(query, action::one, m, refer(api_type::object, m), unique_argument(m));
            }
        });
        each_root([&](index m) {
            add_root(query, action::connection, m, refer(api_type::connection, m).non_null(), list_arguments(m));
        });
        if (!root_names_.emplace(&query, "node").second) {
            return; // a model `Node` is refused, but legacy names may end up here
        }
        auto& node = add_field(query, "node", refer(api_type::node), "Fetches an object given its ID");
        add(node.arguments, "id", scalar(datamodel::field_type::id).non_null(), "The ID of an object");
    }

    void add_mutations(graphql::type& mutation) {
        constexpr auto none = datamodel::none;
        each_root([&](index m) {
            fields arguments;
            if (has_create(m, none)) {
                add(arguments, "data", refer(api_type::create, m).non_null());
            }
            add_root(mutation, action::create, m, refer(api_type::object, m).non_null(), std::move(arguments));
        });
        each_root([&](index m) {
            if (has_unique(m) && has_update(m, none)) {
                fields arguments;
                add(arguments, "data", refer(api_type::update, m).non_null());
                add(arguments, "where", refer(api_type::where_unique, m).non_null());
                add_root(mutation, action::update, m, refer(api_type::object, m), std::move(arguments));
            }
        });
        each_root([&](index m) {
            if (has_unique(m)) {
                add_root(mutation, action::remove, m, refer(api_type::object, m), unique_argument(m));
            }
        });
        each_root([&](index m) {
            if (has_unique(m) && has_update(m, none) && has_create(m, none)) {
                auto arguments = unique_argument(m);
                add(arguments, "create", refer(api_type::create, m).non_null());
                add(arguments, "update", refer(api_type::update, m).non_null());
                add_root(mutation, action::upsert, m, refer(api_type::object, m).non_null(), std::move(arguments));
            }
        });
        each_root([&](index m) {
            if (has_updatable(m)) {
                fields arguments;
                add(arguments, "data", refer(api_type::update_many_mutation, m).non_null());
                add(arguments, "where", refer(api_type::where, m), "");
                add_root(mutation, action::update_many, m, refer(api_type::batch_payload).non_null(), std::move(arguments));
            }
        });
        each_root([&](index m) {
            fields arguments;
            add(arguments, "where", refer(api_type::where, m), "");
            add_root(mutation, action::remove_many, m, refer(api_type::batch_payload).non_null(), std::move(arguments));
        });
        if (options_.raw_access) {
            auto& raw = add_field(mutation, "executeRaw", scalar(datamodel::field_type::json).non_null());
            add(raw.arguments, "database", refer(api_type::database));
            add(raw.arguments, "query", string().non_null());
        }
    }

    void add_subscriptions(graphql::type& subscription) {
        each_root([&](index m) {
            fields arguments;
            add(arguments, "where", refer(api_type::subscription_where, m), "");
            add_root(subscription, action::subscribe, m, refer(api_type::subscription_payload, m), std::move(arguments));
        });
    }

    // --- bodies ----------------------------------------------------------------------------------------------------

    void fill(work const& w) {
        switch (kind_of(w.kind)) {
        case type_kind::scalar: fill_scalar(w); break;
        case type_kind::enumeration: fill_enum(w); break;
        case type_kind::interface: fill_node(*w.to); break;
        case type_kind::object: fill_object(w); break;
        default: fill_input(w); break;
        }
    }

    static void fill_scalar(work const& w) {
        if (w.model == static_cast<index>(datamodel::field_type::json)) {
            w.to->description = "Raw JSON value";
        } else if (w.model == static_cast<index>(datamodel::field_type::uuid)) {
            w.to->description = "A type 4 UUID according to IETF RFC 4122.";
        }
    }

    void fill_node(graphql::type& node) {
        node.description = "An object with an ID";
        add_field(node, "id", scalar(datamodel::field_type::id).non_null(), "The id of the object.");
    }

    void fill_enum(work const& w) {
        auto& values = w.to->values;
        if (w.kind == api_type::enumeration) {
            for (auto const& v : dm_.enums[w.model].values) {
                values.push_back({.name = v});
            }
        } else if (w.kind == api_type::mutation_type) {
            values = {{.name = "CREATED"}, {.name = "UPDATED"}, {.name = "DELETED"}};
        } else if (w.kind == api_type::database) {
            for (auto const& name : options_.database_names) {
                values.push_back({.name = name});
            }
        } else {
            for (auto const& f : model_at(w.model).fields) {
                if (f.is_scalar()) {
                    values.push_back({.name = f.name + "_ASC"});
                    values.push_back({.name = f.name + "_DESC"});
                }
            }
        }
    }

    void fill_object(work const& w) {
        using enum api_type;
        auto& t = *w.to;
        switch (w.kind) {
        case object: fill_model(t, w.model); break;
        case previous_values:
            for (auto const& f : model_at(w.model).fields) {
                if (!f.is_relation() && !f.is_hidden) {
                    add_model_field(t, f);
                }
            }
            break;
        case connection:
            t.description = "A connection to a list of items.";
            add_field(t, "pageInfo", refer(page_info).non_null(), "Information to aid in pagination.");
            add_field(t, "edges", refer(edge, w.model).list().non_null(), "A list of edges.");
            add_field(t, "aggregate", refer(aggregate, w.model).non_null());
            break;
        case edge:
            t.description = "An edge in a connection.";
            add_field(t, "node", refer(object, w.model).non_null(), "The item at the end of the edge.");
            add_field(t, "cursor", string().non_null(), "A cursor for use in pagination.");
            break;
        case aggregate: add_field(t, "count", integer().non_null()); break;
        case batch_payload:
            t.description = "";
            add_field(t, "count", long_type().non_null(), "The number of nodes that have been affected by the Batch operation.");
            break;
        case subscription_payload: fill_subscription_payload(t, w.model); break;
        default: fill_page_info(t); break;
        }
    }

    type_reference long_type() {
        auto& t = out_.add(type_kind::scalar, "Long");
        t.description = "The `Long` scalar type represents non-fractional signed whole numeric values. Long can represent values "
                        "between -(2^63) and 2^63 - 1.";
        return &t;
    }

    void fill_page_info(graphql::type& t) {
        t.description = "Information about pagination in a connection.";
        add_field(t, "hasNextPage", boolean().non_null(), "When paginating forwards, are there more items?");
        add_field(t, "hasPreviousPage", boolean().non_null(), "When paginating backwards, are there more items?");
        add_field(t, "startCursor", string(), "When paginating backwards, the cursor to continue.");
        add_field(t, "endCursor", string(), "When paginating forwards, the cursor to continue.");
    }

    void fill_subscription_payload(graphql::type& t, index model) {
        add_field(t, "mutation", refer(api_type::mutation_type).non_null());
        add_field(t, "node", refer(api_type::object, model));
        add_field(t, "updatedFields", list_of(string()));
        if (any_field(model, [](auto const& f) { return !f.is_relation() && !f.is_hidden; })) {
            add_field(t, "previousValues", refer(api_type::previous_values, model));
        }
    }

    void fill_model(graphql::type& t, index model) {
        auto const& m = model_at(model);
        for (auto const& f : m.fields) {
            if (!f.is_hidden) {
                add_model_field(t, f);
            }
            if (f.is_id && !f.is_hidden && f.name == "id" && f.type == datamodel::field_type::id) {
                t.interfaces = {refer(api_type::node).named()};
            }
        }
    }

    void add_model_field(graphql::type& t, datamodel::field const& f) {
        if (!f.is_relation()) {
            auto const type = value_type(f);
            add_field(t, f.name, f.is_list ? list_of(type).non_null() : f.is_required ? type.non_null() : type);
            return;
        }
        auto const type = refer(api_type::object, f.related_model);
        auto& added = add_field(t, f.name, f.is_list ? list_of(type) : f.is_required ? type.non_null() : type);
        if (f.is_list && !model_at(f.related_model).is_embedded) {
            added.arguments = list_arguments(f.related_model);
        }
    }

    void fill_input(work const& w) {
        using enum api_type;
        auto& to = w.to->input_fields;
        switch (w.kind) {
        case where: fill_where(to, w.to, w.model, true); break;
        case scalar_where: fill_where(to, w.to, w.model, false); break;
        case subscription_where: fill_subscription_where(to, w.to, w.model); break;
        case where_unique:
            for (auto const& f : model_at(w.model).fields) {
                if (identifies(f)) {
                    add(to, f.name, value_type(f));
                }
            }
            break;
        case create_list:
        case update_list: add(to, "set", list_of(value_type(dm_.field_at(w.model, w.field)))); break;
        case create: fill_create(to, w.model, w.field); break;
        case update:
        case update_data: fill_update(to, w.model, w.field, true); break;
        case update_many_mutation:
        case update_many_data: fill_update(to, w.model, w.field, false); break;
        case update_many_item:
            add(to, "where", refer(scalar_where, w.model).non_null());
            add(to, "data", refer(update_many_data, w.model).non_null());
            break;
        case update_item:
            add(to, "where", refer(where_unique, w.model).non_null());
            add(to, "data", refer(update_data, w.model, w.field).non_null());
            break;
        case upsert_item: add(to, "where", refer(where_unique, w.model).non_null()); [[fallthrough]];
        case upsert_one:
            add(to, "update", refer(update_data, w.model, w.field).non_null());
            add(to, "create", refer(create, w.model, w.field).non_null());
            break;
        default: fill_nested(to, w); break;
        }
    }

    static void add_logic(fields& to, type_reference self) {
        add(to, "AND", list_of(self), "Logical AND on all given filters.");
        add(to, "OR", list_of(self), "Logical OR on all given filters.");
        add(to, "NOT", list_of(self), "Logical NOT on all given filters combined by AND.");
    }

    void fill_where(fields& to, graphql::type const* self, index model, bool with_relations) {
        add_logic(to, self);
        std::unordered_set<std::string> seen{"AND", "OR", "NOT"};
        for (bool const relations : {false, true}) {
            for (auto const& f : model_at(model).fields) {
                if (f.is_hidden || f.is_relation() != relations || (relations && !with_relations)) {
                    continue;
                }
                for (auto const op : filter_operators(f)) {
                    auto name = f.name + std::string(suffix(op));
                    if (!seen.insert(name).second) {
                        continue;
                    }
                    auto const type = relations ? refer(api_type::where, f.related_model) : value_type(f);
                    bool const is_list = op == filter_operator::in || op == filter_operator::not_in;
                    auto text = relations ? std::nullopt : std::optional<std::string>(description(op));
                    to.push_back({.name = std::move(name), .type = is_list ? list_of(type) : type, .description = std::move(text)});
                }
            }
        }
    }

    void fill_subscription_where(fields& to, graphql::type const* self, index model) {
        std::string const only = "The subscription event gets only dispatched ";
        add_logic(to, self);
        add(to, "mutation_in", list_of(refer(api_type::mutation_type)),
            "The subscription event gets dispatched when it's listed in mutation_in");
        add(to, "updatedFields_contains", string(), only + "when one of the updated fields names is included in this list");
        add(to, "updatedFields_contains_every", list_of(string()),
            only + "when all of the field names included in this list have been updated");
        add(to, "updatedFields_contains_some", list_of(string()),
            only + "when some of the field names included in this list have been updated");
        add(to, "node", refer(api_type::where, model));
    }

    /// Visits scalars, then scalar lists, then visible relations.
    template <class Visit> void each_grouped(index model, Visit const& visit) {
        auto const& all = model_at(model).fields;
        for (int group = 0; group < 3; ++group) {
            for (index i = 0; i < all.size(); ++i) {
                int const own = all[i].is_relation() ? 2 : all[i].is_list ? 1 : 0;
                if (own == group && (own != 2 || !all[i].is_hidden)) {
                    visit(i, all[i]);
                }
            }
        }
    }

    void fill_create(fields& to, index model, index left_out) {
        each_grouped(model, [&](index i, datamodel::field const& f) {
            if (f.is_relation()) {
                if (i != left_out && has_link_input(f, api_type::create)) {
                    auto const type = refer(f.is_list ? api_type::create_many : api_type::create_one, f.related_model, visible_back(f));
                    add(to, f.name, f.is_required ? type.non_null() : type);
                }
            } else if (is_creatable(f) && f.is_list) {
                add(to, f.name, refer(api_type::create_list, model, i));
            } else if (is_creatable(f)) {
                bool const required =
                    f.is_id ? f.strategy == datamodel::id_strategy::client : f.is_required && !f.default_value;
                auto const type = value_type(f);
                add(to, f.name, required ? type.non_null() : type);
            }
        });
    }

    void fill_update(fields& to, index model, index left_out, bool with_relations) {
        each_grouped(model, [&](index i, datamodel::field const& f) {
            if (f.is_relation()) {
                if (with_relations && i != left_out && has_link_input(f, api_type::update_data)) {
                    auto const kind = f.is_list   ? api_type::update_many
                        : f.is_required ? api_type::update_one_required
                                        : api_type::update_one;
                    add(to, f.name, refer(kind, f.related_model, visible_back(f)));
                }
            } else if (is_updatable(f)) {
                add(to, f.name, f.is_list ? refer(api_type::update_list, model, i) : value_type(f));
            }
        });
    }

    /// What can be done with related records: the create and update inputs of relation fields.
    void fill_nested(fields& to, work const& w) {
        using enum api_type;
        auto const m = w.model;
        bool const many = w.kind == create_many || w.kind == update_many;
        bool const creating = w.kind == create_one || w.kind == create_many;
        bool const optional = w.kind == update_one;
        auto const unique = [&] { return list_of(refer(where_unique, m)); };
        auto const as = [&](type_reference t) { return many ? list_of(t) : t; };
        bool const has_creation = has_create(m, w.field);
        bool const has_data = has_update(m, w.field);
        bool const is_unique = has_unique(m);
        if (has_creation) {
            add(to, "create", as(refer(create, m, w.field)));
        }
        if (can_connect(m)) {
            add(to, "connect", as(refer(where_unique, m)));
        }
        if (creating) {
            return;
        }
        if (many && can_connect(m)) {
            add(to, "set", unique());
        }
        if (many ? can_connect(m) : optional && !model_at(m).is_embedded) {
            add(to, "disconnect", many ? unique() : boolean());
        }
        if (many ? is_unique : optional) {
            add(to, "delete", many ? unique() : boolean());
        }
        if (has_data && (!many || is_unique)) {
            add(to, "update", many ? list_of(refer(update_item, m, w.field)) : refer(update_data, m, w.field));
        }
        if (many && has_updatable(m)) {
            add(to, "updateMany", list_of(refer(update_many_item, m)));
        }
        if (many) {
            add(to, "deleteMany", list_of(refer(scalar_where, m)));
        }
        if (has_data && has_creation && (!many || is_unique)) {
            add(to, "upsert", many ? list_of(refer(upsert_item, m, w.field)) : refer(upsert_one, m, w.field));
        }
    }

    datamodel::datamodel const& dm_;
    api_options const& options_;
    graphql::schema out_;
    std::map<key, graphql::type*> types_;
    std::deque<work> pending_;
    std::unordered_set<std::string> taken_;                                ///< names of models and enums
    std::set<std::pair<graphql::type const*, std::string>> root_names_;
    mutable std::map<key, bool> related_;                                  ///< has_related_input
};

} // namespace detail

REFRACT_DECL graphql::schema build_api_schema(datamodel::datamodel const& dm, api_options const& options) {
    return detail::api_builder(dm, options).build();
}

REFRACT_DECL graphql::schema build_private_schema() {
    graphql::schema s;
    auto& query = s.add(graphql::type_kind::object, "Query");
    auto& mutation = s.add(graphql::type_kind::object, "Mutation");
    auto& validation = s.add(graphql::type_kind::object, "SubscriptionQueryValidationResult");
    s.add_built_in();
    graphql::type_reference const string = s.find("String");
    graphql::type_reference const boolean = s.find("Boolean");
    query.fields.push_back({.name = "validateSubscriptionQuery", .type = graphql::type_reference(&validation).non_null()});
    query.fields.back().arguments.push_back({.name = "query", .type = string.non_null()});
    validation.fields.push_back({.name = "errors", .type = string.non_null().list().non_null()});
    mutation.fields.push_back({.name = "resetData", .type = boolean});
    s.query = &query;
    s.mutation = &mutation;
    s.finish();
    return s;
}

} // namespace refract::prisma1
