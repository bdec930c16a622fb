// A SQLite file with the tables of a datamodel, and mutations run on it: arguments as JSON, answers as text.
#pragma once

#include <refract/datamodel/sdl.hpp>
#include <refract/engine/write.hpp>
#include <refract/migrate/layout.hpp>
#include <refract/prisma1/lower.hpp>
#include <refract/sql/ddl.hpp>
#include <refract/sqlite/database.hpp>

#include "remove_folder.hpp"

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json.hpp>
#include <catch2/catch.hpp>

namespace refract::test {

/// JSON as the coerced argument it would be.
inline prisma1::argument to_argument(boost::json::value const& v) {
    prisma1::argument out;
    if (v.is_object()) {
        out.kind = prisma1::argument_kind::object;
        for (auto const& [key, item] : v.get_object()) {
            out.fields.emplace_back(std::string(key), to_argument(item));
        }
    } else if (v.is_array()) {
        out.kind = prisma1::argument_kind::list;
        for (auto const& item : v.get_array()) {
            out.items.push_back(to_argument(item));
        }
    } else if (!v.is_null()) {
        out.kind = prisma1::argument_kind::scalar;
        out.operand = plan::operand::of(
            v.is_string() ? db::value::text(std::string(v.get_string()))
            : v.is_bool() ? db::value::boolean(v.get_bool())
                          : db::value::integer(v.to_number<std::int64_t>())
        );
    }
    return out;
}

class mutated_database {
public:
    explicit mutated_database(std::string_view sdl) {
        auto parsed = datamodel::parse_sdl(sdl, datamodel::sqlite_capabilities);
        for (auto const& problem : parsed.errors) {
            UNSCOPED_INFO(problem.description);
        }
        REQUIRE(parsed.ok());
        dm = std::move(parsed.model);
        names.emplace(dm);
        target = {&dm, "", &sql::sqlite};
        auto pattern = (std::filesystem::temp_directory_path() / "refract-write-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
        sqlite::database_options options;
        options.connection.path = (folder_ / "test.db").string();
        database_ = std::make_unique<sqlite::database>(context_.get_executor(), options);
        create_tables();
    }

    ~mutated_database() {
        database_->close();
        database_.reset();
        refract_tests::remove_folder(folder_);
    }

    mutated_database(mutated_database const&) = delete;
    mutated_database& operator=(mutated_database const&) = delete;

    /// `ok`, a count, or an error as a client sees it: code, space, message.
    std::string mutate(prisma1::action action, std::string_view model, std::string_view arguments) {
        prisma1::root_field const field{action, dm.find_model(model)};
        auto const given = to_argument(boost::json::parse(std::string(arguments)));
        auto lowered = prisma1::lower_mutation(dm, *names, field, given);
        if (!lowered) {
            return spelled(lowered.failure());
        }
        if (lowered->kind == plan::write_kind::update_many || lowered->kind == plan::write_kind::remove_many) {
            plan::item count;
            count.key = "\"count\":";
            lowered->count_items.push_back(std::move(count));
        }
        auto const answer = run(*lowered);
        if (!answer) {
            return spelled(prisma1::spell(answer.failure()));
        }
        return *answer == "null" ? "ok" : *answer;
    }

    std::string create(std::string_view model, std::string_view data) {
        return mutate(prisma1::action::create, model, "{\"data\":" + std::string(data) + "}");
    }

    std::string update(std::string_view model, std::string_view where, std::string_view data) {
        return mutate(
            prisma1::action::update, model, "{\"where\":" + std::string(where) + ",\"data\":" + std::string(data) + "}"
        );
    }

    std::string remove(std::string_view model, std::string_view where) {
        return mutate(prisma1::action::remove, model, "{\"where\":" + std::string(where) + "}");
    }

    /// The rows of a query: columns apart by commas, rows by spaces.
    std::string rows(std::string_view query) {
        plan::write_root root;
        root.kind = plan::write_kind::execute_raw;
        root.raw_statement = plan::operand::of(db::value::text(std::string(query)));
        auto const answer = run(root);
        if (!answer) {
            return answer.failure().message;
        }
        std::string out;
        auto const parsed = boost::json::parse(*answer);
        if (!parsed.is_array()) {
            return *answer;
        }
        for (auto const& row : parsed.get_array()) {
            out += out.empty() ? "" : " ";
            bool first = true;
            for (auto const& [key, value] : row.get_object()) {
                out += first ? "" : ",";
                first = false;
                out += value.is_string() ? std::string(value.get_string()) : boost::json::serialize(value);
            }
        }
        return out;
    }

    engine::outcome<std::string> run(plan::write_root const& root) {
        plan::bindings bindings;
        bindings.now_ms = ++clock;
        std::optional<engine::outcome<std::string>> out;
        auto work = keep(engine::run_write(*database_, target, statements_, root, nullptr, bindings), out);
        auto done = boost::asio::co_spawn(context_, std::move(work), boost::asio::use_future);
        context_.restart();
        context_.run();
        done.get();
        return std::move(*out);
    }

    datamodel::datamodel dm;
    std::optional<prisma1::api_names> names;
    sql::target target;
    std::int64_t clock = 1'600'000'000'000; ///< the instant of the last mutation

private:
    static boost::asio::awaitable<void>
    keep(boost::asio::awaitable<engine::outcome<std::string>> from, std::optional<engine::outcome<std::string>>& to) {
        auto answer = co_await std::move(from);
        to.emplace(std::move(answer));
    }

    static std::string spelled(prisma1::api_error const& e) { return std::to_string(e.code) + " " + e.message; }

    void execute(sql::fragment const& text) {
        REQUIRE(text.parameters().empty());
        auto const answer = rows(text.text());
        INFO(text.text());
        INFO(answer);
        REQUIRE(answer.find_first_not_of("0123456789") == std::string::npos);
    }

    void create_table(sql::table const& table) {
        for (auto const& text : sql::create_table({&sql::sqlite, ""}, table)) {
            execute(text);
        }
    }

    void create_tables() {
        sql::ddl_target const t{&sql::sqlite, ""};
        for (auto const& m : dm.models) {
            create_table(migrate::table_of(t, m));
        }
        for (auto const& m : dm.models) {
            for (auto const& f : m.fields) {
                if (f.is_scalar_list()) {
                    create_table(migrate::list_table_of(t, m, f));
                }
            }
        }
        for (auto const& r : dm.relations) {
            if (r.link.kind == datamodel::link_kind::table) {
                create_table(migrate::link_table_of(dm, r));
            } else {
                execute(sql::add_column(t, dm.models[r.link.in_model].table, migrate::inline_column_of(dm, r)));
            }
        }
    }

    boost::asio::io_context context_;
    std::filesystem::path folder_;
    std::unique_ptr<sqlite::database> database_;
    engine::statement_store statements_;
};

} // namespace refract::test
