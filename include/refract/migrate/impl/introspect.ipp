#pragma once

#include <refract/core/text.hpp>
#include <refract/datamodel/naming.hpp>
#include <refract/migrate/introspect.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace refract::migrate {

namespace detail {

/// A line of the datamodel, and what is said above it. With `is_told_only` the line itself is a comment.
struct drawn_field {
    std::string name;
    std::string text; ///< behind the name: `: String! @unique`
    std::vector<std::string> comments{};
    bool is_id = false;
    bool is_told_only = false;
};

struct drawn_type {
    std::string name;
    std::string directives{};
    std::vector<std::string> comments{};
    std::vector<drawn_field> fields{};
    bool is_told_only = false;
};

inline bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

/// `blog_posts` to `blogPosts`; what GraphQL names can't have is left out.
REFRACT_DECL std::string camel_case(std::string_view name) {
    std::string out;
    bool rises = false;
    for (char const c : name) {
        if (!is_word(c)) {
            rises = !out.empty();
        } else if (!out.empty() || !(c >= '0' && c <= '9')) {
            out += rises ? ascii_upper(std::string_view(&c, 1)).front() : c;
            rises = false;
        }
    }
    return out;
}

REFRACT_DECL std::string singular(std::string const& word) {
    auto const ends = [&](std::string_view end) {
        return word.size() > end.size() + 1 && word.compare(word.size() - end.size(), end.size(), end) == 0;
    };
    auto const without = [&](std::size_t letters) { return word.substr(0, word.size() - letters); };
    if (ends("ies")) {
        return without(3) + "y";
    }
    for (auto const* end : {"sses", "shes", "ches", "xes", "zes"}) {
        if (ends(end)) {
            return without(2);
        }
    }
    bool const stays = !ends("s") || ends("ss") || ends("us") || ends("is") || ends("news") || ends("series");
    return stays ? word : without(1);
}

REFRACT_DECL bool is_all_capitals(std::string_view name) {
    return std::none_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

/// A string literal. Line ends and such would not survive: names that have them are not drawn.
REFRACT_DECL std::string literal_of(std::string const& text) { return json_string(text); }

REFRACT_DECL bool is_drawable(std::string_view text) {
    return datamodel::is_database_name(text) && std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

/// Text of a comment: one line.
REFRACT_DECL std::string one_line(std::string text) {
    std::replace_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    return text;
}

/// Draws a database.
class introspection {
public:
    introspection(found_database const& found, sql::dialect const& d) : found_(found), is_postgres_(d.has_schemas) {}

    std::string run() {
        classify();
        name_types();
        for (auto const& t : found_.tables) {
            if (is_model(t)) {
                types_[t.name] = draw(t);
            }
        }
        for (auto const& t : found_.tables) {
            if (kinds_[t.name] == kind::list) {
                add_list(t);
            } else if (is_model(t)) {
                add_relations(t);
            }
        }
        for (auto const& t : found_.tables) {
            if (kinds_[t.name] == kind::link) {
                add_link(t);
            }
        }
        return print();
    }

private:
    enum class kind { model, link, list, untold };

    // ---- what a table is --------------------------------------------------------------------------------------------

    [[nodiscard]] bool is_model(found_table const& t) const { return kinds_.at(t.name) == kind::model; }

    [[nodiscard]] static bool is_unique(found_table const& t, std::string const& column) {
        return std::find(t.unique.begin(), t.unique.end(), std::vector<std::string>{column}) != t.unique.end();
    }

    /// The column that can be the id; null: none.
    [[nodiscard]] found_column const* id_of(found_table const& t) const {
        if (t.primary_key.size() == 1) {
            return t.find(t.primary_key.front());
        }
        if (!t.primary_key.empty()) {
            return nullptr;
        }
        found_column const* out = nullptr;
        for (auto const& c : t.columns) { // as the original: a numbered one, one called id, the only unique one
            if (c.not_null && is_unique(t, c.name) && (out == nullptr || c.name == "id" || c.is_numbered)) {
                out = &c;
            }
        }
        return out;
    }

    /// The name of a type of an id; empty if it can't be one.
    [[nodiscard]] std::string id_type(found_column const& c) const {
        auto const type = scalar(c);
        return type == "String" ? "ID" : type == "Int" || (type == "UUID" && is_postgres_) ? type : std::string();
    }

    [[nodiscard]] std::vector<found_reference const*> single_references(found_table const& t) const {
        std::vector<found_reference const*> out;
        for (auto const& r : t.references) {
            auto const* other = found_.find(r.table);
            auto const* id = other == nullptr ? nullptr : id_of(*other);
            if (r.columns.size() == 1 && id != nullptr && (r.other_columns.empty() || r.other_columns.front() == id->name)) {
                out.push_back(&r);
            }
        }
        return out;
    }

    void classify() {
        std::set<std::string> seen; // a datamodel does not tell capitals from small letters here
        for (auto const& t : found_.tables) {
            auto const* id = id_of(t);
            if (t.primary_key.size() > 1) {
                reasons_[t.name] = "its primary key has several columns: " + joined(t.primary_key);
            } else if (id == nullptr) {
                reasons_[t.name] = "it has no primary key";
            } else if (!is_drawable(t.name) || !is_drawable(id->name)) {
                reasons_[t.name] = "its name, or its id's, has control characters";
            } else if (id_type(*id).empty()) {
                reasons_[t.name] = "an id can't have the type " + id->type;
            } else if (!seen.insert(ascii_lower(t.name)).second) {
                reasons_[t.name] = "another one's name differs from it in capital letters alone";
            }
            kinds_[t.name] = reasons_.count(t.name) == 0 ? kind::model : kind::untold;
        }
        for (auto const& t : found_.tables) {
            auto const references = single_references(t);
            auto const leads = [&](found_reference const* r) { return kinds_[r->table] == kind::model; };
            bool const all_lead = !references.empty() && references.size() == t.references.size() &&
                                  std::all_of(references.begin(), references.end(), leads);
            if (all_lead && references.size() == 1 && list_owner(t, *references.front())) {
                kinds_[t.name] = kind::list;
            } else if (all_lead && is_link(t, references)) {
                kinds_[t.name] = kind::link;
            }
        }
    }

    [[nodiscard]] bool list_owner(found_table const& t, found_reference const& r) const {
        auto const* value = t.find("value");
        auto const* position = t.find("position");
        bool const shaped = t.columns.size() == 3 && r.columns.front() == "nodeId" && position != nullptr && value != nullptr;
        auto const start = r.table + "_";
        return shaped && scalar(*position) == "Int" && !scalar(*value).empty() && t.name.rfind(start, 0) == 0 && t.name.size() > start.size();
    }

    [[nodiscard]] bool is_link(found_table const& t, std::vector<found_reference const*> const& references) const {
        if (references.size() != 2 || references[0]->columns == references[1]->columns || t.columns.size() > 3) {
            return false;
        }
        auto const& a = references[0]->columns.front();
        auto const& b = references[1]->columns.front();
        bool const plain = t.primary_key.size() != 1 || (t.primary_key.front() != a && t.primary_key.front() != b);
        bool const many = !is_unique(t, a) && !is_unique(t, b) && t.find(a)->not_null && t.find(b)->not_null;
        bool const has_id = t.columns.size() == 3 && t.primary_key.size() == 1;
        return plain && many && (t.columns.size() == 2 || has_id);
    }

    // ---- names ------------------------------------------------------------------------------------------------------

    void name_types() {
        std::set<std::string> taken;
        for (auto const& t : found_.tables) { // a name that needs no change is its table's
            if (kinds_[t.name] == kind::model && type_name(t.name) == t.name && taken.insert(ascii_lower(t.name)).second) {
                names_[t.name] = t.name;
            }
        }
        for (auto const& t : found_.tables) {
            if (names_.count(t.name) == 0) {
                names_[t.name] = free_name(taken, type_name(t.name));
            }
        }
        for (auto const& e : found_.enums) {
            enum_names_[e.name] = free_name(taken, type_name(e.name));
        }
    }

    [[nodiscard]] static std::string type_name(std::string const& table) {
        auto name = is_all_capitals(table) ? camel_case(table) : singular(camel_case(table));
        name = capitalized(name.empty() ? "Table" : name);
        return datamodel::is_reserved_type_name(name) ? name + "Record" : name;
    }

    static std::string free_name(std::set<std::string>& taken, std::string const& wanted) {
        auto name = wanted;
        for (int n = 2; !taken.insert(ascii_lower(name)).second; ++n) {
            name = wanted + std::to_string(n);
        }
        return name;
    }

    /// A field's name of its own in its type.
    std::string field_name(found_table const& t, std::string name) {
        name = is_all_capitals(name) ? camel_case(ascii_lower(name)) : uncapitalized_word(camel_case(name));
        return free_name(fields_[t.name], name.empty() ? "field" : name);
    }

    static std::string uncapitalized_word(std::string const& name) { return uncapitalized(name); }

    // ---- fields -----------------------------------------------------------------------------------------------------

    [[nodiscard]] std::string scalar(found_column const& c) const { return is_postgres_ ? postgres_scalar(c.type) : sqlite_scalar(c.type); }

    [[nodiscard]] static std::string postgres_scalar(std::string const& type) {
        static constexpr std::pair<std::string_view, std::string_view> known[] = {
            {"int2", "Int"},       {"int4", "Int"},      {"int8", "Int"},      {"numeric", "Float"},     {"float4", "Float"},
            {"float8", "Float"},   {"varchar", "String"}, {"bpchar", "String"}, {"text", "String"},       {"citext", "String"},
            {"bool", "Boolean"},   {"json", "Json"},     {"jsonb", "Json"},    {"date", "DateTime"},     {"timestamp", "DateTime"},
            {"timestamptz", "DateTime"}, {"uuid", "UUID"}};
        auto const at = std::find_if(std::begin(known), std::end(known), [&](auto const& k) { return k.first == type; });
        return at == std::end(known) ? std::string() : std::string(at->second);
    }

    /// SQLite's rule of affinity, with the names people use for more.
    [[nodiscard]] static std::string sqlite_scalar(std::string const& type) {
        auto const has = [&](std::string_view part) { return type.find(part) != std::string::npos; };
        if (type == "char(36)" || type == "uuid") {
            return "UUID";
        }
        if (has("json")) {
            return "Json";
        }
        if (has("char") || has("text") || has("clob")) {
            return "String";
        }
        if (has("bool")) {
            return "Boolean";
        }
        if (has("datetime") || has("timestamp")) {
            return "DateTime";
        }
        if (has("int")) {
            return "Int";
        }
        return has("real") || has("floa") || has("doub") || has("dec") || has("num") ? "Float" : "";
    }

    [[nodiscard]] found_enum const* enum_of(found_column const& c) const {
        auto const at = std::find_if(found_.enums.begin(), found_.enums.end(), [&](auto const& e) { return e.name == c.type; });
        return at == found_.enums.end() ? nullptr : &*at;
    }

    [[nodiscard]] static bool is_expressible(found_enum const& e) {
        return !e.values.empty() && std::all_of(e.values.begin(), e.values.end(), [](auto const& v) { return datamodel::is_enum_value(v); });
    }

    /// `@default(...)` for a constant; nothing for expressions, which stay the database's business.
    [[nodiscard]] static std::string default_directive(found_column const& c, std::string const& type, bool is_enum) {
        if (!c.default_text) {
            return {};
        }
        auto text = c.default_text->substr(0, c.default_text->find("::"));
        bool const quoted = text.size() >= 2 && text.front() == '\'' && text.back() == '\'';
        auto const inner = quoted ? text.substr(1, text.size() - 2) : text;
        auto const directive = [](std::string const& value) { return " @default(value: " + value + ")"; };
        if (inner.find_first_of("'\\") != std::string::npos || !is_drawable(inner)) {
            return {};
        }
        if (is_enum) {
            return quoted && datamodel::is_enum_value(inner) ? directive(inner) : std::string();
        }
        if (type == "String") {
            return quoted ? directive(literal_of(inner)) : std::string();
        }
        if (type == "Boolean") {
            bool const yes = ascii_lower(inner) == "true" || inner == "1";
            bool const no = ascii_lower(inner) == "false" || inner == "0";
            return yes || no ? directive(yes ? "true" : "false") : std::string();
        }
        auto const digits = inner.substr(inner.rfind('-', 0) == 0 ? 1 : 0);
        bool const whole = !digits.empty() && digits.size() < 10 && digits.find_first_not_of("0123456789") == std::string::npos &&
                           (digits == "0" || digits.front() != '0');
        return whole && (type == "Int" || type == "Float") ? directive(inner) : std::string();
    }

    drawn_type draw(found_table const& t) {
        drawn_type out;
        out.name = names_[t.name];
        out.directives = out.name == t.name ? std::string() : " @db(name: " + literal_of(t.name) + ")";
        auto const* id = id_of(t);
        out.fields.push_back(draw_id(t, *id));
        for (auto const& c : t.columns) {
            if (&c != id && relation_of(t, c) == nullptr) {
                out.fields.push_back(draw_column(t, c));
            }
        }
        for (auto const& u : t.unique) {
            if (u.size() > 1) {
                out.comments.push_back("Unique together, which a datamodel can't express: " + joined(u));
            }
        }
        return out;
    }

    static std::string joined(std::vector<std::string> const& names) {
        std::string out;
        for (auto const& n : names) {
            out += (out.empty() ? "" : ", ") + n;
        }
        return out;
    }

    [[nodiscard]] static std::string column_directive(std::string const& field, std::string const& column) {
        return field == column ? std::string() : " @db(name: " + literal_of(column) + ")";
    }

    drawn_field draw_id(found_table const& t, found_column const& id) {
        drawn_field out;
        out.is_id = true;
        auto name = camel_case(id.name) == id.name || (is_graphql_name(id.name)) ? id.name : camel_case(id.name);
        out.name = free_name(fields_[t.name], name.empty() ? "id" : name);
        out.text = ": " + id_type(id) + "! @id";
        if (is_postgres_ && id.is_numbered && !id.sequence.empty() && is_drawable(id.sequence)) {
            out.text += "(strategy: SEQUENCE) @sequence(name: " + literal_of(id.sequence) + ", initialValue: " + std::to_string(id.first_number) +
                        ", allocationSize: " + std::to_string(id.increment) + ")";
        }
        out.text += column_directive(out.name, id.name);
        return out;
    }

    [[nodiscard]] static bool is_graphql_name(std::string const& name) {
        return !name.empty() && !(name.front() >= '0' && name.front() <= '9') && name.rfind("__", 0) != 0 &&
               std::all_of(name.begin(), name.end(), [](char c) { return is_word(c) || c == '_'; });
    }

    drawn_field draw_column(found_table const& t, found_column const& c) {
        drawn_field out;
        out.name = field_name(t, c.name);
        auto const* e = enum_of(c);
        bool const is_enum = e != nullptr && is_expressible(*e);
        auto type = is_enum ? enum_names_[e->name] : e != nullptr ? std::string("String") : scalar(c);
        if (e != nullptr && !is_enum) {
            out.comments.push_back("The enum " + one_line(e->name) + " has values a datamodel can't have; each must start with a capital letter: " +
                                   one_line(joined(e->values)));
        }
        auto const alike = [&](found_column const& other) { return ascii_lower(other.name) == ascii_lower(c.name); };
        bool const is_first = &*std::find_if(t.columns.begin(), t.columns.end(), alike) == &c;
        if (type.empty() || !is_drawable(c.name) || !is_first) {
            out.is_told_only = true;
            out.comments.push_back(
                type.empty() ? "The type " + one_line(c.type) + " is not supported"
                : is_first   ? std::string("The name of this column has control characters")
                             : std::string("Another column's name differs from this one's in capital letters alone")
            );
            type = type.empty() ? "?" : type;
        }
        out.text = ": " + type + (c.not_null ? "!" : "") + (is_unique(t, c.name) ? " @unique" : "") +
                   default_directive(c, type, is_enum) + column_directive(out.name, c.name);
        for (auto const& r : t.references) {
            if (std::find(r.columns.begin(), r.columns.end(), c.name) != r.columns.end()) {
                out.comments.push_back("A reference a datamodel can't express: (" + one_line(joined(r.columns)) + ") to " + one_line(r.table) +
                                       " (" + one_line(joined(r.other_columns)) + ")");
            }
        }
        return out;
    }

    // ---- relations --------------------------------------------------------------------------------------------------

    /// The reference a column is drawn as, instead of as a value.
    [[nodiscard]] found_reference const* relation_of(found_table const& t, found_column const& c) const {
        if (&c == id_of(t) || !is_drawable(c.name)) {
            return nullptr;
        }
        for (auto const* r : single_references(t)) {
            if (r->columns.front() == c.name && kinds_.at(r->table) == kind::model) {
                return r;
            }
        }
        return nullptr;
    }

    /// How many relations there are between two tables, link tables included: more than one have to be named.
    [[nodiscard]] std::size_t count_between(std::string const& a, std::string const& b) const {
        std::size_t out = 0;
        for (auto const& t : found_.tables) {
            auto const references = single_references(t);
            if (kinds_.at(t.name) == kind::link) {
                auto const& x = references[0]->table;
                auto const& y = references[1]->table;
                out += (x == a && y == b) || (x == b && y == a) ? 1 : 0;
            } else if (kinds_.at(t.name) == kind::model && (t.name == a || t.name == b)) {
                for (auto const& c : t.columns) {
                    auto const* r = relation_of(t, c);
                    out += r != nullptr && r->table == (t.name == a ? b : a) ? 1 : 0;
                }
            }
        }
        return out;
    }

    std::string relation_name(std::string wanted) {
        wanted = wanted.substr(0, datamodel::max_relation_name - 3);
        return free_name(relation_names_, wanted);
    }

    void add_relations(found_table const& t) {
        for (auto const& c : t.columns) {
            auto const* r = relation_of(t, c);
            if (r == nullptr) {
                continue;
            }
            auto const& other = *found_.find(r->table);
            bool const several = count_between(t.name, other.name) > 1;
            bool const one_to_one = is_unique(t, c.name);
            auto base = c.name;
            if (base.size() > 3 && ascii_lower(base.substr(base.size() - 3)) == "_id") {
                base.resize(base.size() - 3);
            }
            drawn_field here;
            here.name = field_name(t, base);
            auto const back_name = uncapitalized(names_[t.name]);
            drawn_field there;
            there.name = field_name(other, several || t.name == other.name ? back_name + capitalized(here.name) : back_name);
            std::string arguments;
            if (several || t.name == other.name) {
                arguments = "name: \"" + relation_name(names_[t.name] + capitalized(here.name) + "To" + names_[other.name]) + "\"";
            }
            auto const directive = [](std::string const& inside) { return inside.empty() ? std::string() : " @relation(" + inside + ")"; };
            there.text = ": " + (one_to_one ? names_[t.name] : "[" + names_[t.name] + "]") + directive(arguments);
            if (one_to_one) {
                arguments += std::string(arguments.empty() ? "" : ", ") + "link: INLINE";
            }
            here.text = ": " + names_[other.name] + (c.not_null ? "!" : "") + directive(arguments) + column_directive(here.name, c.name);
            types_[t.name].fields.push_back(std::move(here));
            types_[other.name].fields.push_back(std::move(there));
        }
    }

    void add_link(found_table const& t) {
        auto const references = single_references(t);
        auto const& a = *references[0];
        auto const& b = *references[1];
        bool const is_prismas = t.name.front() == '_' && a.columns.front() == "A" && b.columns.front() == "B" && t.columns.size() == 2 &&
                                datamodel::is_relation_name(t.name.substr(1)) && names_[a.table] <= names_[b.table];
        auto const name = is_prismas ? t.name.substr(1) : relation_name(names_[t.name]);
        auto const field_for = [&](found_reference const& at, found_reference const& to) {
            auto const self = a.table == b.table;
            drawn_field f;
            f.name = field_name(*found_.find(at.table), self && !is_prismas ? to.columns.front() : names_[to.table]);
            f.text = ": [" + names_[to.table] + "] @relation(name: \"" + name + "\"" + (&at == &a ? ", link: TABLE)" : ")");
            types_[at.table].fields.push_back(std::move(f));
        };
        field_for(a, b);
        field_for(b, a);
        if (is_prismas) {
            return;
        }
        drawn_type out;
        out.name = name;
        out.directives = " @relationTable @db(name: " + literal_of(t.name) + ")";
        for (auto const* r : {&a, &b}) {
            drawn_field f;
            f.name = field_name(t, r->columns.front());
            f.text = ": " + names_[r->table] + "!" + column_directive(f.name, r->columns.front());
            out.fields.push_back(std::move(f));
        }
        if (t.columns.size() == 3) {
            drawn_field id;
            id.name = field_name(t, t.primary_key.front());
            id.is_id = true;
            id.text = ": ID! @id" + column_directive(id.name, t.primary_key.front());
            out.fields.push_back(std::move(id));
        }
        types_[t.name] = std::move(out);
    }

    void add_list(found_table const& t) {
        auto const& owner = *found_.find(t.references.front().table);
        auto const suffix = t.name.substr(owner.name.size() + 1);
        drawn_field f;
        f.name = is_graphql_name(suffix) && fields_[owner.name].insert(ascii_lower(suffix)).second ? suffix : field_name(owner, suffix);
        auto const* value = t.find("value");
        f.text = ": [" + scalar(*value) + "] @scalarList(strategy: RELATION)" + column_directive(f.name, suffix);
        f.is_told_only = f.name != suffix; // a list's table has its field's name
        if (f.is_told_only) {
            f.comments.push_back("The table " + one_line(t.name) + " holds a list whose field could not be called " + one_line(suffix));
        }
        types_[owner.name].fields.push_back(std::move(f));
    }

    // ---- text -------------------------------------------------------------------------------------------------------

    static void print(std::string& out, drawn_type& t) {
        std::stable_sort(t.fields.begin(), t.fields.end(), [](drawn_field const& x, drawn_field const& y) {
            return x.is_id != y.is_id ? x.is_id : ascii_lower(x.name) < ascii_lower(y.name);
        });
        for (auto const& c : t.comments) {
            out += "# " + one_line(c) + "\n";
        }
        out += "type " + t.name + t.directives + " {\n";
        for (auto const& f : t.fields) {
            for (auto const& c : f.comments) {
                out += "  # " + c + "\n";
            }
            out += std::string(f.is_told_only ? "  # " : "  ") + f.name + one_line(f.text) + "\n";
        }
        out += "}\n";
    }

    std::string print() {
        std::map<std::string, std::string> parts; // by name
        for (auto& [table, t] : types_) {
            print(parts[t.name], t);
        }
        for (auto const& e : found_.enums) {
            auto& out = parts[enum_names_[e.name]];
            if (is_expressible(e)) {
                out += "enum " + enum_names_[e.name] + " {\n";
                for (auto const& v : e.values) {
                    out += "  " + v + "\n";
                }
                out += "}\n";
            }
        }
        std::string out;
        for (auto const& [name, text] : parts) {
            out += (out.empty() || text.empty() ? "" : "\n") + text;
        }
        for (auto const& t : found_.tables) {
            if (kinds_[t.name] == kind::untold) {
                out += std::string(out.empty() ? "" : "\n") + "# The table " + one_line(t.name) + " is left out: " + one_line(reasons_[t.name]) + "\n";
            }
        }
        return out;
    }

    found_database const& found_;
    bool is_postgres_;
    std::map<std::string, kind> kinds_;                          // by table
    std::map<std::string, std::string> reasons_;                 // why a table is left out
    std::map<std::string, std::string> names_;                   // of types, by table
    std::map<std::string, std::string> enum_names_;
    std::map<std::string, std::set<std::string>> fields_;        // names taken, by table
    std::set<std::string> relation_names_;
    std::map<std::string, drawn_type> types_;                    // by table
};

} // namespace detail

REFRACT_DECL std::string introspect(found_database const& found, sql::dialect const& d) {
    return detail::introspection(found, d).run();
}

} // namespace refract::migrate
