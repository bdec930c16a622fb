#pragma once

#include <refract/config/yaml.hpp>
#include <refract/core/utf8.hpp>

#include <map>
#include <sstream>
#include <utility>

#include <yaml-cpp/anchor.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

namespace refract::config {

namespace detail {

REFRACT_DECL location place(YAML::Mark const& mark) {
    if (mark.is_null()) {
        return {};
    }
    return location{static_cast<std::uint32_t>(mark.line + 1), static_cast<std::uint32_t>(mark.column + 1),
                    static_cast<std::uint32_t>(mark.pos)};
}

/// Leaves yaml-cpp's parser from inside an event; caught in parse_yaml().
struct yaml_refusal {
    error why;
};

[[noreturn]] REFRACT_DECL void refuse(errc code, std::string message, YAML::Mark const& mark) {
    throw yaml_refusal{error{code, std::move(message), place(mark)}};
}

/// Builds the tree from yaml-cpp's events and stops at the first limit.
class yaml_builder final : public YAML::EventHandler {
public:
    explicit yaml_builder(yaml_limits const& limits) : limits_(limits) {}

    void OnDocumentStart(YAML::Mark const&) override {}
    void OnDocumentEnd() override {}

    void OnNull(YAML::Mark const& mark, YAML::anchor_t anchor) override {
        yaml_node node;
        node.where = place(mark);
        add(std::move(node), mark, anchor);
    }

    void OnAlias(YAML::Mark const& mark, YAML::anchor_t anchor) override {
        if (++aliases_ > limits_.max_aliases) {
            refuse(errc::limit_exceeded, "More than " + std::to_string(limits_.max_aliases) + " aliases.", mark);
        }
        auto const found = anchors_.find(anchor);
        if (found == anchors_.end()) {
            refuse(errc::yaml_syntax, "An alias inside of the value it stands for.", mark);
        }
        yaml_node copy = found->second;
        count(copy, mark);
        add(std::move(copy), mark, 0);
    }

    void OnScalar(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor, std::string const& value) override {
        check_tag(tag, mark);
        yaml_node node;
        node.type = yaml_node::kind::scalar;
        node.quoted = tag == "!";
        node.text = value;
        node.where = place(mark);
        if (!is_valid_utf8(value)) {
            refuse(errc::invalid_utf8, "An escape in this text is no character.", mark);
        }
        add(std::move(node), mark, anchor);
    }

    void OnSequenceStart(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(yaml_node::kind::list, mark, tag, anchor);
    }

    void OnSequenceEnd() override { close(); }

    void OnMapStart(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
        open(yaml_node::kind::map, mark, tag, anchor);
    }

    void OnMapEnd() override { close(); }

    yaml_node root{};

private:
    struct level {
        yaml_node node{};
        YAML::Mark mark{};
        YAML::anchor_t anchor = 0;
        bool has_key = false; ///< a map whose next value belongs to `key`
        yaml_entry key{};
    };

    static void check_tag(std::string const& tag, YAML::Mark const& mark) {
        if (!tag.empty() && tag != "!" && tag != "?") {
            refuse(errc::yaml_syntax, "Tags are not supported.", mark);
        }
    }

    void count(yaml_node const& node, YAML::Mark const& mark) {
        std::size_t const more = 1 + node.items.size() + node.entries.size();
        nodes_ += more;
        if (nodes_ > limits_.max_nodes) {
            refuse(errc::limit_exceeded, "More than " + std::to_string(limits_.max_nodes) + " values.", mark);
        }
        for (auto const& item : node.items) {
            count(item, mark);
        }
        for (auto const& entry : node.entries) {
            count(entry.value, mark);
        }
    }

    void remember(YAML::anchor_t anchor, yaml_node const& node, YAML::Mark const& mark) {
        if (anchor == 0) {
            return;
        }
        if (anchors_.size() >= limits_.max_anchors) {
            refuse(errc::limit_exceeded, "More than " + std::to_string(limits_.max_anchors) + " anchors.", mark);
        }
        anchors_.emplace(anchor, node);
    }

    void open(yaml_node::kind type, YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor) {
        check_tag(tag, mark);
        if (open_.size() >= limits_.max_depth) {
            refuse(errc::limit_exceeded, "Nested deeper than " + std::to_string(limits_.max_depth) + " levels.", mark);
        }
        level opened;
        opened.node.type = type;
        opened.node.where = place(mark);
        opened.mark = mark;
        opened.anchor = anchor;
        open_.push_back(std::move(opened));
    }

    void close() {
        level closed = std::move(open_.back());
        open_.pop_back();
        add(std::move(closed.node), closed.mark, closed.anchor);
    }

    void add(yaml_node node, YAML::Mark const& mark, YAML::anchor_t anchor) {
        if (++nodes_ > limits_.max_nodes) {
            refuse(errc::limit_exceeded, "More than " + std::to_string(limits_.max_nodes) + " values.", mark);
        }
        remember(anchor, node, mark);
        if (open_.empty()) {
            root = std::move(node);
            return;
        }
        level& parent = open_.back();
        if (parent.node.type == yaml_node::kind::list) {
            parent.node.items.push_back(std::move(node));
        } else if (parent.has_key) {
            parent.key.value = std::move(node);
            parent.node.entries.push_back(std::move(parent.key));
            parent.key = {};
            parent.has_key = false;
        } else {
            add_key(parent, std::move(node), mark);
        }
    }

    void add_key(level& parent, yaml_node node, YAML::Mark const& mark) {
        if (node.type != yaml_node::kind::scalar) {
            refuse(errc::yaml_syntax, "A key has to be a text.", mark);
        }
        if (node.text.size() > limits_.max_key_bytes) {
            refuse(errc::limit_exceeded, "A key is longer than " + std::to_string(limits_.max_key_bytes) + " bytes.", mark);
        }
        if (node.text == "<<" && !node.quoted) {
            refuse(errc::yaml_syntax, "Merge keys are not supported.", mark);
        }
        if (parent.node.find(node.text) != nullptr) {
            refuse(errc::duplicate_key, "The key '" + node.text + "' is there twice.", mark);
        }
        parent.key.key = std::move(node.text);
        parent.key.where = node.where;
        parent.has_key = true;
    }

    yaml_limits limits_;
    std::vector<level> open_{};
    std::map<YAML::anchor_t, yaml_node> anchors_{};
    std::size_t nodes_ = 0;
    std::uint32_t aliases_ = 0;
};

/// What can be said about a line before it is parsed; empty if nothing is wrong with it.
REFRACT_DECL std::string line_fault(std::string_view line, yaml_limits const& limits, std::size_t& column) {
    column = 0;
    if (line.size() > limits.max_line_bytes) {
        return "A line is longer than " + std::to_string(limits.max_line_bytes) + " bytes.";
    }
    for (; column < line.size(); ++column) {
        auto const byte = static_cast<unsigned char>(line[column]);
        if ((byte < 0x20 && byte != '\t') || byte == 0x7F) {
            return "A control character.";
        }
    }
    column = 0;
    if (line.substr(0, 1) == "%" && line.substr(0, 8) != "%YAML 1.") {
        return "Directives are not supported.";
    }
    std::size_t const content = line.find_first_not_of(" \t");
    std::size_t const tab = line.find('\t');
    if (content != std::string_view::npos && line[content] != '#' && tab < content) {
        column = tab;
        return "A tab can't indent; use spaces.";
    }
    return {};
}

/// Looks at the bytes before yaml-cpp does: it is lenient where we are not, and slow on very long lines.
REFRACT_DECL result<void> check_yaml_bytes(std::string_view text, yaml_limits const& limits) {
    if (text.size() > limits.max_bytes) {
        return error{errc::limit_exceeded, "The text is longer than " + std::to_string(limits.max_bytes) + " bytes.", {}};
    }
    location where{1, 1, 0};
    std::size_t start = 0;
    while (start < text.size()) {
        std::size_t end = text.find_first_of("\r\n", start);
        end = end == std::string_view::npos ? text.size() : end;
        std::string_view const line = text.substr(start, end - start);
        if (!is_valid_utf8(line)) {
            return error{errc::invalid_utf8, "The text is not UTF-8.", where};
        }
        std::size_t column = 0;
        std::string fault = line_fault(line, limits, column);
        if (!fault.empty()) {
            where.column += static_cast<std::uint32_t>(column);
            where.offset += static_cast<std::uint32_t>(column);
            return error{line.size() > limits.max_line_bytes ? errc::limit_exceeded : errc::yaml_syntax, std::move(fault), where};
        }
        start = end + (text.substr(end, 2) == "\r\n" ? 2U : 1U);
        where = location{where.line + 1, 1, static_cast<std::uint32_t>(start)};
    }
    return {};
}

} // namespace detail

REFRACT_DECL yaml_node const* yaml_node::find(std::string_view key) const noexcept {
    for (auto const& entry : entries) {
        if (entry.key == key) {
            return &entry.value;
        }
    }
    return nullptr;
}

REFRACT_DECL result<yaml_node> parse_yaml(std::string_view text, yaml_limits const& limits) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (text.substr(0, byte_order_mark.size()) == byte_order_mark) {
        text.remove_prefix(byte_order_mark.size());
    }
    if (auto const checked = detail::check_yaml_bytes(text, limits); !checked) {
        return checked.failure();
    }
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        detail::yaml_builder builder(limits);
        if (!parser.HandleNextDocument(builder)) {
            return error{errc::yaml_syntax, "There is no document in the text.", {}};
        }
        detail::yaml_builder second(limits);
        if (parser.HandleNextDocument(second)) {
            return error{errc::yaml_syntax, "There is more than one document in the text.", second.root.where};
        }
        return std::move(builder.root);
    } catch (detail::yaml_refusal const& refused) {
        return refused.why;
    } catch (YAML::Exception const& e) {
        return error{errc::yaml_syntax, "Not YAML: " + e.msg + ".", detail::place(e.mark)};
    }
}

} // namespace refract::config
