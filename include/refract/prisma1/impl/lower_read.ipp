#pragma once

#include <refract/core/text.hpp>
#include <refract/prisma1/lower_read.hpp>
#include <refract/sql/select.hpp>

#include <optional>
#include <utility>

namespace refract::prisma1 {

REFRACT_DECL std::string json_key(std::string_view key) {
    std::string out;
    append_json_string(out, key);
    out += ':';
    return out;
}

namespace detail {

using nodes = std::vector<graphql::ast::selection const*>;

/// One object type's selection, item by item.
class selection_lowering {
public:
    explicit selection_lowering(lowering const& l) : l_(l) {}

    /// `levels`: what becomes null when a required value of the record is missing, counted as in failure_mark().
    REFRACT_DECL lowered<plan::selection> record(datamodel::index model, nodes const& from, std::size_t levels = 1);
    REFRACT_DECL lowered<plan::read> list(datamodel::index model, argument const& arguments);
    REFRACT_DECL lowered<plan::connection> connection(datamodel::index model, nodes const& from);

private:
    REFRACT_DECL lowered<plan::item> item(datamodel::index model, graphql::collected_field const& f, std::size_t levels);
    REFRACT_DECL std::optional<api_error> check_page(datamodel::index model, plan::page const& p) const;
    REFRACT_DECL std::string mark(api_error e, location at, std::size_t levels);
    REFRACT_DECL lowered<plan::connection_part> part(datamodel::index model, graphql::collected_field const& f);
    REFRACT_DECL lowered<plan::connection_leaf>
    leaf(datamodel::index model, std::string_view type_name, graphql::collected_field const& f);

    [[nodiscard]] static std::string type_name_json(std::string_view name) { return json_string(name); }

    lowering const& l_;
};

/// Keeps an error of a nested field; what to write in the field's place.
REFRACT_DECL std::string selection_lowering::mark(api_error e, location at, std::size_t levels) {
    l_.nested->push_back({std::move(e), at});
    return failure_mark(l_.nested->size() - 1, levels);
}

REFRACT_DECL lowered<plan::item>
selection_lowering::item(datamodel::index model, graphql::collected_field const& f, std::size_t levels) {
    plan::item out;
    auto const& node = *f.nodes.front();
    auto const& m = l_.dm.models[model];
    out.key = json_key(f.response_key);
    if (node.name == "__typename") {
        out.kind = plan::item_kind::constant;
        out.constant = type_name_json(m.name);
        return out;
    }
    out.field = m.find_index(node.name);
    auto const& field = m.fields[out.field];
    if (!field.is_relation()) {
        out.kind = field.is_list ? plan::item_kind::scalar_list : plan::item_kind::scalar;
        return out;
    }
    out.kind = field.is_list ? plan::item_kind::to_many : plan::item_kind::to_one;
    auto const* definition = l_.api.find(m.name)->find_field(node.name);
    auto read = list(field.related_model, to_arguments(node.arguments, *definition, l_.variables));
    if (!read) {
        if (l_.nested == nullptr) {
            return read.failure();
        }
        out.kind = plan::item_kind::constant;
        out.constant = mark(read.failure(), node.at, 0);
        return out;
    }
    bool const required_one = !field.is_list && field.is_required;
    if (required_one && l_.nested != nullptr) {
        out.constant = mark({0, std::string(missing_value_text)}, node.at, levels);
    }
    // An item of a nested list is never null: the list is, then. So is the parent of a required record.
    auto select = record(field.related_model, f.nodes, field.is_list ? 2 : required_one ? levels + 1 : 1);
    if (!select) {
        return select.failure();
    }
    read->select = std::move(*select);
    out.read = std::make_unique<plan::read>(std::move(*read));
    return out;
}

REFRACT_DECL lowered<plan::selection>
selection_lowering::record(datamodel::index model, nodes const& from, std::size_t levels) {
    plan::selection out;
    for (auto const& f : l_.collector.collect(from, *l_.api.find(l_.dm.models[model].name))) {
        auto one = item(model, f, levels);
        if (!one) {
            return one.failure();
        }
        out.items.push_back(std::move(*one));
    }
    return out;
}

REFRACT_DECL lowered<plan::read> selection_lowering::list(datamodel::index model, argument const& arguments) {
    plan::read out;
    out.model = model;
    auto const& m = l_.dm.models[model];
    auto const given = [&](std::string_view name) -> argument const* {
        auto const* a = arguments.find(name);
        return a == nullptr || a->is_null() ? nullptr : a;
    };
    if (auto const* where = given("where")) {
        auto filter = lower_filter(l_.dm, l_.names, model, *where);
        if (!filter) {
            return filter.failure();
        }
        out.where = std::move(*filter);
    }
    if (auto const* order = given("orderBy")) {
        if (auto const* by = l_.names.find_order(model, order->operand.constant.text_value())) {
            out.order.push_back({by->field, by->descending});
        }
    }
    if (out.order.empty() || out.order.front().field != m.id_field) {
        out.order.push_back({m.id_field, false});
    }
    auto const operand = [&](std::string_view name, std::optional<plan::operand>& to) {
        if (auto const* a = given(name)) {
            to = a->operand;
        }
    };
    operand("first", out.page.first);
    operand("last", out.page.last);
    operand("skip", out.page.skip);
    operand("after", out.page.after);
    operand("before", out.page.before);
    if (out.page.first && out.page.last) {
        return api_error{
            3014, "Including a value for both first and last is not supported. See the spec for a discussion of why "
                  "https://facebook.github.io/relay/graphql/connections.htm#sec-Pagination-algorithm"};
    }
    if (auto failed = check_page(model, out.page)) {
        return std::move(*failed);
    }
    return out;
}

/// Counts and cursors whose value is known now; the others are checked when they are bound.
REFRACT_DECL std::optional<api_error> selection_lowering::check_page(datamodel::index model, plan::page const& p) const {
    std::pair<char const*, std::optional<plan::operand> const&> const counts[] = {
        {"first", p.first}, {"last", p.last}, {"skip", p.skip}};
    for (auto const& [name, count] : counts) {
        if (count && count->kind == plan::operand_kind::constant && count->constant.number() < 0) {
            plan::failure failed;
            failed.kind = plan::failure_kind::negative_argument;
            failed.field = name;
            return spell(failed);
        }
    }
    auto const& m = l_.dm.models[model];
    for (auto const& cursor : {p.after, p.before}) {
        bool const known = cursor && cursor->kind == plan::operand_kind::constant && cursor->constant.type() == db::value_type::text;
        if (known && !sql::is_id_text(m.id().type, cursor->constant.text_value())) {
            plan::failure failed;
            failed.kind = plan::failure_kind::invalid_cursor;
            failed.model = m.name;
            failed.value = cursor->constant.text_value();
            return spell(failed);
        }
    }
    return std::nullopt;
}

REFRACT_DECL lowered<plan::connection_leaf>
selection_lowering::leaf(datamodel::index model, std::string_view type_name, graphql::collected_field const& f) {
    using kind = plan::connection_leaf_kind;
    static constexpr std::pair<std::string_view, kind> known[] = {
        {"cursor", kind::cursor},           {"hasNextPage", kind::has_next_page}, {"hasPreviousPage", kind::has_previous_page},
        {"startCursor", kind::start_cursor}, {"endCursor", kind::end_cursor},      {"count", kind::count},
    };
    plan::connection_leaf out;
    out.key = json_key(f.response_key);
    auto const name = f.nodes.front()->name;
    if (name == "node") {
        out.kind = kind::node;
        auto select = record(model, f.nodes, 2); // an edge without its node is null
        if (!select) {
            return select.failure();
        }
        out.node = std::move(*select);
        return out;
    }
    for (auto const& [field, leaf_kind] : known) {
        if (field == name) {
            out.kind = leaf_kind;
            return out;
        }
    }
    out.constant = type_name_json(type_name);
    return out;
}

REFRACT_DECL lowered<plan::connection_part>
selection_lowering::part(datamodel::index model, graphql::collected_field const& f) {
    using kind = plan::connection_part_kind;
    auto const& name = l_.dm.models[model].name;
    auto const field = f.nodes.front()->name;
    plan::connection_part out;
    out.key = json_key(f.response_key);
    if (field == "__typename") {
        out.constant = type_name_json(name + "Connection");
        return out;
    }
    out.kind = field == "edges" ? kind::edges : field == "pageInfo" ? kind::page_info : kind::aggregate;
    std::string const type = out.kind == kind::edges       ? name + "Edge"
                             : out.kind == kind::page_info ? std::string("PageInfo")
                                                           : "Aggregate" + name;
    for (auto const& sub : l_.collector.collect(f.nodes, *l_.api.find(type))) {
        auto one = leaf(model, type, sub);
        if (!one) {
            return one.failure();
        }
        out.leaves.push_back(std::move(*one));
    }
    return out;
}

REFRACT_DECL lowered<plan::connection> selection_lowering::connection(datamodel::index model, nodes const& from) {
    plan::connection out;
    for (auto const& f : l_.collector.collect(from, *l_.api.find(l_.dm.models[model].name + "Connection"))) {
        auto one = part(model, f);
        if (!one) {
            return one.failure();
        }
        out.parts.push_back(std::move(*one));
    }
    return out;
}

/// The one record whose `field` has a value.
REFRACT_DECL plan::read record_where(datamodel::index model, plan::selector selector) {
    plan::read out;
    out.model = model;
    out.where.kind = plan::filter_kind::compare;
    out.where.field = selector.field;
    out.where.operands.push_back(std::move(selector.value));
    return out;
}

REFRACT_DECL lowered<plan::read_root> lower_node(lowering const& l, argument const& arguments, nodes const& from) {
    plan::read_root out;
    out.kind = plan::read_root_kind::any_of;
    auto const* id = arguments.find("id");
    for (datamodel::index model = 0; model < l.dm.models.size(); ++model) {
        auto const& m = l.dm.models[model];
        if (m.is_embedded || m.id_field == datamodel::none || m.id().type != datamodel::field_type::id || m.id().name != "id") {
            continue;
        }
        auto read = record_where(model, {m.id_field, id->operand});
        auto select = selection_lowering(l).record(model, from);
        if (!select) {
            return select.failure();
        }
        read.select = std::move(*select);
        out.alternatives.push_back(std::move(read));
    }
    return out;
}

} // namespace detail

REFRACT_DECL lowered<plan::selection>
lower_selection(lowering const& l, datamodel::index model, std::vector<graphql::ast::selection const*> const& nodes) {
    return detail::selection_lowering(l).record(model, nodes);
}

REFRACT_DECL lowered<plan::read_root>
lower_query(lowering const& l, root_field const& root, std::vector<graphql::ast::selection const*> const& nodes) {
    auto const& node = *nodes.front();
    auto const arguments = to_arguments(node.arguments, *l.api.query->find_field(node.name), l.variables);
    if (root.action == action::node) {
        return detail::lower_node(l, arguments, nodes);
    }
    plan::read_root out;
    detail::selection_lowering selections(l);
    if (root.action == action::one) {
        out.kind = plan::read_root_kind::one;
        auto const* where = arguments.find("where");
        auto selector = lower_selector(l.dm, root.model, where != nullptr ? *where : argument{});
        if (!selector) {
            return selector.failure();
        }
        out.alternatives.push_back(detail::record_where(root.model, std::move(*selector)));
    } else {
        auto read = selections.list(root.model, arguments);
        if (!read) {
            return read.failure();
        }
        out.alternatives.push_back(std::move(*read));
    }
    auto& read = out.alternatives.front();
    if (root.action == action::connection) {
        out.kind = plan::read_root_kind::connection;
        auto connection = selections.connection(root.model, nodes);
        if (!connection) {
            return connection.failure();
        }
        read.connection = std::make_unique<plan::connection>(std::move(*connection));
        return out;
    }
    auto select = selections.record(root.model, nodes);
    if (!select) {
        return select.failure();
    }
    read.select = std::move(*select);
    return out;
}

REFRACT_DECL lowered<plan::read_root> lower_answer(
    lowering const& l, datamodel::index model, std::vector<graphql::ast::selection const*> const& nodes, std::uint32_t id_slot,
    bool removed
) {
    auto select = lower_selection(l, model, nodes);
    if (!select) {
        return select.failure();
    }
    if (removed) {
        for (auto& i : select->items) {
            if (i.kind == plan::item_kind::to_many || i.kind == plan::item_kind::scalar_list) {
                i.kind = plan::item_kind::constant;
                i.constant = "[]";
            } else if (i.kind == plan::item_kind::to_one) {
                auto const& f = l.dm.models[model].fields[i.field];
                auto const& link = l.dm.relations[f.relation].link;
                if (link.kind != datamodel::link_kind::inline_column || link.column_side != f.side) {
                    i.kind = plan::item_kind::constant;
                    i.constant = "null";
                }
            }
        }
    }
    return record_in_slot(l.dm, model, id_slot, std::move(*select));
}

REFRACT_DECL plan::read_root
record_in_slot(datamodel::datamodel const& dm, datamodel::index model, std::uint32_t id_slot, plan::selection select) {
    plan::read_root out;
    out.kind = plan::read_root_kind::one;
    auto read = detail::record_where(model, {dm.models[model].id_field, plan::operand::at(id_slot)});
    read.select = std::move(select);
    out.alternatives.push_back(std::move(read));
    return out;
}

} // namespace refract::prisma1
