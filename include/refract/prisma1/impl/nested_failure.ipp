#pragma once

#include <refract/core/text.hpp>
#include <refract/prisma1/nested_failure.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace refract::prisma1 {

namespace detail {

/// JSON has no control character but in white space: it can't be part of an answer.
inline constexpr char mark = '\x01';

/// Copies an answer and keeps track of where it is.
class failure_settler {
public:
    failure_settler(std::string_view answer, std::string_view key) : in_(answer), key_(json_string(key)) {}

    REFRACT_DECL settled_answer run();

private:
    /// An object or a list that is being copied.
    struct container {
        bool is_list = false;
        std::size_t start = 0; ///< where it begins in the output
        std::size_t index = 0; ///< of a list: the item's number
        std::string key{};     ///< of an object: the last string that could be one
    };

    [[nodiscard]] std::size_t string_end(std::size_t from) const;
    [[nodiscard]] std::string path() const;
    REFRACT_DECL void settle();
    REFRACT_DECL void skip_containers(std::size_t levels);
    REFRACT_DECL void copy(char c);

    std::string_view in_;
    std::string key_;
    std::size_t at_ = 0;
    std::vector<container> open_;
    settled_answer out_;
};

/// Behind the closing quote of the string that starts at `from`.
REFRACT_DECL std::size_t failure_settler::string_end(std::size_t from) const {
    std::size_t i = from + 1;
    while (i < in_.size() && in_[i] != '"') {
        i += in_[i] == '\\' ? 2 : 1;
    }
    return std::min(i + 1, in_.size());
}

REFRACT_DECL std::string failure_settler::path() const {
    std::string out = "[" + key_;
    for (auto const& c : open_) {
        out += ',';
        out += c.is_list ? std::to_string(c.index) : c.key;
    }
    return out + "]";
}

/// Reads over the rest of the innermost `levels` containers.
REFRACT_DECL void failure_settler::skip_containers(std::size_t levels) {
    while (levels > 0 && at_ < in_.size()) {
        char const c = in_[at_];
        if (c == '"') {
            at_ = string_end(at_);
            continue;
        }
        levels += c == '{' || c == '[' ? 1 : 0;
        levels -= c == '}' || c == ']' ? 1 : 0;
        ++at_;
    }
}

/// A mark: `\1position,levels\1`.
REFRACT_DECL void failure_settler::settle() {
    std::size_t position = 0;
    std::size_t levels = 0;
    auto const* const end = in_.data() + in_.size();
    auto const* next = std::from_chars(in_.data() + at_ + 1, end, position).ptr;
    next = std::from_chars(next + 1, end, levels).ptr;
    at_ = static_cast<std::size_t>(next - in_.data()) + 1;
    out_.found.push_back({position, path()});
    levels = std::min(levels, open_.size());
    if (levels > 0) {
        out_.json.resize(open_[open_.size() - levels].start);
        open_.resize(open_.size() - levels);
        skip_containers(levels);
    }
    out_.json += "null";
}

REFRACT_DECL void failure_settler::copy(char c) {
    if (c == '{' || c == '[') {
        open_.push_back({c == '[', out_.json.size(), 0, {}});
    } else if (c == '}' || c == ']') {
        open_.pop_back();
    } else if (c == ',' && !open_.empty()) {
        ++open_.back().index;
    }
    out_.json += c;
    ++at_;
}

REFRACT_DECL settled_answer failure_settler::run() {
    while (at_ < in_.size()) {
        if (in_[at_] == mark) {
            settle();
        } else if (in_[at_] == '"') {
            auto const end = string_end(at_);
            auto const text = in_.substr(at_, end - at_);
            bool const is_key = end < in_.size() && in_[end] == ':';
            if (is_key && !open_.empty()) {
                open_.back().key = text;
            }
            out_.json += text;
            at_ = end;
        } else {
            copy(in_[at_]);
        }
    }
    return std::move(out_);
}

} // namespace detail

REFRACT_DECL std::string failure_mark(std::size_t index, std::size_t levels) {
    return detail::mark + std::to_string(index) + ',' + std::to_string(levels) + detail::mark;
}

REFRACT_DECL bool has_failure_mark(std::string_view answer) noexcept {
    return answer.find(detail::mark) != std::string_view::npos;
}

REFRACT_DECL settled_answer settle_failures(std::string_view answer, std::string_view key) {
    return detail::failure_settler(answer, key).run();
}

} // namespace refract::prisma1
