#pragma once

#include <refract/migrate/schema_json.hpp>

#include <optional>
#include <variant>

#include <boost/json.hpp>

namespace refract::migrate {

namespace detail {

struct step_printer {
    static boost::json::object named(char const* kind, std::string const& name) {
        return {{"name", name}, {"discriminator", kind}};
    }
    static boost::json::object field(char const* kind, std::string const& model, std::string const& name) {
        return {{"model", model}, {"name", name}, {"discriminator", kind}};
    }
    static boost::json::object renamed(char const* kind, std::string const& name, std::optional<std::string> const& new_name) {
        boost::json::object o{{"name", name}};
        if (new_name) {
            o["newName"] = *new_name;
        }
        o["discriminator"] = kind;
        return o;
    }

    boost::json::object operator()(create_model const& s) const { return named("CreateModel", s.name); }
    boost::json::object operator()(delete_model const& s) const { return named("DeleteModel", s.name); }
    boost::json::object operator()(update_model const& s) const { return renamed("UpdateModel", s.name, s.new_name); }
    boost::json::object operator()(create_enum const& s) const { return named("CreateEnum", s.name); }
    boost::json::object operator()(delete_enum const& s) const { return named("DeleteEnum", s.name); }
    boost::json::object operator()(update_enum const& s) const { return renamed("UpdateEnum", s.name, s.new_name); }
    boost::json::object operator()(create_field const& s) const { return field("CreateField", s.model, s.name); }
    boost::json::object operator()(delete_field const& s) const { return field("DeleteField", s.model, s.name); }
    boost::json::object operator()(update_field const& s) const {
        boost::json::object o{{"model", s.model}, {"newModel", s.new_model}, {"name", s.name}, {"newName", nullptr}};
        if (s.new_name) {
            o["newName"] = *s.new_name;
        }
        o["discriminator"] = "UpdateField";
        return o;
    }
    boost::json::object operator()(create_relation const& s) const { return named("CreateRelation", s.name); }
    boost::json::object operator()(delete_relation const& s) const { return named("DeleteRelation", s.name); }
    boost::json::object operator()(update_relation const& s) const { return renamed("UpdateRelation", s.name, s.new_name); }
    boost::json::object operator()(update_secrets const& s) const {
        return {{"secrets", boost::json::value_from(s.secrets)}, {"discriminator", "UpdateSecrets"}};
    }
};

REFRACT_DECL std::optional<std::string> text_member(boost::json::object const& o, std::string_view key) {
    auto const* v = o.if_contains(key);
    return v != nullptr && v->is_string() ? std::optional<std::string>(std::string(v->get_string())) : std::nullopt;
}

REFRACT_DECL std::vector<std::string> texts_of(boost::json::value const& v) {
    std::vector<std::string> out;
    if (auto const* items = v.if_array()) {
        for (auto const& item : *items) {
            if (item.is_string()) {
                out.emplace_back(item.get_string());
            }
        }
    }
    return out;
}

REFRACT_DECL std::optional<step> step_of(boost::json::object const& o) {
    auto const kind = text_member(o, "discriminator").value_or("");
    auto const name = text_member(o, "name").value_or("");
    auto const model = text_member(o, "model").value_or("");
    auto const new_name = text_member(o, "newName");
    if (kind == "CreateModel") { return create_model{name}; }
    if (kind == "DeleteModel") { return delete_model{name}; }
    if (kind == "UpdateModel") { return update_model{name, new_name.value_or(name)}; }
    if (kind == "CreateEnum") { return create_enum{name}; }
    if (kind == "DeleteEnum") { return delete_enum{name}; }
    if (kind == "UpdateEnum") { return update_enum{name, new_name}; }
    if (kind == "CreateField") { return create_field{model, name}; }
    if (kind == "DeleteField") { return delete_field{model, name}; }
    if (kind == "UpdateField") { return update_field{model, text_member(o, "newModel").value_or(model), name, new_name}; }
    if (kind == "CreateRelation") { return create_relation{name}; }
    if (kind == "DeleteRelation") { return delete_relation{name}; }
    if (kind == "UpdateRelation") { return update_relation{name, new_name}; }
    if (kind == "UpdateSecrets") {
        auto const* secrets = o.if_contains("secrets");
        return update_secrets{secrets == nullptr ? std::vector<std::string>{} : texts_of(*secrets)};
    }
    return std::nullopt;
}

REFRACT_DECL result<boost::json::array> array_of(std::string_view text, char const* what) {
    if (text.empty()) {
        return boost::json::array{};
    }
    boost::json::error_code ec;
    auto root = boost::json::parse(text, ec);
    if (ec || (!root.is_array() && !root.is_null())) {
        return error{errc::invalid_json, std::string("The stored ") + what + " are not a JSON array.", {}};
    }
    return root.is_null() ? boost::json::array{} : std::move(root.get_array());
}

} // namespace detail

REFRACT_DECL std::string print_steps_json(std::vector<step> const& steps) {
    boost::json::array out;
    for (auto const& s : steps) {
        out.push_back(std::visit(detail::step_printer{}, s));
    }
    return boost::json::serialize(out);
}

REFRACT_DECL result<std::vector<step>> parse_steps_json(std::string_view text) {
    auto items = detail::array_of(text, "steps");
    if (!items) {
        return items.failure();
    }
    std::vector<step> out;
    for (auto const& item : *items) {
        auto one = item.is_object() ? detail::step_of(item.get_object()) : std::nullopt;
        if (!one) {
            return error{errc::invalid_json, "A stored step is of an unknown kind.", {}};
        }
        out.push_back(std::move(*one));
    }
    return out;
}

REFRACT_DECL std::string print_webhooks_json(std::vector<webhook> const& webhooks) {
    boost::json::array out;
    for (auto const& w : webhooks) {
        boost::json::array headers;
        for (auto const& [name, value] : w.headers) {
            headers.push_back(boost::json::array{name, value});
        }
        out.push_back(
            {{"name", w.name},
             {"isActive", true},
             {"delivery", {{"url", w.url}, {"headers", std::move(headers)}, {"type", "webhook-delivery"}}},
             {"query", w.query},
             {"type", "server-side-subscription"}});
    }
    return boost::json::serialize(out);
}

REFRACT_DECL result<std::vector<webhook>> parse_webhooks_json(std::string_view text) {
    auto items = detail::array_of(text, "subscriptions");
    if (!items) {
        return items.failure();
    }
    std::vector<webhook> out;
    for (auto const& item : *items) {
        auto const* o = item.if_object();
        auto const* delivery = o != nullptr && o->contains("delivery") ? o->at("delivery").if_object() : nullptr;
        if (delivery == nullptr) {
            return error{errc::invalid_json, "A stored subscription can't be read.", {}};
        }
        webhook w;
        w.name = detail::text_member(*o, "name").value_or("");
        w.query = detail::text_member(*o, "query").value_or("");
        w.url = detail::text_member(*delivery, "url").value_or("");
        auto const* headers = delivery->if_contains("headers");
        if (headers != nullptr && headers->is_array()) {
            for (auto const& header : headers->get_array()) {
                auto const pair = detail::texts_of(header);
                if (pair.size() == 2) {
                    w.headers.emplace_back(pair[0], pair[1]);
                }
            }
        }
        out.push_back(std::move(w));
    }
    return out;
}

REFRACT_DECL std::string print_strings_json(std::vector<std::string> const& strings) {
    return boost::json::serialize(boost::json::value_from(strings));
}

REFRACT_DECL result<std::vector<std::string>> parse_strings_json(std::string_view text) {
    auto items = detail::array_of(text, "strings");
    if (!items) {
        return items.failure();
    }
    return detail::texts_of(boost::json::value(std::move(*items)));
}

} // namespace refract::migrate
