#pragma once

#include <refract/core/memory.hpp>
#include <refract/core/text.hpp>
#include <refract/engine/read.hpp>
#include <refract/graphql/introspection.hpp>
#include <refract/prisma1/operation.hpp>

#include <algorithm>
#include <utility>

namespace refract::prisma1 {

namespace detail {

/// Compiles the root fields of one operation.
class operation_compiler {
public:
    operation_compiler(lowering const& l, sql::target const& t, graphql::type const& root, std::size_t slots)
        : l_(l), t_(t), root_(root), slots_(static_cast<std::uint32_t>(slots)) {}

    REFRACT_DECL compiled_field field(graphql::ast::operation_type type, graphql::collected_field const& f);

private:
    REFRACT_DECL void query(compiled_field& out, root_field const& root, graphql::collected_field const& f);
    REFRACT_DECL void mutation(compiled_field& out, root_field const& root, graphql::collected_field const& f);
    REFRACT_DECL void count_items(plan::write_root& write, graphql::collected_field const& f);
    REFRACT_DECL void follow_later(compiled_field& out, datamodel::index model, plan::selection& answer);

    static void fail(compiled_field& out, api_error e) {
        out.kind = field_kind::failed;
        out.failed = std::move(e);
    }

    lowering const& l_;
    sql::target const& t_;
    graphql::type const& root_;
    std::uint32_t slots_;
};

REFRACT_DECL void operation_compiler::query(compiled_field& out, root_field const& root, graphql::collected_field const& f) {
    auto lowering = l_;
    lowering.nested = &out.nested;
    auto plan = lower_query(lowering, root, f.nodes);
    if (!plan) {
        fail(out, plan.failure());
        return;
    }
    out.kind = field_kind::read;
    out.read = engine::compile_read(std::move(*plan), t_);
}

REFRACT_DECL void operation_compiler::count_items(plan::write_root& write, graphql::collected_field const& f) {
    for (auto const& sub : l_.collector.collect(f.nodes, *l_.api.find("BatchPayload"))) {
        plan::item i;
        i.key = json_key(sub.response_key);
        if (sub.nodes.front()->name == "__typename") {
            i.kind = plan::item_kind::constant;
            i.constant = "\"BatchPayload\"";
        }
        write.count_items.push_back(std::move(i));
    }
}

/// Whether nothing but a linked record's own row is asked for: a removal elsewhere does not change it.
REFRACT_DECL bool is_own_row(plan::selection const& s) {
    return std::all_of(s.items.begin(), s.items.end(), [](plan::item const& i) {
        return i.kind == plan::item_kind::scalar || i.kind == plan::item_kind::scalar_list || i.kind == plan::item_kind::constant;
    });
}

/// A removal is answered with the record as it was and the records it led to as they are afterwards: takes links that may lead to
/// something else then out of the answer.
REFRACT_DECL void operation_compiler::follow_later(compiled_field& out, datamodel::index model, plan::selection& answer) {
    auto const& relations = l_.dm.relations;
    bool const cascades = std::any_of(relations.begin(), relations.end(), [](datamodel::relation const& r) {
        return r.on_delete_a == datamodel::on_delete::cascade || r.on_delete_b == datamodel::on_delete::cascade;
    });
    for (auto& i : answer.items) {
        if (i.kind != plan::item_kind::to_one || (!cascades && is_own_row(i.read->select))) {
            continue;
        }
        auto const related = l_.dm.models[model].fields[i.field].related_model;
        auto later = record_in_slot(l_.dm, related, slots_, std::move(i.read->select));
        out.links.push_back({i.field, engine::compile_read(std::move(later), t_)});
        i.kind = plan::item_kind::constant;
        i.constant = std::string(1, engine::link_mark);
        i.read.reset();
    }
}

REFRACT_DECL void operation_compiler::mutation(compiled_field& out, root_field const& root, graphql::collected_field const& f) {
    auto const& node = *f.nodes.front();
    auto const arguments = to_arguments(node.arguments, *root_.find_field(node.name), l_.variables);
    auto write = lower_mutation(l_.dm, l_.names, root, arguments);
    if (!write) {
        fail(out, write.failure());
        return;
    }
    out.kind = field_kind::write;
    out.write = std::move(*write);
    out.write.answer_id_slot = slots_;
    if (root.action == action::update_many || root.action == action::remove_many) {
        count_items(out.write, f);
        out.direct = engine::compile_direct_write(out.write, nullptr, t_);
    } else if (root.action != action::execute_raw) {
        auto lowering = l_;
        lowering.nested = &out.nested;
        auto answer = lower_answer(lowering, root.model, f.nodes, slots_, root.action == action::remove);
        if (!answer) {
            fail(out, answer.failure());
            return;
        }
        if (root.action == action::remove) {
            follow_later(out, root.model, answer->alternatives.front().select);
        }
        if (out.links.empty()) {
            out.direct = engine::compile_direct_write(out.write, &*answer, t_);
        }
        out.read = engine::compile_read(std::move(*answer), t_);
    }
}

REFRACT_DECL compiled_field
operation_compiler::field(graphql::ast::operation_type type, graphql::collected_field const& f) {
    compiled_field out;
    auto const& node = *f.nodes.front();
    out.key = std::string(f.response_key);
    out.at = node.at;
    if (node.name.substr(0, 2) == "__") {
        return compile_meta_field(l_, root_, f);
    }
    auto const* definition = root_.find_field(node.name);
    out.non_null = definition->type.is_non_null();
    auto const* root = l_.names.find_root(type, node.name);
    if (type == graphql::ast::operation_type::subscription || root == nullptr) {
        out.constant = "null"; // a subscription over HTTP gives null
    } else if (type == graphql::ast::operation_type::query) {
        query(out, *root, f);
    } else {
        mutation(out, *root, f);
    }
    return out;
}

/// An answer of constants alone is written once.
REFRACT_DECL void join_constants(compiled_operation& operation) {
    auto& fields = operation.fields;
    if (!std::all_of(fields.begin(), fields.end(), [](auto const& f) { return f.kind == field_kind::constant; })) {
        return;
    }
    std::string answer = "{\"data\":{";
    for (auto const& f : fields) {
        answer += &f == &fields.front() ? "" : ",";
        answer += f.head;
        answer += f.constant;
    }
    answer += "}}";
    answer.shrink_to_fit();
    operation.answer = std::make_shared<std::string const>(std::move(answer));
    operation.bytes = sizeof(compiled_operation) + operation.answer->size();
    std::vector<compiled_field>().swap(fields);
    constexpr std::size_t large = 1U << 20U;
    if (operation.answer->size() >= large) {
        release_free_memory(); // it was written several times over
    }
}

} // namespace detail

REFRACT_DECL compiled_field compile_meta_field(lowering const& l, graphql::type const& root, graphql::collected_field const& f) {
    compiled_field out;
    out.key = std::string(f.response_key);
    out.at = f.nodes.front()->at;
    out.non_null = f.name() != "__type";
    if (f.name() == "__typename") {
        append_json_string(out.constant, root.name);
    } else if (auto const written = graphql::append_introspection(out.constant, l.collector, root, f); !written) {
        out.constant.clear();
        out.kind = field_kind::failed;
        out.failed = {0, written.failure().message};
    }
    return out;
}

REFRACT_DECL std::shared_ptr<compiled_operation const>
compile_operation(lowering const& l, graphql::ast::definition const& operation, bound_variables const& variables, sql::target const& t) {
    auto out = std::make_shared<compiled_operation>();
    out->type = operation.operation;
    auto const* root = operation.operation == graphql::ast::operation_type::query      ? l.api.query
                       : operation.operation == graphql::ast::operation_type::mutation ? l.api.mutation
                                                                                       : l.api.subscription;
    detail::operation_compiler compiler(l, t, *root, variables.slots.size());
    out->bytes = sizeof(compiled_operation);
    for (auto const& f : l.collector.collect(operation.selections, *root)) {
        out->fields.push_back(compiler.field(operation.operation, f));
        out->fields.back().head = json_key(f.response_key);
        auto const& arguments = f.nodes.front()->arguments;
        out->holds_values = out->holds_values || (f.name() == "__type" && std::any_of(arguments.begin(), arguments.end(), [](auto const& a) {
                                return a.value.kind == graphql::ast::value_kind::variable;
                            }));
        auto const& field = out->fields.back();
        out->bytes += sizeof(compiled_field) + field.constant.size() + (field.read ? field.read->bytes : 0) +
                      field.nested.size() * (sizeof(nested_failure) + missing_value_text.size()) +
                      (field.kind == field_kind::write ? 4096 : 0) + (field.direct ? field.direct->bytes : 0);
    }
    if (out->fields.size() == 1) {
        out->opening = "{\"data\":{" + out->fields.front().head;
    }
    detail::join_constants(*out);
    return out;
}

} // namespace refract::prisma1
