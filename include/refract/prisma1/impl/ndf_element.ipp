#pragma once

#include <refract/core/id.hpp>
#include <refract/core/number.hpp>
#include <refract/core/text.hpp>
#include <refract/core/time.hpp>
#include <refract/prisma1/json_text.hpp>
#include <refract/prisma1/ndf.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <boost/json/monotonic_resource.hpp>

namespace refract::prisma1 {

namespace detail {

REFRACT_DECL error invalid(std::string message); // of ndf.ipp

/// Milliseconds since 1970 of `2017-11-29T14:35:13.000Z`, with any offset, without milliseconds, or `2017-11-29 14:35:13`.
REFRACT_DECL std::optional<db::value> imported_date_time(std::string text) {
    constexpr std::size_t days_end = 10;
    if (text.size() > days_end && text[days_end] == ' ') {
        text[days_end] = 'T';
    }
    auto const ms = parse_date_time(text);
    return ms ? std::optional(db::value::date_time(*ms)) : std::nullopt;
}

REFRACT_DECL std::optional<db::value> imported_integer(boost::json::value const& v) {
    using range = std::numeric_limits<std::int32_t>;
    if (v.is_double() && v.get_double() == std::floor(v.get_double()) && std::abs(v.get_double()) <= range::max()) {
        return db::value::integer(static_cast<std::int64_t>(v.get_double()));
    }
    if (!v.is_int64() || v.get_int64() < range::min() || v.get_int64() > range::max()) {
        return std::nullopt;
    }
    return db::value::integer(v.get_int64());
}

/// A string as a value of one of the types spelled as strings.
REFRACT_DECL std::optional<db::value>
imported_text(datamodel::datamodel const& dm, datamodel::field const& f, std::string text) {
    if (text.find('\0') != std::string::npos) { // PostgreSQL can't hold it
        return std::nullopt;
    }
    if (f.type == datamodel::field_type::date_time) {
        return imported_date_time(std::move(text));
    }
    if (f.type == datamodel::field_type::uuid) {
        auto canonical = parse_uuid(text);
        return canonical ? std::optional(db::value::uuid(std::move(*canonical))) : std::nullopt;
    }
    if (f.type == datamodel::field_type::enumeration) {
        auto const& values = dm.enums[f.enum_type].values;
        if (std::find(values.begin(), values.end(), text) == values.end()) {
            return std::nullopt;
        }
    }
    return db::value::text(std::move(text));
}

/// A JSON value as a value of the field's type. Nothing if it is none.
REFRACT_DECL std::optional<db::value>
imported_value(datamodel::datamodel const& dm, datamodel::field const& f, boost::json::value const& v) {
    using datamodel::field_type;
    switch (f.type) {
    case field_type::integer: return imported_integer(v);
    case field_type::floating: {
        if (!v.is_number()) {
            return std::nullopt;
        }
        std::string text;
        append_json(text, v);
        return db::value::decimal(std::move(text));
    }
    case field_type::boolean: return v.is_bool() ? std::optional(db::value::boolean(v.get_bool())) : std::nullopt;
    case field_type::json: {
        std::string text;
        append_json(text, v);
        return db::value::json(std::move(text));
    }
    case field_type::relation: return std::nullopt;
    case field_type::id:
    case field_type::uuid:
    case field_type::string:
    case field_type::date_time:
    case field_type::enumeration: break;
    }
    return v.is_string() ? imported_text(dm, f, std::string(v.get_string())) : std::nullopt;
}

/// Reads the elements of one datamodel.
class element_reader {
public:
    element_reader(datamodel::datamodel const& dm, std::int64_t now_ms) : dm_(dm), now_ms_(now_ms) {}

    result<import_element> node(boost::json::value const& v) const;
    result<import_element> list(boost::json::value const& v) const;
    result<import_element> relation(boost::json::value const& v) const;

private:
    /// `{"_typeName", "id", ...}`
    struct record {
        datamodel::index model = datamodel::none;
        std::string id{};
        db::value id_value{}; ///< null: not an id of the model
        boost::json::object const* members = nullptr;
    };

    [[nodiscard]] datamodel::model const& model(record const& r) const { return dm_.models[r.model]; }

    result<record> identify(boost::json::value const& v) const;
    /// The relation field an end names, or none.
    result<datamodel::index> named_field(record const& r) const;

    [[nodiscard]] std::string about(record const& r) const { return "The model " + model(r).name + " with id " + r.id; }
    [[nodiscard]] std::string unknown(record const& r, std::string_view name) const {
        return about(r) + " has an unknown field '" + std::string(name) + "' in field list.";
    }
    [[nodiscard]] std::string refused(record const& r, std::string_view name) const {
        return about(r) + " has an invalid value for field' " + std::string(name) + "'."; // the quote as the original has it
    }
    [[nodiscard]] std::string bad_id(record const& r) const {
        return about(r) + " produced an exception during import: Invalid id: " + r.id;
    }
    [[nodiscard]] std::string set_value(record const& r, std::string_view name, boost::json::value const& v, import_row& row) const;

    datamodel::datamodel const& dm_;
    std::int64_t now_ms_;
};

REFRACT_DECL auto element_reader::identify(boost::json::value const& v) const -> result<record> {
    record out;
    out.members = v.if_object();
    auto const* type = out.members != nullptr ? out.members->if_contains("_typeName") : nullptr;
    auto const* id = out.members != nullptr ? out.members->if_contains("id") : nullptr;
    if (type == nullptr || !type->is_string() || id == nullptr) {
        return invalid("An element must have the keys '_typeName' and 'id'.");
    }
    std::string const name(type->get_string());
    out.model = dm_.find_model(name);
    if (out.model == datamodel::none) {
        return invalid("There is no model with the name '" + name + "'.");
    }
    auto const& field = model(out).id();
    if (field.type != datamodel::field_type::id && field.type != datamodel::field_type::uuid) {
        return invalid("TypeIdentifier not yet supported in Import as ID. " + std::string(datamodel::to_string(field.type)));
    }
    if (!id->is_string()) {
        return invalid("The id of an element must be a string.");
    }
    out.id = std::string(id->get_string());
    if (auto value = imported_value(dm_, field, *id)) {
        out.id_value = std::move(*value);
    }
    return out;
}

/// Puts a value into its place. Gives why not.
REFRACT_DECL std::string
element_reader::set_value(record const& r, std::string_view name, boost::json::value const& v, import_row& row) const {
    auto const& m = model(r);
    auto const* field = m.find(name);
    if (field == nullptr || field->is_hidden) {
        return name == "createdAt" || name == "updatedAt" ? std::string() : unknown(r, name);
    }
    if (!field->is_scalar() || field->is_id) {
        return unknown(r, name);
    }
    if (v.is_null()) {
        return {};
    }
    auto value = imported_value(dm_, *field, v);
    if (!value) {
        return refused(r, name);
    }
    auto const fields = stored_fields(m);
    auto const at = std::find(fields.begin(), fields.end(), m.find_index(name));
    row.values[static_cast<std::size_t>(at - fields.begin())] = std::move(*value);
    return {};
}

REFRACT_DECL result<import_element> element_reader::node(boost::json::value const& v) const {
    auto const r = identify(v);
    if (!r) {
        return r.failure();
    }
    import_element out;
    if (r->id_value.is_null()) {
        out.fault = bad_id(*r);
        return out;
    }
    auto const& m = model(*r);
    auto const fields = stored_fields(m);
    import_row row{r->model, datamodel::none, std::vector<db::value>(fields.size())};
    for (auto const& member : *r->members) {
        std::string_view const name(member.key().data(), member.key().size());
        if (name == "_typeName" || name == "id") {
            continue;
        }
        out.fault = set_value(*r, name, member.value(), row);
        if (!out.fault.empty()) {
            return out;
        }
    }
    for (std::size_t i = 0; i < fields.size(); ++i) {
        auto const& f = m.fields[fields[i]];
        if (f.is_id) {
            row.values[i] = r->id_value;
        } else if ((f.is_created_at || f.is_updated_at) && row.values[i].is_null()) {
            row.values[i] = db::value::date_time(now_ms_);
        }
    }
    out.rows.push_back(std::move(row));
    return out;
}

REFRACT_DECL result<import_element> element_reader::list(boost::json::value const& v) const {
    auto const r = identify(v);
    if (!r) {
        return r.failure();
    }
    import_element out;
    if (r->id_value.is_null()) {
        out.fault = bad_id(*r);
    }
    for (auto const& member : *r->members) {
        std::string_view const name(member.key().data(), member.key().size());
        if (name == "_typeName" || name == "id") {
            continue;
        }
        auto const at = model(*r).find_index(name);
        if (at == datamodel::none || !model(*r).fields[at].is_scalar_list()) {
            out.fault = unknown(*r, name);
            break;
        }
        if (!member.value().is_array()) {
            out.fault = refused(*r, name);
            break;
        }
        for (auto const& item : member.value().get_array()) {
            auto value = imported_value(dm_, model(*r).fields[at], item);
            if (!value) {
                out.fault = refused(*r, name);
                break;
            }
            out.rows.push_back({r->model, at, {r->id_value, db::value(), std::move(*value)}});
        }
    }
    if (!out.fault.empty()) {
        out.rows.clear();
    }
    return out;
}

REFRACT_DECL result<datamodel::index> element_reader::named_field(record const& r) const {
    auto const* name = r.members->if_contains("fieldName");
    if (name == nullptr || name->is_null()) {
        return datamodel::none;
    }
    if (!name->is_string()) {
        return invalid("The key 'fieldName' must be a string.");
    }
    std::string const text(name->get_string());
    auto const at = model(r).find_index(text);
    if (at == datamodel::none || !model(r).fields[at].is_relation()) {
        return invalid("The model " + model(r).name + " has no relation field '" + text + "'.");
    }
    return at;
}

REFRACT_DECL result<import_element> element_reader::relation(boost::json::value const& v) const {
    auto const* ends = v.if_array();
    if (ends == nullptr || ends->size() != 2) {
        return invalid("A relation must be an array of two elements.");
    }
    auto near = identify((*ends)[0]);
    auto far = identify((*ends)[1]);
    if (!near || !far) {
        return near ? far.failure() : near.failure();
    }
    auto named = named_field(*near);
    if (named && *named == datamodel::none) {
        std::swap(*near, *far);
        named = named_field(*near);
    }
    if (!named) {
        return named.failure();
    }
    if (*named == datamodel::none) {
        return invalid("A relation must have the key 'fieldName' at one side at least.");
    }
    auto const& field = model(*near).fields[*named];
    if (field.related_model != far->model) {
        return invalid("The field '" + field.name + "' of the model " + model(*near).name + " does not relate to " + model(*far).name + ".");
    }
    import_element out;
    if (near->id_value.is_null() || far->id_value.is_null()) {
        out.fault = bad_id(near->id_value.is_null() ? *near : *far);
        return out;
    }
    import_row row{field.relation, datamodel::none, {near->id_value, far->id_value}};
    if (field.side == datamodel::relation_side::b) {
        std::swap(row.values[0], row.values[1]);
    }
    out.rows.push_back(std::move(row));
    return out;
}

} // namespace detail

REFRACT_DECL std::vector<datamodel::index> stored_fields(datamodel::model const& m) {
    std::vector<datamodel::index> out;
    for (datamodel::index i = 0; i < m.fields.size(); ++i) {
        if (m.fields[i].is_scalar()) {
            out.push_back(i);
        }
    }
    return out;
}

REFRACT_DECL result<import_element> parse_element(
    datamodel::datamodel const& dm, ndf_kind kind, std::string_view text, std::int64_t now_ms, limits const& bounds
) {
    unsigned char first_bytes[4096];
    boost::json::monotonic_resource memory(first_bytes, sizeof first_bytes);
    auto const json = parse_json(text, bounds, &memory);
    if (!json) {
        return json.failure();
    }
    detail::element_reader const reader(dm, now_ms);
    switch (kind) {
    case ndf_kind::nodes: return reader.node(*json);
    case ndf_kind::lists: return reader.list(*json);
    case ndf_kind::relations: break;
    }
    return reader.relation(*json);
}

} // namespace refract::prisma1
