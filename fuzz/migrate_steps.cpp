// Two datamodels, and the way from one to the other on a SQLite database in memory.
//
// Applied to the tables of the first, its steps give the tables of the second, as the straight way does; nothing is left to do then. Steps
// and datamodels come back from their JSON. If the questions to the data find nothing, rows that are not deleted keep what they hold.
// PostgreSQL's statements are written too and have a placeholder for each parameter.
//
// The first bytes are decisions about the first datamodel; each two more change one of them for the second.
#include "check.hpp"
#include "memory_service.hpp"
#include "migrate/describe_tables.hpp"

#include <refract/datamodel/sdl.hpp>
#include <refract/migrate/apply.hpp>
#include <refract/migrate/check.hpp>
#include <refract/migrate/compare_tables.hpp>
#include <refract/migrate/infer.hpp>
#include <refract/migrate/read_tables.hpp>
#include <refract/migrate/run_fragment.hpp>
#include <refract/migrate/schema_json.hpp>
#include <refract/migrate/statements.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

namespace {

using namespace refract;
using refract_fuzz::check;
using refract_fuzz::run_to_end;
using refract_tests::describe;

// ---- decisions to datamodels ----------------------------------------------------------------------------------------

constexpr std::size_t model_count = 3;
constexpr std::size_t field_count = 4;
constexpr std::size_t relation_count = 3;

struct field_choice {
    std::uint8_t type, flags, is_renamed;
};
struct model_choice {
    std::uint8_t present, id, db_name, is_renamed;
    std::array<field_choice, field_count> fields;
};
struct relation_choice {
    std::uint8_t from, to, kind, storage, flags;
};

/// All decisions about one datamodel: bytes, so that any of them can be changed.
struct model_plan {
    std::array<model_choice, model_count> models;
    std::array<relation_choice, relation_count> relations;
    std::uint8_t values;
};

constexpr std::array<char const*, 16> types{"", "", "", "", "String", "Int", "Float", "Boolean", "DateTime", "Json", "UUID", "E", "[String]", "[Int]", "String", "Int"};
constexpr std::array<char const*, 16> defaults{"", "", "", "", "\"d\"", "5", "1.5", "true", "\"2000-01-01T00:00:00.000Z\"", "", "", "X", "", "", "\"\"", "0"};

/// Writes a datamodel. Only the second one has names that changed.
class datamodel_writer {
public:
    datamodel_writer(model_plan const& p, bool is_second) : plan_(p), is_second_(is_second) {}

    std::string write() {
        std::string out;
        for (std::size_t m = 0; m < model_count; ++m) {
            if (is_present(m)) {
                out += model(m);
            }
        }
        static constexpr std::array<char const*, 4> enums{"X Y", "X", "X Y Z", "Y X"};
        return out + "enum E { " + enums[plan_.values % enums.size()] + " }\n";
    }

private:
    [[nodiscard]] bool is_present(std::size_t m) const { return m == 0 || plan_.models[m].present % 4 != 0; }
    [[nodiscard]] bool is_renamed(std::size_t m) const { return is_second_ && plan_.models[m].is_renamed % 4 == 1; }

    [[nodiscard]] std::string name(std::size_t m) const {
        static constexpr std::array<char const*, model_count> before{"A", "B", "C"};
        static constexpr std::array<char const*, model_count> after{"Z", "Aa", "Cc"};
        return is_renamed(m) ? after[m] : before[m];
    }

    std::string model(std::size_t m) {
        static constexpr std::array<char const*, 6> ids{"ID! @id", "ID! @id", "ID! @id", "Int! @id", "ID! @id @db(name: \"key\")",
                                                        "Int! @id(strategy: SEQUENCE) @sequence(name: \"s\", initialValue: 10, allocationSize: 1)"};
        auto const& choice = plan_.models[m];
        std::string const old_name(1, static_cast<char>('A' + m));
        std::string out = "type " + name(m) + (choice.db_name % 4 == 1 ? " @db(name: \"t_" + old_name + "\")" : "") +
                          (is_renamed(m) ? " @rename(oldName: \"" + old_name + "\")" : "") + " {\n  id: " + ids[choice.id % ids.size()] + "\n";
        for (std::size_t f = 0; f < field_count; ++f) {
            out += field(choice.fields[f], f);
        }
        for (std::size_t r = 0; r < relation_count; ++r) {
            out += relation_fields(r, m);
        }
        return out + "}\n";
    }

    std::string field(field_choice const& choice, std::size_t f) const {
        auto const type = choice.type % types.size();
        if (*types[type] == '\0') {
            return {};
        }
        bool const is_list = *types[type] == '[';
        bool const is_moment = types[type] == std::string_view("DateTime");
        bool const is_renamed = is_second_ && choice.is_renamed % 4 == 1;
        auto const number = std::to_string(f);
        std::string out = (is_renamed ? "  g" : "  f") + number + ": " + types[type];
        out += !is_list && (choice.flags & 1U) != 0 ? "!" : "";
        out += !is_list && (choice.flags & 2U) != 0 ? " @unique" : "";
        out += (choice.flags & 4U) != 0 ? " @db(name: \"c" + number + "\")" : "";
        out += is_moment && (choice.flags & 8U) != 0 ? (choice.flags & 16U) != 0 ? " @updatedAt" : " @createdAt" : "";
        bool const has_default = (choice.flags & 32U) != 0 && *defaults[type] != '\0' && (choice.flags & 8U) == 0;
        out += has_default ? std::string(" @default(value: ") + defaults[type] + ")" : "";
        out += is_list ? " @scalarList(strategy: RELATION)" : "";
        out += is_renamed ? " @rename(oldName: \"f" + number + "\")" : "";
        return out + "\n";
    }

    /// The fields a relation has in a model: from it, to it, or both.
    std::string relation_fields(std::size_t r, std::size_t m) const {
        auto const& choice = plan_.relations[r];
        std::size_t const from = choice.from % model_count;
        std::size_t const to = choice.to % model_count;
        auto const kind = choice.kind % 6; // none, 1:1, 1:n, n:m, one side only: single, list
        if (kind == 0 || !is_present(from) || !is_present(to)) {
            return {};
        }
        auto const number = std::to_string(r);
        auto const arguments = [&](bool is_first, bool may_hold) {
            std::string out = (choice.flags & 16U) != 0 ? "" : "name: \"R" + number + "\"";
            auto const add = [&](std::string const& text) { out += (out.empty() ? "" : ", ") + text; };
            auto const storage = choice.storage % 4;
            if (storage == (is_first ? 1 : 3) && may_hold) {
                add("link: INLINE");
            } else if (storage == 2 && is_first) {
                add("link: TABLE");
            }
            if ((choice.flags & (is_first ? 4U : 8U)) != 0) {
                add("onDelete: CASCADE");
            }
            return out.empty() ? out : " @relation(" + out + ")";
        };
        bool const first_is_list = kind == 3 || kind == 5 || kind == 2;
        bool const second_is_list = kind == 3;
        std::string out;
        if (m == from) {
            out += "  r" + number + ": " + (first_is_list ? "[" + name(to) + "]" : name(to)) + (!first_is_list && (choice.flags & 1U) != 0 ? "!" : "") +
                   arguments(true, !first_is_list) + "\n";
        }
        if (m == to && kind < 4) {
            out += "  q" + number + ": " + (second_is_list ? "[" + name(from) + "]" : name(from)) +
                   (!second_is_list && (choice.flags & 2U) != 0 ? "!" : "") + arguments(false, !second_is_list) + "\n";
        }
        return out;
    }

    model_plan const& plan_;
    bool is_second_;
};

using model_pointer = std::shared_ptr<datamodel::datamodel const>;

// ---- a database -----------------------------------------------------------------------------------------------------

/// What all databases run on: nothing of one is left there when it is gone.
boost::asio::io_context& loop() {
    static boost::asio::io_context context{1};
    return context;
}

/// One database that goes from datamodel to datamodel.
class project {
public:
    migrate::application_result go(model_pointer const& next) {
        migrate::application what;
        what.target = {&sql::sqlite, {}};
        what.previous = current_;
        what.next = next;
        what.steps = migrate::infer(*current_, *next).value();
        what.revision = ++revision_;
        auto out = run_to_end(loop(), migrate::apply(*database_, std::move(what)));
        if (out.applied) {
            current_ = next;
        }
        return out;
    }

    std::vector<sql::table> tables() {
        auto const read = [&]() -> boost::asio::awaitable<std::vector<sql::table>> {
            auto const work = [](db::connection& c) { return migrate::read_tables(c, {&sql::sqlite, {}}); };
            auto task = migrate::with_connection<std::vector<sql::table>>(*database_, db::access::write, work);
            auto out = co_await std::move(task);
            check(out.has_value(), "tables can't be read");
            co_return std::move(*out);
        };
        return run_to_end(loop(), read());
    }

    migrate::check_result ask(datamodel::datamodel const& next, migrate::matching const& m) {
        auto checks = migrate::plan_checks({&sql::sqlite, {}}, *current_, next, m, migrate::infer_steps(*current_, next, m));
        auto const asking = [&]() -> boost::asio::awaitable<migrate::check_result> {
            auto task = migrate::run_checks(*database_, std::move(checks));
            auto found = co_await std::move(task);
            check(found.has_value(), "the data can't be asked", found ? "" : found.failure().server_text);
            co_return std::move(*found);
        };
        return run_to_end(loop(), asking());
    }

    /// Runs a statement; its first column as texts, null for NULL.
    std::vector<std::string> run(sql::fragment f, db::value_type type = db::value_type::text) {
        auto const work = [&]() -> boost::asio::awaitable<std::vector<std::string>> {
            std::vector<db::value_type> const columns{type};
            auto task = migrate::run_fragment(*database_, std::move(f), columns);
            auto rows = co_await std::move(task);
            check(rows.has_value(), "a statement of the target fails", rows ? "" : rows.failure().server_text);
            std::vector<std::string> out;
            for (std::size_t i = 0; i < (*rows)->rows(); ++i) {
                auto const cell = (*rows)->cell(i, 0);
                out.emplace_back(cell.is_null() ? "null" : cell.type == db::value_type::integer ? std::to_string(cell.number) : std::string(cell.text));
            }
            co_return out;
        };
        return run_to_end(loop(), work());
    }

    void fill();

private:
    void insert(sql::table const& t, std::vector<sql::table> const& all);

    std::shared_ptr<db::database> database_ = refract_fuzz::open_in_memory(loop());
    model_pointer current_ = std::make_shared<datamodel::datamodel const>();
    std::uint64_t revision_ = 1;
};

db::value value_of(datamodel::field_type type) {
    using datamodel::field_type;
    switch (type) {
    case field_type::integer: return db::value::integer(1);
    case field_type::floating: return db::value::decimal("1.5");
    case field_type::boolean: return db::value::boolean(true);
    case field_type::date_time: return db::value::date_time(946'684'800'000);
    default: return db::value::text("X");
    }
}

void project::insert(sql::table const& t, std::vector<sql::table> const& all) {
    sql::fragment f(sql::sqlite);
    sql::fragment values(sql::sqlite);
    f.append("INSERT INTO ").identifier(t.name).append(" (");
    for (auto const& c : t.columns) {
        if (&c != &t.columns.front()) {
            f.append(", ");
            values.append(", ");
        }
        auto type = c.type;
        if (c.references) {
            auto const other = std::find_if(all.begin(), all.end(), [&](auto const& one) { return one.name == c.references->table; });
            check(other != all.end() && other->find(c.references->column) != nullptr, "a column that refers to nothing", c.name);
            type = other->find(c.references->column)->type;
        }
        f.identifier(c.name);
        // A link may lead to a row that comes later: only those that have to be there.
        values.value(plan::operand::of(c.references && !c.not_null ? db::value() : value_of(type)));
    }
    f.append(") VALUES (").append(values).append(")");
    (void)run(std::move(f));
}

/// One row in each table: those that others need come first.
void project::fill() {
    auto const all = tables();
    for (bool const is_last : {false, true}) {
        for (auto const& t : all) {
            bool const needs_others = std::any_of(t.columns.begin(), t.columns.end(), [](auto const& c) { return c.references && c.not_null; });
            if (needs_others == is_last) {
                insert(t, all);
            }
        }
    }
}

// ---- what must hold -------------------------------------------------------------------------------------------------

void check_json(datamodel::datamodel const& dm, std::vector<migrate::step> const& steps) {
    auto const text = migrate::print_steps_json(steps);
    auto const again = migrate::parse_steps_json(text);
    check(again && *again == steps, "steps are others after their JSON", text);
    auto const stored = migrate::print_schema_json(dm);
    auto const read = migrate::parse_schema_json(stored);
    check(read.has_value(), "a datamodel can't be read from its JSON", stored);
    auto const restored = migrate::print_schema_json(*read);
    check(restored == stored, "a datamodel has another JSON after its JSON", stored, restored);
    auto const difference = migrate::infer(dm, *read);
    check(difference && difference->empty(), "a datamodel is another one after its JSON", stored);
}

std::size_t count_placeholders(std::string_view text) {
    std::size_t found = 0;
    char quote = '\0';
    for (char const c : text) {
        if (quote != '\0') {
            quote = c == quote ? '\0' : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else {
            found += c == '$' ? 1 : 0;
        }
    }
    return found;
}

/// The tables PostgreSQL's statements lead to, as far as they are known without running them.
std::vector<sql::table> write_for_postgres(std::vector<sql::table> before, datamodel::datamodel const& from, datamodel::datamodel const& to) {
    auto const matched = migrate::match(from, to).value();
    migrate::statement_writer writer({&sql::postgres, "schema"}, std::move(before), from, to, matched);
    auto const look = [](std::vector<sql::fragment> const& statements) {
        for (auto const& s : statements) {
            check(count_placeholders(s.text()) == s.parameters().size(), "a statement without a placeholder for each parameter", s.text());
        }
    };
    for (auto const& step : migrate::infer_steps(from, to, matched)) {
        look(writer.write(step));
    }
    look(writer.finish());
    return writer.tables();
}

void check_rows(project& way, datamodel::datamodel const& from, datamodel::datamodel const& to, migrate::matching const& m, std::string const& text) {
    for (std::size_t i = 0; i < to.models.size(); ++i) {
        auto const before = m.previous_model[i];
        if (before == datamodel::none) {
            continue;
        }
        auto const& model = to.models[i];
        sql::fragment count(sql::sqlite);
        count.append("SELECT count(*) FROM ").identifier(model.table);
        check(way.run(std::move(count), db::value_type::integer) == std::vector<std::string>{"1"}, "a row is lost that nobody warned of", text, model.name);
        for (std::size_t f = 0; f < model.fields.size(); ++f) {
            auto const& field = model.fields[f];
            auto const old = m.previous_field[i][f];
            if (old == datamodel::none || !field.is_scalar() || from.models[before].fields[old].type != field.type || field.column.empty() ||
                field.type == datamodel::field_type::enumeration) {
                continue;
            }
            using datamodel::field_type;
            bool const is_text = field.type == field_type::string || field.type == field_type::id || field.type == field_type::json;
            if (is_text && from.models[before].fields[old].is_scalar()) {
                sql::fragment select(sql::sqlite);
                select.append("SELECT ").identifier(field.column).append(" FROM ").identifier(model.table);
                check(way.run(std::move(select)) == std::vector<std::string>{"X"}, "a value is lost that nobody warned of", text, model.name + "." + field.name);
            }
        }
    }
}

void check_way(model_pointer const& from, model_pointer const& to, migrate::matching const& m, std::string const& text, bool with_rows) {
    project straight;
    auto const first = straight.go(to);
    check(first.applied, "a datamodel can't be deployed", text, first.error);
    auto const expected = straight.tables();
    check(migrate::compare_tables(*to, expected).empty(), "tables that are not the datamodel's", text);
    project way;
    auto const begun = way.go(from);
    check(begun.applied, "a datamodel can't be deployed", text, begun.error);
    bool is_safe = false;
    if (with_rows) {
        way.fill();
        auto const answers = way.ask(*to, m);
        if (!answers.errors.empty()) {
            return; // refused, whatever anybody wants
        }
        is_safe = answers.warnings.empty();
    }
    auto const moved = way.go(to);
    check(moved.applied, with_rows ? "steps fail that no question to the data spoke against" : "steps can't be applied", text, moved.error);
    auto const wanted = describe(expected);
    auto const found = describe(way.tables());
    check(found == wanted, "the steps lead to other tables", text, found + "---- expected\n" + wanted);
    if (is_safe) {
        check_rows(way, *from, *to, m, text);
    }
    auto const again = way.go(to);
    check(again.applied && describe(way.tables()) == wanted, "a second deploy changes something", text);
}

model_pointer parse(std::string const& text) {
    auto parsed = datamodel::parse_sdl(text, datamodel::sqlite_capabilities);
    return parsed.ok() ? std::make_shared<datamodel::datamodel const>(std::move(parsed.model)) : nullptr;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static_assert(sizeof(model_plan) == model_count * (4 + field_count * 3) + relation_count * 5 + 1);
    std::array<std::uint8_t, sizeof(model_plan)> bytes{};
    auto const taken = std::min(size, bytes.size());
    std::copy_n(data, taken, bytes.begin());
    model_plan plan{};
    std::copy(bytes.begin(), bytes.end(), reinterpret_cast<std::uint8_t*>(&plan));
    auto const first = datamodel_writer(plan, false).write();
    for (std::size_t i = taken; i + 1 < size; i += 2) {
        bytes[data[i] % bytes.size()] = data[i + 1];
    }
    std::copy(bytes.begin(), bytes.end(), reinterpret_cast<std::uint8_t*>(&plan));
    auto const second = datamodel_writer(plan, true).write();
    auto const from = parse(first);
    auto const to = parse(second);
    if (!from || !to) {
        return 0;
    }
    auto const text = first + "---- to\n" + second;
    auto const m = migrate::match(*from, *to);
    if (!m) {
        return 0;
    }
    check_json(*to, migrate::infer_steps(*from, *to, *m));
    auto const rest = migrate::infer(*to, *to);
    check(rest && rest->empty(), "steps from a datamodel to itself", text);
    datamodel::datamodel const nothing;
    auto const tables = describe(write_for_postgres(write_for_postgres({}, nothing, *from), *from, *to));
    auto const expected = describe(write_for_postgres({}, nothing, *to));
    check(tables == expected, "PostgreSQL's steps lead to other tables", text, tables + "---- expected\n" + expected);
    check_way(from, to, *m, text, size % 2 == 0);
    return 0;
}
