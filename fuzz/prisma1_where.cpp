// Filters made of a datamodel's fields, answered by SQLite and evaluated here over the same rows.
//
// The ids a filter finds are those of the rows it holds for, by the rules of the API: three-valued as SQL's, LIKE as SQLite has it. Written
// as a literal or given as a variable it finds the same, and as many as the count says.
#include "check.hpp"
#include "choices.hpp"
#include "memory_service.hpp"

#include <refract/core/text.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace {

using refract_fuzz::check;
using refract_fuzz::choices;

constexpr std::string_view sdl = R"(
type A { id: ID! @id s: String n: Int f: Float b: Boolean d: DateTime e: E many: [B] @relation(name: "Many") one: C @relation(name: "One") }
type B { id: ID! @id s: String n: Int back: [A] @relation(name: "Many") c: C @relation(name: "Owned") }
type C { id: ID! @id s: String @unique n: Int all: [A] @relation(name: "One") bs: [B] @relation(name: "Owned") }
enum E { X Y }
)";

// ---- the rows -------------------------------------------------------------------------------------------------------

enum class kind { id, string, integer, floating, boolean, moment, enumeration };

/// A value; texts hold the strings, ids, enum values and moments (as the API writes them, which is in their order).
using value = std::variant<std::monostate, std::string, double>;

struct field {
    char const* name;
    kind type;
};

struct relation {
    char const* name;
    bool is_list;
    std::size_t to;   ///< the type it leads to
    std::size_t link; ///< which of the links it follows
    bool forward;     ///< from their first to their second
};

struct type {
    char const* name;
    std::vector<field> fields;
    std::vector<relation> relations;
};

std::vector<type> const types{
    {"A", {{"id", kind::id}, {"s", kind::string}, {"n", kind::integer}, {"f", kind::floating}, {"b", kind::boolean}, {"d", kind::moment}, {"e", kind::enumeration}},
     {{"many", true, 1, 0, true}, {"one", false, 2, 1, true}}},
    {"B", {{"id", kind::id}, {"s", kind::string}, {"n", kind::integer}}, {{"back", true, 0, 0, false}, {"c", false, 2, 2, true}}},
    {"C", {{"id", kind::id}, {"s", kind::string}, {"n", kind::integer}}, {{"all", true, 0, 1, false}, {"bs", true, 1, 2, false}}},
};

constexpr std::array<char const*, 20> strings{"", "a", "A", "ab", "Ab", "%", "_", "!", "!%", "a%b", "a_b", "it's", "\\", "\"", "\xC3\xA9", "\xC3\x89",
                                              "\xF0\x9F\x98\x80", "a\nb", "100%", "null"};
constexpr std::array<double, 6> integers{0, 1, 2, -1, 2147483647, -2147483648.0};
constexpr std::array<double, 6> floats{0, 0.5, -1.25, 0.1, 3, 1e10};
constexpr std::array<char const*, 5> moments{"1970-01-01T00:00:00.000Z", "1999-12-31T23:59:59.999Z", "1999-12-31T23:59:59.998Z", "0001-02-03T04:05:06.007Z",
                                             "2038-01-19T03:14:08.000Z"};

struct row {
    std::vector<value> values; ///< in the order of type::fields
};

struct data {
    std::array<std::vector<row>, 3> rows;
    std::array<std::vector<std::pair<std::size_t, std::size_t>>, 3> links;
};

/// A value of a kind; `turn` chooses.
value make_value(kind k, std::size_t turn) {
    switch (k) {
    case kind::id: return "i" + std::to_string(turn);
    case kind::string: return strings[turn % strings.size()];
    case kind::integer: return integers[turn % integers.size()];
    case kind::floating: return floats[turn % floats.size()];
    case kind::boolean: return turn % 2 == 0 ? 0.0 : 1.0;
    case kind::moment: return moments[turn % moments.size()];
    case kind::enumeration: return turn % 2 == 0 ? "X" : "Y";
    }
    return {};
}

data make_data() {
    data out;
    constexpr std::array<std::size_t, 3> counts{14, 9, 5};
    std::size_t turn = 0;
    for (std::size_t t = 0; t < types.size(); ++t) {
        for (std::size_t n = 0; n < counts[t]; ++n) {
            row r;
            for (auto const& f : types[t].fields) {
                turn = turn * 7 + 3 + n;
                bool const is_null = f.type != kind::id && turn % 5 == 0;
                // C's text is unique.
                r.values.push_back(is_null ? value{} : make_value(f.type, f.type == kind::id || t == 2 ? n : turn / 5));
            }
            out.rows[t].push_back(std::move(r));
        }
    }
    for (std::size_t a = 0; a < counts[0]; ++a) {
        for (std::size_t b = 0; b < counts[1]; ++b) {
            if ((a * 5 + b * 3) % 7 == 0 && a != 3) {
                out.links[0].emplace_back(a, b);
            }
        }
        if (a % 3 != 0) {
            out.links[1].emplace_back(a, a % counts[2]);
        }
    }
    for (std::size_t b = 0; b < counts[1]; b += 2) {
        out.links[2].emplace_back(b, b % (counts[2] - 1));
    }
    return out;
}

// ---- filters --------------------------------------------------------------------------------------------------------

struct filter;

struct comparison {
    std::size_t field;
    std::string op;
    std::optional<std::vector<value>> operands; ///< nothing: null
};

struct combination {
    std::string word;
    std::vector<filter> parts;
};

struct related {
    std::size_t relation;
    std::string quantifier;
    std::unique_ptr<filter> where; ///< null: the literal null
};

struct filter {
    std::vector<std::variant<comparison, combination, related>> entries;
};

std::vector<std::string> const& operators(kind k) {
    static std::vector<std::string> const equal{"", "_not"};
    static std::vector<std::string> const listed{"", "_not", "_in", "_not_in"};
    static std::vector<std::string> const ordered{"", "_not", "_in", "_not_in", "_lt", "_lte", "_gt", "_gte"};
    static std::vector<std::string> const text{"", "_not", "_in", "_not_in", "_lt", "_lte", "_gt", "_gte", "_contains", "_not_contains",
                                               "_starts_with", "_not_starts_with", "_ends_with", "_not_ends_with"};
    return k == kind::boolean ? equal : k == kind::enumeration ? listed : k == kind::id || k == kind::string ? text : ordered;
}

/// Makes filters of decisions. Each key once in an object, or the request is not valid.
class filter_maker {
public:
    explicit filter_maker(choices& c) : c_(c) {}

    filter make(std::size_t t, int depth) {
        filter out;
        std::vector<std::string> taken;
        auto const wanted = c_.below(4);
        for (std::size_t i = 0; i < wanted && !c_.used_up(); ++i) {
            auto const form = depth > 0 ? c_.below(8) : 0;
            if (form >= 5) {
                static constexpr char const* words[] = {"AND", "OR", "NOT"};
                combination made{words[form - 5], {}};
                if (take(taken, made.word)) {
                    for (auto n = c_.below(4); n > 0; --n) {
                        made.parts.push_back(make(t, depth - 1));
                    }
                    out.entries.emplace_back(std::move(made));
                }
            } else if (form >= 3) {
                relate(out, taken, t, depth);
            } else {
                compare(out, taken, t);
            }
        }
        return out;
    }

private:
    static bool take(std::vector<std::string>& taken, std::string const& key) {
        bool const is_new = std::find(taken.begin(), taken.end(), key) == taken.end();
        taken.push_back(key);
        return is_new;
    }

    void relate(filter& out, std::vector<std::string>& taken, std::size_t t, int depth) {
        static constexpr char const* quantifiers[] = {"_some", "_every", "_none"};
        related made{c_.below(types[t].relations.size()), "", nullptr};
        auto const& r = types[t].relations[made.relation];
        made.quantifier = r.is_list ? c_.of(quantifiers) : "";
        if (!take(taken, r.name + made.quantifier)) {
            return;
        }
        if (r.is_list || !c_.sometimes(64)) {
            made.where = std::make_unique<filter>(make(r.to, depth - 1));
        }
        out.entries.emplace_back(std::move(made));
    }

    void compare(filter& out, std::vector<std::string>& taken, std::size_t t) {
        comparison made{c_.below(types[t].fields.size()), "", std::nullopt};
        auto const& f = types[t].fields[made.field];
        made.op = c_.of(operators(f.type));
        if (!take(taken, f.name + made.op)) {
            return;
        }
        if (!c_.sometimes(20)) {
            made.operands.emplace();
            bool const is_list = made.op == "_in" || made.op == "_not_in";
            for (auto n = is_list ? c_.below(4) : 1; n > 0; --n) {
                made.operands->push_back(operand(f.type));
            }
        }
        out.entries.emplace_back(std::move(made));
    }

    value operand(kind k) {
        if (k != kind::string || !c_.sometimes(100)) {
            return make_value(k, c_.byte() % 24);
        }
        static constexpr char const* letters[] = {"a", "b", "A", "%", "_", "!", "'", "\\", "\xC3\xA9", "i", "1"};
        std::string text;
        for (auto n = 1 + c_.below(4); n > 0; --n) {
            text += c_.of(letters);
        }
        return text;
    }

    choices& c_;
};

// ---- writing them ---------------------------------------------------------------------------------------------------

std::string number_text(double d) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.17g", d);
    return text.data();
}

void write(std::string& out, kind k, value const& v, bool json) {
    if (auto const* text = std::get_if<std::string>(&v)) {
        out += k == kind::enumeration && !json ? *text : refract::json_string(*text);
    } else if (auto const* number = std::get_if<double>(&v)) {
        out += k == kind::boolean ? (*number != 0 ? "true" : "false") : number_text(*number);
    } else {
        out += "null";
    }
}

std::string key(std::string const& name, bool json) { return json ? "\"" + name + "\":" : name + ":"; }

void write(std::string& out, std::size_t t, filter const& f, bool json);

void write_entry(std::string& out, std::size_t t, comparison const& entry, bool json) {
    auto const& f = types[t].fields[entry.field];
    bool const is_list = entry.op == "_in" || entry.op == "_not_in";
    out += key(f.name + entry.op, json);
    if (!entry.operands) {
        out += "null";
        return;
    }
    out += is_list ? "[" : "";
    for (auto const& o : *entry.operands) {
        out += &o == &entry.operands->front() ? "" : ",";
        write(out, f.type, o, json);
    }
    out += is_list ? "]" : "";
}

void write_entry(std::string& out, std::size_t t, combination const& entry, bool json) {
    out += key(entry.word, json) + "[";
    for (auto const& part : entry.parts) {
        out += &part == &entry.parts.front() ? "" : ",";
        write(out, t, part, json);
    }
    out += "]";
}

void write_entry(std::string& out, std::size_t t, related const& entry, bool json) {
    auto const& r = types[t].relations[entry.relation];
    out += key(r.name + entry.quantifier, json);
    if (entry.where) {
        write(out, r.to, *entry.where, json);
    } else {
        out += "null";
    }
}

void write(std::string& out, std::size_t t, filter const& f, bool json) {
    out += "{";
    for (auto const& entry : f.entries) {
        out += &entry == &f.entries.front() ? "" : ",";
        std::visit([&](auto const& e) { write_entry(out, t, e, json); }, entry);
    }
    out += "}";
}

// ---- evaluating them ------------------------------------------------------------------------------------------------

/// True, false, or nothing where SQL does not know.
using truth = std::optional<bool>;

truth negated(truth t) { return t ? truth(!*t) : t; }

void add(truth& all, truth part) { all = (all && !*all) || (part && !*part) ? truth(false) : all && part ? truth(true) : truth(); }

/// The first character of UTF-8.
std::string_view first_character(std::string_view text) {
    std::size_t size = 1;
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) {
        ++size;
    }
    return text.substr(0, size);
}

/// SQLite's LIKE with the escape character `!`; letters of ASCII in any case. At the very end a lone `!` stands for itself.
bool is_like(std::string_view text, std::string_view pattern) {
    if (pattern.empty()) {
        return text.empty();
    }
    if (pattern[0] == '%') {
        for (std::size_t skip = 0; skip <= text.size(); ++skip) {
            if (is_like(text.substr(skip), pattern.substr(1))) {
                return true;
            }
        }
        return false;
    }
    if (text.empty()) {
        return false;
    }
    if (pattern[0] == '_') {
        return is_like(text.substr(first_character(text).size()), pattern.substr(1));
    }
    if (pattern[0] == '!' && pattern.size() > 1) {
        pattern.remove_prefix(1);
    }
    return refract::equal_ignoring_case(text.substr(0, 1), pattern.substr(0, 1)) && is_like(text.substr(1), pattern.substr(1));
}

class evaluator {
public:
    explicit evaluator(data const& d) : data_(d) {}

    [[nodiscard]] truth holds(std::size_t t, std::size_t at, filter const& f) const {
        truth all = true;
        for (auto const& entry : f.entries) {
            add(all, std::visit([&](auto const& e) { return holds(t, at, e); }, entry));
        }
        return all;
    }

private:
    [[nodiscard]] truth holds(std::size_t t, std::size_t at, combination const& entry) const {
        truth all = true;
        for (auto const& part : entry.parts) {
            auto const one = holds(t, at, part);
            add(all, entry.word == "AND" ? one : negated(one));
        }
        return entry.word == "OR" ? negated(all) : all;
    }

    [[nodiscard]] truth holds(std::size_t t, std::size_t at, related const& entry) const {
        auto const& r = types[t].relations[entry.relation];
        bool any = false;
        bool any_holds = false;
        bool any_fails = false;
        for (auto const& [first, second] : data_.links[r.link]) {
            if ((r.forward ? first : second) == at) {
                auto const one = entry.where ? holds(r.to, r.forward ? second : first, *entry.where) : truth();
                any = true;
                any_holds = any_holds || (one && *one);
                any_fails = any_fails || (one && !*one);
            }
        }
        return !entry.where ? !any : entry.quantifier == "_every" ? !any_fails : entry.quantifier == "_none" ? !any_holds : any_holds;
    }

    [[nodiscard]] truth holds(std::size_t t, std::size_t at, comparison const& entry) const {
        auto const& mine = data_.rows[t][at].values[entry.field];
        bool const is_null = std::holds_alternative<std::monostate>(mine);
        auto const& op = entry.op;
        bool const negative = op.substr(0, 4) == "_not";
        bool const is_equality = op.empty() || op == "_not" || op == "_in" || op == "_not_in";
        if (!entry.operands) {
            return is_equality ? truth(is_null != negative) : truth();
        }
        if (entry.operands->empty()) {
            return negative;
        }
        if (is_null) {
            return std::nullopt;
        }
        auto const& its = entry.operands->front();
        if (is_equality) {
            bool const found = std::find(entry.operands->begin(), entry.operands->end(), mine) != entry.operands->end();
            return found != negative;
        }
        if (op == "_lt" || op == "_lte" || op == "_gt" || op == "_gte") {
            bool const less = op[1] == 'l' ? mine < its : its < mine;
            return less || (op.back() == 'e' && mine == its);
        }
        auto const word = negative ? op.substr(4) : op;
        auto const& text = std::get<std::string>(its);
        auto const pattern = (word == "_starts_with" ? "" : "%") + text + (word == "_ends_with" ? "" : "%");
        return is_like(std::get<std::string>(mine), pattern) != negative;
    }

    data const& data_;
};

// ---- the database ---------------------------------------------------------------------------------------------------

/// Writes all rows, then their links.
void fill(refract_fuzz::memory_service& service, data const& d) {
    static constexpr std::array<char const*, 3> creators{"createA", "createB", "createC"};
    auto const send = [&](std::string const& mutation) {
        auto const answer = service.ask("{\"query\":" + refract::json_string("mutation {" + mutation + "}") + "}");
        check(answer.find("errors") == std::string::npos, "the target's own rows can't be written", mutation, answer);
    };
    for (std::size_t t = 0; t < types.size(); ++t) {
        for (auto const& r : d.rows[t]) {
            std::string text = std::string(creators[t]) + "(data: {";
            for (std::size_t i = 0; i < r.values.size(); ++i) {
                text += std::string(i > 0 ? "," : "") + types[t].fields[i].name + ":";
                write(text, types[t].fields[i].type, r.values[i], false);
            }
            send(text + "}) { id }");
        }
    }
    for (std::size_t t = 0; t < types.size(); ++t) {
        for (auto const& r : types[t].relations) {
            for (auto const& [first, second] : r.forward ? d.links[r.link] : std::vector<std::pair<std::size_t, std::size_t>>{}) {
                send("update" + std::string(types[t].name) + "(where: {id: \"i" + std::to_string(first) + "\"}, data: {" + r.name +
                     ": {connect: {id: \"i" + std::to_string(second) + "\"}}}) { id }");
            }
        }
    }
}

struct fixture {
    data rows = make_data();
    refract_fuzz::memory_service service{sdl, 0};

    fixture() { fill(service, rows); }
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t size) {
    static fixture all;
    static constexpr std::array<char const*, 3> roots{"as", "bs", "cs"};
    choices decisions(bytes, size);
    auto const t = decisions.below(types.size());
    auto const where = filter_maker(decisions).make(t, 3);
    std::string list;
    std::size_t count = 0;
    std::vector<std::string> ids;
    for (std::size_t at = 0; at < all.rows.rows[t].size(); ++at) {
        if (auto const holds = evaluator(all.rows).holds(t, at, where); holds && *holds) {
            ids.push_back("{\"id\":\"i" + std::to_string(at) + "\"}");
        }
    }
    std::sort(ids.begin(), ids.end()); // by id
    for (auto const& id : ids) {
        list += (count++ > 0 ? "," : "") + id;
    }
    auto const expected = "{\"data\":{\"rows\":[" + list + "],\"all\":{\"aggregate\":{\"count\":" + std::to_string(count) + "}}}}";
    std::string literal;
    std::string json;
    write(literal, t, where, false);
    write(json, t, where, true);
    auto const selection = [&](std::string const& what) {
        return std::string("rows: ") + roots[t] + "(where: " + what + ", orderBy: id_ASC) {id} all: " + roots[t] + "Connection(where: " + what +
               ") {aggregate{count}}}";
    };
    auto const written = all.service.ask("{\"query\":" + refract::json_string("{" + selection(literal)) + "}");
    check(written == expected, "a filter finds other rows than it holds for: expected, found", literal + "\n" + expected, written);
    auto const query = "query ($w: " + std::string(types[t].name) + "WhereInput) {" + selection("$w");
    auto const given = all.service.ask("{\"query\":" + refract::json_string(query) + ",\"variables\":{\"w\":" + json + "}}");
    check(given == expected, "a filter in a variable finds other rows: expected, found", literal + "\n" + expected, given);
    return 0;
}
