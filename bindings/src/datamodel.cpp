// refract.Datamodel and refract.sql.
#include "convert.hpp"
#include "database_value.hpp"
#include "datamodel_handle.hpp"
#include "graphql_handles.hpp"

#include <refract/core/time.hpp>
#include <refract/datamodel/sdl.hpp>
#include <refract/graphql/print_schema.hpp>
#include <refract/graphql/select_operation.hpp>
#include <refract/graphql/validate.hpp>
#include <refract/migrate/infer.hpp>
#include <refract/prisma1/api.hpp>
#include <refract/prisma1/operation.hpp>
#include <refract/prisma1/page_variables.hpp>
#include <refract/prisma1/request.hpp>

#include <optional>
#include <string>

#include <pybind11/stl.h>

namespace refract::python {

namespace {

namespace dm = refract::datamodel;
constexpr char const* datamodel_module = "refract";

sql::dialect const& dialect_of(std::string_view name) {
    if (name == "postgres" || name == "postgresql") {
        return sql::postgres;
    }
    if (name != "sqlite") {
        throw py::value_error("dialect: sqlite or postgres.");
    }
    return sql::sqlite;
}

py::list problem_list(std::vector<dm::problem> const& problems) {
    auto const make = value_class("Problem");
    py::list out;
    for (auto const& p : problems) {
        out.append(make(p.type, p.field ? py::object(py::str(*p.field)) : py::object(py::none()), p.description));
    }
    return out;
}

/// The exception of a datamodel that breaks rules.
[[noreturn]] void refuse(dm::parsed const& parsed) {
    if (parsed.ambiguous_relation) {
        raise(*parsed.ambiguous_relation);
    }
    throw_object(py::module_::import("refract.errors").attr("_datamodel_error")(problem_list(parsed.errors)));
}

datamodel_handle make_datamodel(std::string text, std::string_view dialect) {
    datamodel_handle out;
    out.dialect = &dialect_of(dialect);
    auto const& can = out.dialect->has_schemas ? dm::postgres_capabilities : dm::sqlite_capabilities;
    auto parsed = unlocked([&] { return dm::parse_sdl(text, can); });
    if (!parsed.ok()) {
        refuse(parsed);
    }
    out.model = std::make_shared<dm::datamodel const>(std::move(parsed.model));
    out.warnings = std::move(parsed.warnings);
    out.text = std::move(text);
    return out;
}

/// A field of a model, which knows its datamodel.
struct field_handle {
    std::shared_ptr<dm::datamodel const> all;
    dm::field const* at;
};

void bind_field(py::module_& m) {
    py::class_<field_handle> c(m, "Field", "A field of a model.");
    c.attr("__module__") = datamodel_module;
    c.def_property_readonly("name", [](field_handle const& f) { return f.at->name; }, "Its name.");
    c.def_property_readonly("type", [](field_handle const& f) {
        switch (f.at->type) {
        case dm::field_type::relation: return f.all->models[f.at->related_model].name;
        case dm::field_type::enumeration: return f.all->enums[f.at->enum_type].name;
        default: return std::string(dm::to_string(f.at->type));
        }
    }, "String, Int, ...; the name of the enum or of the related model.");
    c.def_property_readonly("is_list", [](field_handle const& f) { return f.at->is_list; }, "Many values, or many records.");
    c.def_property_readonly("is_required", [](field_handle const& f) { return f.at->is_required; }, "Never null; False for lists.");
    c.def_property_readonly("is_unique", [](field_handle const& f) { return f.at->is_unique; }, "Ids are, too.");
    c.def_property_readonly("is_id", [](field_handle const& f) { return f.at->is_id; }, "The model's id.");
    c.def_property_readonly("is_created_at", [](field_handle const& f) { return f.at->is_created_at; }, "Set when a record is created.");
    c.def_property_readonly("is_updated_at", [](field_handle const& f) { return f.at->is_updated_at; }, "Set whenever a record is written.");
    c.def_property_readonly("is_hidden", [](field_handle const& f) { return f.at->is_hidden; }, "Not in the API: a back relation nobody wrote.");
    c.def_property_readonly("is_relation", [](field_handle const& f) { return f.at->is_relation(); }, "Leads to another record.");
    c.def_property_readonly("relation", [](field_handle const& f) {
        return f.at->is_relation() ? py::object(py::str(f.all->relations[f.at->relation].name)) : py::object(py::none());
    }, "Of a relation field: the relation's name.");
    c.def_property_readonly("default_value", [](field_handle const& f) {
        return f.at->default_value ? py::object(py::str(f.at->default_value->text)) : py::object(py::none());
    }, "Text of the default, or None.");
    c.def_property_readonly("column", [](field_handle const& f) { return f.at->column; }, "Its column, if it has one in the model's table.");
    c.def("__repr__", [](field_handle const& f) { return "<refract.Field " + f.at->name + ">"; });
}

py::tuple fields_of(std::shared_ptr<dm::datamodel const> const& all, dm::model const& model) {
    py::tuple out(model.fields.size());
    for (std::size_t i = 0; i < model.fields.size(); ++i) {
        out[i] = field_handle{all, &model.fields[i]};
    }
    return out;
}

/// A model, which knows its datamodel.
struct model_handle {
    std::shared_ptr<dm::datamodel const> all;
    dm::model const* at;
};

void bind_model(py::module_& m) {
    py::class_<model_handle> c(m, "Model", "A model: a type of records.");
    c.attr("__module__") = datamodel_module;
    c.def_property_readonly("name", [](model_handle const& h) { return h.at->name; }, "Its name.");
    c.def_property_readonly("table", [](model_handle const& h) { return h.at->table; }, "Its table.");
    c.def_property_readonly("fields", [](model_handle const& h) { return fields_of(h.all, *h.at); }, "In the order of the text.");
    c.def("field", [](model_handle const& h, std::string_view name) {
        auto const* const f = h.at->find(name);
        return f == nullptr ? py::object(py::none()) : py::cast(field_handle{h.all, f});
    }, py::arg("name"), "The field of that name, or None.");
    c.def("__repr__", [](model_handle const& h) { return "<refract.Model " + h.at->name + ">"; });
}

// ---- steps ----------------------------------------------------------------------------------------------------------

/// A step as refract.Step(kind, name, model, new_name).
class step_maker {
public:
    step_maker() : make_(value_class("Step")) {}

    py::object operator()(migrate::create_model const& s) const { return plain("create_model", s.name); }
    py::object operator()(migrate::delete_model const& s) const { return plain("delete_model", s.name); }
    py::object operator()(migrate::update_model const& s) const { return renamed("update_model", s.name, s.new_name); }
    py::object operator()(migrate::create_enum const& s) const { return plain("create_enum", s.name); }
    py::object operator()(migrate::delete_enum const& s) const { return plain("delete_enum", s.name); }
    py::object operator()(migrate::update_enum const& s) const { return renamed("update_enum", s.name, s.new_name); }
    py::object operator()(migrate::create_field const& s) const { return make_("create_field", s.name, s.model, py::none()); }
    py::object operator()(migrate::delete_field const& s) const { return make_("delete_field", s.name, s.model, py::none()); }
    py::object operator()(migrate::update_field const& s) const { return make_("update_field", s.name, s.model, s.new_name); }
    py::object operator()(migrate::create_relation const& s) const { return plain("create_relation", s.name); }
    py::object operator()(migrate::delete_relation const& s) const { return plain("delete_relation", s.name); }
    py::object operator()(migrate::update_relation const& s) const { return renamed("update_relation", s.name, s.new_name); }
    py::object operator()(migrate::update_secrets const&) const { return plain("update_secrets", ""); }

private:
    py::object plain(char const* kind, std::string const& name) const { return make_(kind, name, py::none(), py::none()); }

    py::object renamed(char const* kind, std::string const& name, std::optional<std::string> new_name) const {
        if (new_name == name) {
            new_name.reset();
        }
        return make_(kind, name, py::none(), new_name);
    }

    py::object make_;
};

py::list diff(datamodel_handle const& before, datamodel_handle const& after) {
    auto const steps = value_or_raise(unlocked([&] { return migrate::infer(*before.model, *after.model); }));
    step_maker const make;
    py::list out;
    for (auto const& s : steps) {
        out.append(std::visit(make, s));
    }
    return out;
}

void bind_whole(py::module_& m) {
    py::class_<datamodel_handle> c(m, "Datamodel", "A Prisma 1 datamodel, read and checked.");
    c.attr("__module__") = datamodel_module;
    c.def(py::init(&make_datamodel), py::arg("sdl"), py::arg("dialect") = "sqlite",
          "Reads a datamodel (v1.1 or v1) as a database of that dialect takes it: sqlite or postgres.\n\n"
          "Raises DatamodelError, whose `problems` are all that is wrong.");
    c.def_property_readonly("models", [](datamodel_handle const& d) {
        py::tuple out(d.model->models.size());
        for (std::size_t i = 0; i < d.model->models.size(); ++i) {
            out[i] = model_handle{d.model, &d.model->models[i]};
        }
        return out;
    }, "Its models.");
    c.def("model", [](datamodel_handle const& d, std::string_view name) {
        auto const i = d.model->find_model(name);
        return i == dm::none ? py::object(py::none()) : py::cast(model_handle{d.model, &d.model->models[i]});
    }, py::arg("name"), "The model of that name, or None.");
    c.def_property_readonly("enums", [](datamodel_handle const& d) {
        py::dict out;
        for (auto const& e : d.model->enums) {
            out[py::str(e.name)] = py::cast(e.values);
        }
        return out;
    }, "The values of each enum, by its name.");
    c.def_property_readonly("relations", [](datamodel_handle const& d) {
        auto const make = value_class("Relation");
        py::list out;
        for (auto const& r : d.model->relations) {
            out.append(make(r.name, d.model->models[r.model_a].name, d.model->models[r.model_b].name));
        }
        return out;
    }, "Its relations: name and the two models.");
    c.def_property_readonly("warnings", [](datamodel_handle const& d) { return problem_list(d.warnings); },
                            "What works, but should not be done any more.");
    c.def_property_readonly("dialect", [](datamodel_handle const& d) { return d.dialect->name; }, "sqlite or postgres.");
    c.def("api", [](datamodel_handle const& d) {
        return schema_handle{unlocked([&] { return std::make_shared<graphql::schema const>(prisma1::build_api_schema(*d.model)); })};
    }, "The schema of the GraphQL API generated from it.");
    c.def("api_sdl", [](datamodel_handle const& d) {
        return unlocked([&] { return graphql::print_schema(prisma1::build_api_schema(*d.model)); });
    }, "The same as text: what `prisma1 deploy` writes for clients.");
    c.def("diff", &diff, py::arg("other"),
          "The steps of a migration from this datamodel to another one, in their order. Raises DeployError if relations have to be named first.");
    c.def("__str__", [](datamodel_handle const& d) { return d.text; });
    c.def("__repr__", [](datamodel_handle const& d) {
        return "<refract.Datamodel of " + std::to_string(d.model->models.size()) + " models>";
    });
}

// ---- refract.sql ----------------------------------------------------------------------------------------------------

/// An operation with the values it is run with, or why it can't be.
struct compiled_query {
    std::shared_ptr<prisma1::compiled_operation const> operation{};
    plan::bindings bindings{};
    std::vector<graphql::violation> refused{};
};

result<compiled_query> compile(datamodel_handle const& d, sql::dialect const& dialect, prisma1::request const& request, std::string schema) {
    graphql::parse_options options;
    options.own_source = true;
    auto document = graphql::parse(request.query, options);
    if (!document) {
        return document.failure();
    }
    compiled_query out;
    auto const api = prisma1::build_api_schema(*d.model);
    graphql::validate_options checks;
    checks.style = graphql::message_style::graphql_js;
    checks.rules = graphql::rule_set(checks.style);
    checks.checks = prisma1::prisma1_scalars();
    out.refused = graphql::validate(api, *document, checks);
    if (!out.refused.empty()) {
        return out;
    }
    auto const operation = graphql::select_operation(*document, request.operation_name, checks.style);
    if (!operation) {
        return operation.failure();
    }
    auto coerced = graphql::coerce_variables(api, *document, **operation, request.variables, prisma1::prisma1_scalars(), checks.style);
    if (!coerced) {
        out.refused = std::move(coerced.failure());
        return out;
    }
    auto const pages = prisma1::find_page_variables(*document);
    auto bound = prisma1::bind_variables(*coerced, pages);
    prisma1::api_names const names(*d.model);
    graphql::field_collector const collector(api, *document, *coerced);
    sql::target const target{d.model.get(), std::move(schema), &dialect};
    out.operation = prisma1::compile_operation({*d.model, names, api, collector, bound.values}, **operation, bound, target);
    out.bindings = {std::move(bound.slots), now_ms()};
    return out;
}

class statement_list {
public:
    explicit statement_list(plan::bindings const& bindings)
        : bindings_(bindings), statement_(value_class("Statement")), input_(value_class("Input")) {}

    void add(engine::compiled_statement const& s) {
        py::list parameters;
        for (auto const& p : s.parameters) {
            if (p.from == sql::parameter::source::input) {
                parameters.append(input_(p.input));
            } else {
                parameters.append(to_object(sql::bind({p}, bindings_, {}).front()));
            }
        }
        out_.append(statement_(s.statement.text, parameters));
    }

    void add(engine::compiled_read const& read) {
        for (auto const& list : read.alternatives) {
            for (auto const& level : list.levels) {
                add(level);
            }
            if (list.count) {
                add(*list.count);
            }
        }
    }

    py::list take() { return std::move(out_); }

private:
    plan::bindings const& bindings_;
    py::object statement_;
    py::object input_;
    py::list out_;
};

py::list statements_of(compiled_query const& compiled) {
    statement_list out(compiled.bindings);
    for (auto const& f : compiled.operation->fields) {
        if (f.kind == prisma1::field_kind::failed) {
            raise({errc::invalid_document, f.key + ": " + f.failed.message, {}});
        }
        if (f.kind == prisma1::field_kind::read) {
            out.add(*f.read);
        } else if (f.kind == prisma1::field_kind::write) {
            if (!f.direct) {
                raise({errc::invalid_document, f.key + ": The statements of this write depend on what the first ones find.", {}});
            }
            if (f.direct->first) {
                out.add(*f.direct->first);
            }
            out.add(f.direct->answer);
        }
    }
    return out.take();
}

void bind_sql(py::module_& m) {
    m.def("compile_sql", [](datamodel_handle const& d, std::string query, py::object const& variables, std::optional<std::string> const& dialect,
                            std::string operation_name, std::string schema) {
        auto const& target = dialect ? dialect_of(*dialect) : *d.dialect;
        std::string const body = "{\"query\":\"\",\"variables\":" + to_json(variables) + "}";
        prisma1::request request = std::move(value_or_raise(prisma1::parse_request_body(body, {})).requests.front());
        request.query = std::move(query);
        request.operation_name = std::move(operation_name);
        auto const compiled = value_or_raise(unlocked([&] { return compile(d, target, request, std::move(schema)); }), graphql_error);
        if (!compiled.refused.empty()) {
            throw_object(to_list(compiled.refused)[0]);
        }
        return statements_of(compiled);
    }, py::arg("datamodel"), py::arg("query"), py::arg("variables") = py::none(), py::arg("dialect") = py::none(), py::kw_only(),
          py::arg("operation_name") = "", py::arg("schema") = "",
          "The statements of an operation, as a list of Statement(text, parameters).\n\n"
          "The dialect is sqlite or postgres; without it, the datamodel's own. On SQLite a list below another one is a statement of its own, run for\n"
          "each record above it: the parameter that is the key of that record is Input(0). `schema` is where PostgreSQL's tables are.\n"
          "Raises GraphQLError for a request that is not valid, and for a nested write, whose statements depend on what it finds.");
}

} // namespace

void bind_datamodel(py::module_& m) {
    bind_field(m);
    bind_model(m);
    bind_whole(m);
    bind_sql(m);
}

} // namespace refract::python
