// Answers questions about GraphQL texts, one JSON object a line, in the words of the reference implementation:
//   {"op":"parse","source":"{a}"} | {"op":"print",...} | {"op":"canonical",...} | {"op":"schema","source":SDL}
//   | {"op":"validate","schema":SDL,"source":Q}
//   -> {"ok":true} | {"ok":true,"text":...} | {"ok":false,"errors":[{"message":...,"locations":[{"line":1,"column":1}]}]}
// Run by tests/graphql/differential/run.
#include <refract/graphql/build_schema.hpp>
#include <refract/graphql/parse.hpp>
#include <refract/graphql/print.hpp>
#include <refract/graphql/strip_ignored_characters.hpp>
#include <refract/graphql/validate.hpp>
#include <refract/graphql/validate_sdl.hpp>

#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/json.hpp>

using namespace refract;
namespace json = boost::json;

namespace {

json::object error_of(std::string const& message, std::vector<location> const& places) {
    json::array locations;
    for (auto const& at : places) {
        locations.push_back(json::object{{"line", at.line}, {"column", at.column}});
    }
    return {{"message", message}, {"locations", std::move(locations)}};
}

json::object refused(error const& e) {
    return {{"ok", false}, {"errors", json::array{error_of(e.message, {e.where})}}};
}

json::object refused(std::vector<graphql::violation> const& found) {
    json::array errors;
    for (auto const& v : found) {
        errors.push_back(error_of(v.message, v.locations));
    }
    return {{"ok", false}, {"errors", std::move(errors)}};
}

json::object answered(std::string const& text) {
    return {{"ok", true}, {"text", text}};
}

class answers {
public:
    json::object to(json::object const& question) {
        auto const op = std::string(question.at("op").as_string());
        auto const source = std::string(question.at("source").as_string());
        if (op == "canonical") {
            auto const stripped = graphql::strip_ignored_characters(source);
            return stripped ? answered(*stripped) : refused(stripped.failure());
        }
        auto const doc = graphql::parse(source);
        if (!doc) {
            return refused(doc.failure());
        }
        if (op == "parse") {
            return {{"ok", true}};
        }
        if (op == "print") {
            return answered(graphql::print(*doc));
        }
        if (op == "schema") {
            auto const found = graphql::validate_sdl(*doc);
            return found.empty() ? json::object{{"ok", true}} : refused(found);
        }
        auto const& schema = schema_of(std::string(question.at("schema").as_string()));
        if (!schema) {
            return refused(schema.failure());
        }
        auto const found = graphql::validate(*schema, *doc, options_);
        return found.empty() ? json::object{{"ok", true}} : refused(found);
    }

private:
    result<graphql::schema> const& schema_of(std::string const& text) {
        auto& known = schemas_[text];
        if (known == nullptr) {
            known = std::make_unique<result<graphql::schema>>(graphql::build_schema(text));
        }
        return *known;
    }

    static graphql::validate_options make_options() {
        graphql::validate_options options;
        options.style = graphql::message_style::graphql_js;
        options.rules = graphql::rule_set(graphql::message_style::graphql_js);
        return options;
    }

    std::map<std::string, std::unique_ptr<result<graphql::schema>>> schemas_;
    graphql::validate_options const options_ = make_options();
};

} // namespace

int main() {
    answers all;
    for (std::string line; std::getline(std::cin, line);) {
        std::cout << json::serialize(all.to(json::parse(line).as_object())) << '\n';
    }
}
