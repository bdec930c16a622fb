#pragma once

#include <refract/core/text.hpp>
#include <refract/engine/write.hpp>
#include <refract/graphql/select_operation.hpp>
#include <refract/prisma1/service.hpp>
#include <refract/prisma1/subscription_query.hpp>

namespace refract::prisma1 {

namespace detail {

/// `{"errors":[…]}` as it is selected.
REFRACT_DECL std::string validation_result(std::vector<graphql::collected_field> const& selection, std::vector<std::string> const& errors) {
    std::string out = "{";
    for (auto const& f : selection) {
        out += out.size() > 1 ? "," : "";
        out += json_key(f.response_key);
        if (f.nodes.front()->name == "__typename") {
            out += "\"SubscriptionQueryValidationResult\"";
            continue;
        }
        out += '[';
        for (std::size_t i = 0; i < errors.size(); ++i) {
            out += i > 0 ? "," : "";
            append_json_string(out, errors[i]);
        }
        out += ']';
    }
    return out + '}';
}

} // namespace detail

REFRACT_DECL compiled_operation service::compile_private(
    graphql::field_collector const& collector, graphql::ast::definition const& operation, variable_map const& variables
) const {
    lowering const l{*model_, names_, private_api_, collector, variables};
    compiled_operation out;
    out.type = operation.operation;
    auto const& root = operation.operation == graphql::ast::operation_type::mutation ? *private_api_.mutation : *private_api_.query;
    for (auto const& f : collector.collect(operation.selections, root)) {
        auto const& node = *f.nodes.front();
        if (node.name.substr(0, 2) == "__") {
            out.fields.push_back(compile_meta_field(l, root, f));
            out.fields.back().head = json_key(f.response_key);
            continue;
        }
        compiled_field field;
        field.head = json_key(f.response_key);
        field.key = std::string(f.response_key);
        field.at = node.at;
        if (node.name == "resetData") {
            field.kind = field_kind::write;
            field.write.kind = plan::write_kind::reset;
        } else {
            field.non_null = true;
            auto const arguments = to_arguments(node.arguments, *root.find_field(node.name), variables);
            auto const* query = arguments.find("query");
            auto const errors = check_subscription_query(
                query != nullptr ? query->operand.constant.text_value() : std::string(), api_, *model_, options_.bounds
            );
            field.constant =
                detail::validation_result(collector.collect(f.nodes, *private_api_.find("SubscriptionQueryValidationResult")), errors);
        }
        out.fields.push_back(std::move(field));
    }
    return out;
}

REFRACT_DECL boost::asio::awaitable<response> service::execute_private(request r, std::string const& request_id) {
    auto const parsed = parse(r.query, private_api_);
    auto const prepared = prepare(r, *parsed, private_api_, request_id);
    if (!prepared) {
        co_return prepared.failure();
    }
    auto variables = prepared->variables;
    // Slots become constants: nothing of this endpoint is cached.
    for (auto& [name, value] : variables.values) {
        if (value.kind == argument_kind::scalar && value.operand.kind == plan::operand_kind::slot) {
            value.operand = plan::operand::of(variables.slots[value.operand.slot]);
        }
    }
    graphql::field_collector const collector(private_api_, parsed->document, prepared->coerced);
    auto const compiled = compile_private(collector, *prepared->operation, variables.values);
    plan::bindings bindings{variables.slots, now_ms()};
    auto answer = co_await run(compiled, std::move(bindings), request_id);
    co_return answer;
}

} // namespace refract::prisma1
