// Requests made of a schema's own names, for a fuzzer whose bytes are the decisions: most of them are valid.
#pragma once

#include "choices.hpp"

#include <refract/core/text.hpp>
#include <refract/graphql/schema.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace refract_fuzz {

/// Writes one operation with its variables.
class document_writer {
public:
    document_writer(choices& from, refract::graphql::schema const& schema) : c_(from), schema_(schema) {}

    /// Shape: `{"query":...,"variables":{...}}`
    std::string request() {
        is_mutation_ = c_.sometimes(96);
        std::string body;
        auto const& root = is_mutation_ ? *schema_.mutation : *schema_.query;
        selections(body, root, is_mutation_ ? 3 : 4);
        query_ = (is_mutation_ ? "mutation" : "query") + (definitions_.empty() ? std::string() : " (" + definitions_ + ")") + " " + body + fragments_;
        return "{\"query\":" + refract::json_string(query_) + ",\"variables\":{" + variables_ + "}}";
    }

    [[nodiscard]] std::string const& query() const noexcept { return query_; }
    [[nodiscard]] bool is_mutation() const noexcept { return is_mutation_; }

private:
    using type = refract::graphql::type;
    using type_kind = refract::graphql::type_kind;
    using type_reference = refract::graphql::type_reference;

    /// Once in a while something that is wrong.
    bool wrong() { return c_.sometimes(2); }

    void selections(std::string& out, type const& on, int depth) {
        out += "{";
        auto const wanted = 1 + c_.below(4);
        for (std::size_t i = 0; i < wanted; ++i) {
            out += i > 0 ? " " : "";
            selection(out, on, depth);
        }
        out += "}";
    }

    void selection(std::string& out, type const& on, int depth) {
        auto const form = c_.byte();
        bool const is_root = &on == schema_.mutation || &on == schema_.query;
        if (form >= 250 && depth > 0) {
            out += "... on " + std::string(wrong() ? "Nothing" : on.name) + condition();
            selections(out, on, depth - 1);
        } else if (form >= 244 && depth > 0 && !is_root) {
            auto const name = "F" + std::to_string(++fragment_count_);
            std::string body;
            selections(body, on, depth - 1);
            fragments_ += " fragment " + name + " on " + on.name + " " + body;
            out += "..." + name + condition();
        } else if (form >= 240 && !is_mutation_) {
            out += "__typename";
        } else {
            field(out, on, depth);
        }
    }

    std::string condition() { return c_.sometimes(24) ? (c_.sometimes(128) ? " @include(if: true)" : " @skip(if: true)") : ""; }

    void field(std::string& out, type const& on, int depth) {
        // The first leaf if no deeper one is allowed or the bytes are used up.
        auto const* f = &on.fields[c_.below(on.fields.size() < 256 ? on.fields.size() : 256)];
        if ((depth == 0 || c_.used_up()) && f->type.named()->is_composite()) {
            for (auto const& other : on.fields) {
                f = other.type.named()->is_leaf() ? &other : f;
            }
        }
        if (c_.sometimes(40)) {
            out += "a" + std::to_string(c_.below(4)) + ": ";
        }
        out += f->name;
        out += wrong() ? "x" : "";
        arguments(out, f->arguments);
        out += condition();
        if (f->type.named()->is_composite() && !wrong()) {
            out += " ";
            selections(out, *f->type.named(), depth > 0 ? depth - 1 : 0);
        }
    }

    void arguments(std::string& out, std::vector<refract::graphql::input_value> const& all) {
        std::string list;
        for (auto const& a : all) {
            if (a.is_required() ? !wrong() : c_.sometimes(56)) {
                list += list.empty() ? "" : ", ";
                list += a.name + ": " + value(a.type, 3);
            }
        }
        out += list.empty() ? "" : "(" + list + ")";
    }

    /// A literal, or a variable that has the value.
    std::string value(type_reference t, int depth) {
        std::string out;
        if (!c_.sometimes(48)) {
            write(out, t, depth, false);
            return out;
        }
        auto const name = "v" + std::to_string(++variable_count_);
        write(out, t, depth, true);
        definitions_ += (definitions_.empty() ? "$" : ", $") + name + ": " + to_string(wrong() ? t.nullable() : t);
        if (!t.is_non_null() && c_.sometimes(24)) {
            return "$" + name; // defined, not given
        }
        variables_ += (variables_.empty() ? "" : ",") + refract::json_string(name) + ":" + out;
        return "$" + name;
    }

    void write(std::string& out, type_reference t, int depth, bool json) {
        if (!t.is_non_null() && (c_.sometimes(10) || wrong())) {
            out += "null";
            return;
        }
        auto const inner = t.nullable();
        if (inner.is_list()) {
            auto const count = depth > 0 ? c_.below(4) : 0;
            out += "[";
            for (std::size_t i = 0; i < count; ++i) {
                out += i > 0 ? "," : "";
                write(out, inner.unwrapped(), depth - 1, json);
            }
            out += "]";
        } else if (inner.named()->kind == type_kind::input_object) {
            object(out, *inner.named(), depth, json);
        } else if (inner.named()->kind == type_kind::enumeration) {
            auto const& name = c_.of(inner.named()->values).name;
            out += json ? refract::json_string(name) : name;
        } else {
            scalar(out, wrong() ? "String" : inner.named()->name, json);
        }
    }

    void object(std::string& out, type const& t, int depth, bool json) {
        out += "{";
        bool first = true;
        auto const often = t.input_fields.size() > 12 ? 16U : 72U;
        for (auto const& f : t.input_fields) {
            if (!f.is_required() && (depth <= 0 || !c_.sometimes(often))) {
                continue;
            }
            out += first ? "" : ",";
            first = false;
            out += json ? refract::json_string(f.name) : f.name;
            out += ":";
            write(out, f.type, depth - 1, json);
        }
        out += "}";
    }

    void scalar(std::string& out, std::string_view name, bool json) {
        static constexpr char const* ids[] = {"a1", "a2", "b1", "b2", "none", "c1", ""};
        static constexpr char const* strings[] = {"", "a", "Ab", "b%", "_", "!", "it's", "\\", "\"", "\xC3\xA9", "\xF0\x9F\x98\x80", "null", "?", "$1", "a\nb"};
        static constexpr char const* floats[] = {"0.5", "-1.25", "0", "3", "1e20", "1e-9", "0.1"};
        static constexpr char const* integers[] = {"0", "1", "2", "-1", "3", "2147483647", "-2147483648", "7"};
        static constexpr char const* moments[] = {"1999-12-31T23:59:59.999Z", "1970-01-01", "0001-01-01T00:00:00.000Z", "1985-05-05T05:05:05+02:00"};
        static constexpr char const* uuids[] = {"00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002",
                                                "FFFFFFFF-0000-4000-8000-00000000000f"};
        static constexpr char const* objects[] = {"{}", "[1,{\"a\":null}]", "{\"a\":1.5e3}"};
        if (name == "Int" || name == "Long") {
            out += c_.of(integers);
        } else if (name == "Float") {
            out += c_.of(floats);
        } else if (name == "Boolean") {
            out += c_.sometimes(128) ? "true" : "false";
        } else if (name == "Json" && json) {
            out += c_.of(objects);
        } else {
            auto const* text = name == "ID" ? c_.of(ids) : name == "DateTime" ? c_.of(moments) : name == "UUID" ? c_.of(uuids)
                               : name == "Json" ? c_.of(objects) : c_.of(strings);
            out += refract::json_string(text);
        }
    }

    choices& c_;
    refract::graphql::schema const& schema_;
    bool is_mutation_ = false;
    std::string query_;
    std::string definitions_;
    std::string variables_;
    std::string fragments_;
    unsigned variable_count_ = 0;
    unsigned fragment_count_ = 0;
};

} // namespace refract_fuzz
