// Checks folders of .graphql files: syntax, type systems, operations against the schema, use of what is deprecated.
//   graphql_lint [--schema FILE] [--json] [--color | --no-color] [--no-warnings] PATH...
// Without --schema, the type system files among the paths are the schema. Operations may use the fragments of every file.
// The exit code is 0 if there is no error, 1 if there is one, 2 if something cannot be read.
#include <refract/core/text.hpp>
#include <refract/core/utf8.hpp>
#include <refract/graphql.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace graphql = refract::graphql;
namespace ast = refract::graphql::ast;

namespace {

struct options {
    std::vector<std::filesystem::path> paths;
    std::string schema;
    bool json = false;
    bool warnings = true;
    bool color = false;
};

/// One file with its tree. The document refers to the text: a source stays where it is.
struct source {
    std::string path;
    std::string text;
    std::optional<graphql::document> doc;

    [[nodiscard]] bool is_type_system() const {
        return doc && std::any_of(doc->definitions.begin(), doc->definitions.end(), [](ast::definition const& d) {
                   return d.kind != ast::definition_kind::operation && d.kind != ast::definition_kind::fragment;
               });
    }
};

struct finding {
    source const* in;
    bool is_error;
    std::string message;
    std::vector<refract::location> places;
};

class linter {
public:
    explicit linter(options const& o) : options_(o) {}

    /// False if a file cannot be read.
    bool load() {
        auto is_readable = true;
        for (auto const& path : options_.paths) {
            std::error_code error;
            if (!std::filesystem::is_directory(path, error)) {
                is_readable = add_file(path) && is_readable;
                continue;
            }
            std::set<std::filesystem::path> files; // in order
            for (auto const& entry : std::filesystem::recursive_directory_iterator(path, error)) {
                auto const extension = entry.path().extension();
                if (entry.is_regular_file() && (extension == ".graphql" || extension == ".gql" || extension == ".graphqls")) {
                    files.insert(entry.path());
                }
            }
            for (auto const& file : files) {
                is_readable = add_file(file) && is_readable;
            }
        }
        return (options_.schema.empty() || add_file(options_.schema)) && is_readable;
    }

    std::vector<finding> run() {
        for (auto const& s : sources_) {
            parse(*s);
        }
        auto const schema = build_schema();
        index_fragments();
        for (auto const& s : sources_) {
            if (s->doc && !s->is_type_system()) {
                check_style(*s);
                if (schema) {
                    validate(*schema, *s);
                }
            }
        }
        return std::move(findings_);
    }

private:
    bool add_file(std::filesystem::path const& path) {
        if (!known_.insert(std::filesystem::weakly_canonical(path)).second) {
            return true;
        }
        std::ifstream file(path, std::ios::binary);
        if (!file) {
            std::cerr << path.string() << ": cannot be read\n";
            return false;
        }
        auto s = std::make_unique<source>();
        s->path = path.string();
        s->text.assign(std::istreambuf_iterator<char>(file), {});
        sources_.push_back(std::move(s));
        return true;
    }

    void add(source const& in, bool is_error, std::string message, std::vector<refract::location> places) {
        if (is_error || options_.warnings) {
            findings_.push_back({&in, is_error, std::move(message), std::move(places)});
        }
    }

    void parse(source& s) {
        graphql::parse_options parsing;
        parsing.max_document_bytes = s.text.size() + 1;
        parsing.max_tokens = 10'000'000;
        parsing.max_directives = 10'000'000;
        parsing.allow_empty = true;
        auto doc = graphql::parse(s.text, parsing);
        if (doc) {
            s.doc = std::move(*doc);
        } else {
            add(s, true, doc.failure().message, {doc.failure().where});
        }
    }

    /// The schema of all type system files together; none if there are none, or if they are wrong.
    std::optional<graphql::schema> build_schema() {
        auto whole = std::string{};
        std::vector<std::pair<std::size_t, source const*>> parts; // where each file begins
        for (auto const& s : sources_) {
            if (s->is_type_system()) {
                parts.emplace_back(whole.size(), s.get());
                whole.append(s->text).append("\n");
            }
        }
        graphql::parse_options parsing;
        parsing.max_document_bytes = whole.size() + 1;
        parsing.max_tokens = 10'000'000;
        parsing.max_directives = 10'000'000;
        if (parts.empty()) {
            return std::nullopt;
        }
        auto const doc = graphql::parse(whole, parsing);
        if (!doc) {
            return std::nullopt; // a file ends within a comment or string: said of that file
        }
        auto const violations = graphql::validate_sdl(*doc);
        for (auto const& v : violations) {
            add_of_part(parts, v.message, v.locations);
        }
        auto schema = graphql::build_schema(*doc, {false, true});
        if (schema) {
            return std::move(*schema);
        }
        if (violations.empty()) {
            add_of_part(parts, schema.failure().message, {schema.failure().where});
        }
        return std::nullopt;
    }

    /// Reports something about the joined text in the file its last place belongs to.
    void add_of_part(
        std::vector<std::pair<std::size_t, source const*>> const& parts, std::string const& message,
        std::vector<refract::location> const& places
    ) {
        auto const offset = places.empty() ? 0 : places.back().offset;
        auto const* part = &parts.front();
        for (auto const& p : parts) {
            part = p.first <= offset ? &p : part;
        }
        std::vector<refract::location> own;
        for (auto const& at : places) {
            if (at.offset >= part->first && at.offset - part->first <= part->second->text.size()) {
                own.push_back(graphql::locate(part->second->text, at.offset - part->first));
            }
        }
        add(*part->second, true, message, std::move(own));
    }

    void index_fragments() {
        for (auto const& s : sources_) {
            if (!s->doc) {
                continue;
            }
            for (auto const& d : s->doc->definitions) {
                if (d.kind == ast::definition_kind::fragment) {
                    fragments_.emplace(d.name, std::string_view(s->text).substr(d.at.offset, d.end - d.at.offset));
                }
            }
        }
    }

    /// The text with the fragments of other files that it spreads, directly or not, behind it.
    std::string with_fragments(source const& s) const {
        struct spread_collector {
            std::set<std::string_view> defined;
            std::vector<std::string_view> spread;
            void enter(ast::definition const& d) {
                if (d.kind == ast::definition_kind::fragment) {
                    defined.insert(d.name);
                }
            }
            void enter(ast::selection const& selection) {
                if (selection.kind == ast::selection_kind::fragment_spread) {
                    spread.push_back(selection.name);
                }
            }
        } collector;
        graphql::visit(*s.doc, collector);
        auto text = s.text + '\n';
        std::vector<graphql::document> others; // keep the names alive
        for (std::size_t i = 0; i < collector.spread.size(); ++i) {
            auto const at = fragments_.find(collector.spread[i]);
            if (at == fragments_.end() || !collector.defined.insert(at->first).second) {
                continue;
            }
            text.append(at->second).append("\n");
            auto other = graphql::parse(at->second);
            if (other) {
                graphql::visit(*other, collector);
                others.push_back(std::move(*other));
            }
        }
        return text;
    }

    void validate(graphql::schema const& schema, source const& s) {
        auto const text = with_fragments(s);
        graphql::parse_options parsing;
        parsing.max_document_bytes = text.size();
        parsing.allow_empty = true;
        auto const doc = graphql::parse(text, parsing);
        if (!doc) {
            add(s, true, doc.failure().message, {doc.failure().where});
            return;
        }
        auto const has_operation = std::any_of(doc->definitions.begin(), doc->definitions.end(), [](ast::definition const& d) {
            return d.kind == ast::definition_kind::operation;
        });
        graphql::validate_options checks;
        checks.style = graphql::message_style::graphql_js;
        checks.rules = graphql::rule_set(checks.style);
        if (!has_operation) {
            checks.rules.without(graphql::rule::no_unused_fragments); // they are for other files
        }
        add_own(s, true, graphql::validate(schema, *doc, checks));
        checks.rules = {graphql::rule::no_deprecated};
        add_own(s, false, graphql::validate(schema, *doc, checks));
    }

    /// Keeps what is about the file itself, not about the fragments of others.
    void add_own(source const& s, bool is_error, std::vector<graphql::violation> violations) {
        for (auto& v : violations) {
            auto const is_own = v.locations.empty() || std::any_of(v.locations.begin(), v.locations.end(), [&](auto const& at) {
                                    return at.offset < s.text.size();
                                });
            if (is_own) {
                v.locations.erase(
                    std::remove_if(
                        v.locations.begin(), v.locations.end(), [&](auto const& at) { return at.offset >= s.text.size(); }
                    ),
                    v.locations.end()
                );
                add(s, is_error, std::move(v.message), std::move(v.locations));
            }
        }
    }

    void check_style(source const& s) {
        for (auto const& d : s.doc->definitions) {
            if (d.kind == ast::definition_kind::operation && d.name.empty()) {
                add(s, false, "An operation without a name is hard to find in logs.", {d.at});
            }
        }
    }

    options const& options_;
    std::vector<std::unique_ptr<source>> sources_;
    std::set<std::filesystem::path> known_;
    std::map<std::string_view, std::string_view> fragments_;
    std::vector<finding> findings_;
};

/// The line a place is in, and as many blanks (or tabs) as stand before it.
std::pair<std::string, std::string> excerpt(std::string_view text, std::uint32_t offset) {
    auto const at = std::min<std::size_t>(offset, text.size());
    auto const begin = at == 0 ? 0 : text.find_last_of("\r\n", at - 1) + 1;
    auto const end = std::min(text.find_first_of("\r\n", at), text.size());
    std::string padding;
    for (auto const c : text.substr(begin, at - begin)) {
        if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) {
            padding += c == '\t' ? '\t' : ' '; // one for each character
        }
    }
    return {std::string(text.substr(begin, end - begin)), padding};
}

void print_text(finding const& f, bool color) {
    auto const paint = [color](char const* code) { return color ? code : ""; };
    auto const* const reset = paint("\x1b[0m");
    auto const head = [&](refract::location const& at, char const* word, char const* code, std::string_view message) {
        std::cout << paint("\x1b[1m") << f.in->path << ':' << at.line << ':' << at.column << ": " << reset << paint(code) << word
                  << ": " << reset << paint("\x1b[1m") << message << reset << '\n';
        auto const [line, padding] = excerpt(f.in->text, at.offset);
        std::cout << "  " << line << "\n  " << padding << paint("\x1b[1;32m") << '^' << reset << '\n';
    };
    auto const* const word = f.is_error ? "error" : "warning";
    auto const* const code = f.is_error ? "\x1b[1;31m" : "\x1b[1;35m";
    if (f.places.empty()) {
        std::cout << f.in->path << ": " << paint(code) << word << ": " << reset << f.message << '\n';
        return;
    }
    head(f.places.front(), word, code, f.message);
    for (std::size_t i = 1; i < f.places.size(); ++i) {
        head(f.places[i], "note", "\x1b[1;36m", "and here");
    }
}

void print_json(std::vector<finding> const& findings) {
    std::string out = "[";
    for (auto const& f : findings) {
        out += &f == &findings.front() ? "\n" : ",\n";
        out += R"({"file":)" + refract::json_string(f.in->path) + R"(,"severity":")" + (f.is_error ? "error" : "warning") +
               R"(","message":)" + refract::json_string(f.message) + R"(,"locations":[)";
        for (auto const& at : f.places) {
            out += &at == &f.places.front() ? "" : ",";
            out += R"({"line":)" + std::to_string(at.line) + R"(,"column":)" + std::to_string(at.column) + "}";
        }
        out += "]}";
    }
    std::cout << out << "\n]\n";
}

/// Nothing if the arguments make no sense.
std::optional<options> read_options(int argc, char** argv) {
    options o;
    o.color = isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
    for (int i = 1; i < argc; ++i) {
        std::string_view const argument = argv[i];
        if (argument == "--json") {
            o.json = true;
        } else if (argument == "--color" || argument == "--no-color") {
            o.color = argument == "--color";
        } else if (argument == "--no-warnings") {
            o.warnings = false;
        } else if (argument == "--schema" && i + 1 < argc) {
            o.schema = argv[++i];
        } else if (argument.substr(0, 1) == "-") {
            return std::nullopt;
        } else {
            o.paths.emplace_back(argument);
        }
    }
    return o.paths.empty() ? std::nullopt : std::optional(std::move(o));
}

} // namespace

int main(int argc, char** argv) {
    auto const o = read_options(argc, argv);
    if (!o) {
        std::cerr << "usage: graphql_lint [--schema FILE] [--json] [--color | --no-color] [--no-warnings] PATH...\n";
        return 2;
    }
    linter lint(*o);
    if (!lint.load()) {
        return 2;
    }
    auto const findings = lint.run();
    auto const errors = std::count_if(findings.begin(), findings.end(), [](finding const& f) { return f.is_error; });
    if (o->json) {
        print_json(findings);
    } else {
        for (auto const& f : findings) {
            print_text(f, o->color);
        }
        std::cout << errors << " error(s), " << static_cast<std::ptrdiff_t>(findings.size()) - errors << " warning(s)\n";
    }
    return errors == 0 ? 0 : 1;
}
