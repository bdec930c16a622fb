#pragma once

#include <refract/core/text.hpp>
#include <refract/prisma1/inflection.hpp>

#include <optional>
#include <utility>

namespace refract::prisma1 {
namespace detail {

/// Space-separated words.
struct plural_category {
    std::string_view words;
    std::string_view singular; ///< ending that is cut off
    std::string_view plural;   ///< and replaced by this
};

/// One word being inflected; `lower` is `word` in lower case.
struct inflected {
    std::string_view word;
    std::string lower;

    [[nodiscard]] bool ends_with(std::string_view suffix) const noexcept {
        return lower.size() >= suffix.size() && std::string_view(lower).substr(lower.size() - suffix.size()) == suffix;
    }

    /// The word without its last `cut` characters, and `ending`.
    [[nodiscard]] std::string with(std::size_t cut, std::string_view ending) const {
        return std::string(word.substr(0, word.size() - cut)).append(ending);
    }

    /// The character `back` places before the end, in lower case; NUL if there is none.
    [[nodiscard]] char at_end(std::size_t back) const noexcept { return back < lower.size() ? lower[lower.size() - 1 - back] : '\0'; }

    [[nodiscard]] bool is_one_of(std::size_t back, std::string_view letters) const noexcept {
        auto const c = at_end(back);
        return c != '\0' && letters.find(c) != std::string_view::npos;
    }
};

using inflection = std::optional<std::string>;

REFRACT_DECL inflection apply_category(inflected const& w, plural_category const& category) {
    for (auto const& item : split(category.words, ' ')) {
        if (w.ends_with(item)) {
            return w.with(category.singular.size(), category.plural);
        }
    }
    return std::nullopt;
}

template <std::size_t N> inflection apply_categories(inflected const& w, plural_category const (&categories)[N]) {
    for (auto const& c : categories) {
        if (auto p = apply_category(w, c)) {
            return p;
        }
    }
    return std::nullopt;
}

/// The first letter of the suffix keeps its case, the rest becomes the plural's.
REFRACT_DECL inflection apply_irregular(inflected const& w) {
    constexpr std::pair<std::string_view, std::string_view> words[] = {
        {"child", "children"}, {"ephemeris", "ephemerides"}, {"mongoose", "mongoose"}, {"mythos", "mythoi"},
        {"soliloquy", "soliloquies"}, {"trilby", "trilbys"}, {"genus", "genera"}, {"quiz", "quizzes"}, {"beef", "beefs"},
        {"brother", "brothers"}, {"cow", "cows"}, {"genie", "genies"}, {"money", "moneys"}, {"octopus", "octopuses"},
        {"opus", "opuses"},
    };
    for (auto const& [singular, plural] : words) {
        if (w.ends_with(singular)) {
            return w.with(singular.size() - 1, plural.substr(1));
        }
    }
    return std::nullopt;
}

REFRACT_DECL inflection apply_suffixes(inflected const& w) {
    constexpr std::pair<std::string_view, std::string_view> suffixes[] = {
        {"tooth", "teeth"}, {"goose", "geese"}, {"foot", "feet"}, {"zoon", "zoa"},
    };
    if (w.ends_with("man")) {
        return w.with(3, "men");
    }
    if (w.ends_with("ouse") && w.is_one_of(4, "lm")) {
        return w.with(4, "ice");
    }
    for (auto const& [singular, plural] : suffixes) {
        if (w.ends_with(singular)) {
            return w.with(singular.size(), plural);
        }
    }
    if (w.ends_with("is") && w.is_one_of(2, "csx")) {
        return w.with(2, "es");
    }
    return std::nullopt;
}

REFRACT_DECL inflection apply_classical(inflected const& w) {
    constexpr plural_category categories[] = {
        {"codex murex silex", "ex", "ices"},
        {"radix helix", "ix", "ices"},
        {"bacterium agendum desideratum erratum stratum datum ovum extremum candelabrum", "um", "a"},
        {"criterion perihelion aphelion phenomenon prolegomenon noumenon organon asyndeton hyperbaton", "on", "a"},
        {"alumna alga vertebra persona", "a", "ae"},
        {"alumnus alveolus bacillus bronchus locus nucleus stimulus meniscus thesaurus", "us", "i"},
    };
    return apply_categories(w, categories);
}

REFRACT_DECL inflection apply_sibilants(inflected const& w) {
    constexpr plural_category es[] = {
        {"acropolis chaos lens aegis cosmos mantis alias dais marquis asbestos digitalis metropolis atlas epidermis pathos bathos "
         "ethos pelvis bias gas polis caddis glottis rhinoceros cannabis sassafras canvas ibis trellis",
         "", "es"},
        {"iris clitoris", "", "es"},
        {"apparatus impetus prospectus cantus nexus sinus coitus plexus status hiatus", "", "es"},
    };
    constexpr plural_category s[] = {
        {"anathema enema oedema bema enigma sarcoma carcinoma gumma schema charisma lemma soma diploma lymphoma stigma dogma magma "
         "stoma drama melisma trauma edema miasma",
         "", "s"},
    };
    if (w.ends_with("ch") || w.ends_with("sh") || w.is_one_of(0, "zx")) {
        return w.with(0, "es");
    }
    if (auto p = apply_categories(w, es)) {
        return p;
    }
    if (w.ends_with("us")) {
        return w.with(2, "uses");
    }
    if (auto p = apply_categories(w, s)) {
        return p;
    }
    if (w.ends_with("ss")) {
        return w.with(2, "sses");
    }
    return std::nullopt;
}

REFRACT_DECL inflection apply_f_and_y(inflected const& w) {
    if (w.at_end(0) == 'f') {
        bool const l = w.at_end(1) == 'l' && w.is_one_of(2, "aeo");
        bool const ea = w.ends_with("eaf") && w.at_end(3) != 'd' && w.at_end(3) != '\0';
        if (l || ea || w.ends_with("arf")) {
            return w.with(1, "ves");
        }
    }
    if (w.ends_with("ife") && w.is_one_of(3, "nlw")) {
        return w.with(2, "ves");
    }
    if (w.at_end(0) == 'y') {
        return w.is_one_of(1, "aeiou") ? w.with(1, "ys") : w.with(1, "ies");
    }
    return std::nullopt;
}

REFRACT_DECL std::string apply_rest(inflected const& w) {
    constexpr plural_category o[] = {
        {"solo soprano basso alto contralto tempo piano virtuoso", "o", "os"},
        {"albino archipelago armadillo commando crescendo fiasco ditto dynamo embryo ghetto guano inferno jumbo lumbago magneto "
         "manifesto medico octavo photo pro quarto canto lingo generalissimo stylo rhino casino auto macro zero",
         "o", "os"},
    };
    if (auto p = apply_categories(w, o)) {
        return std::move(*p);
    }
    if (w.at_end(0) == 'o') {
        return w.is_one_of(1, "aeiou") ? w.with(1, "os") : w.with(1, "oes");
    }
    if (auto const at = w.lower.find("ulum"); at != std::string::npos) {
        return std::string(w.word.substr(0, at)).append("ula").append(w.word.substr(at + 4));
    }
    return w.at_end(0) == 's' ? w.with(1, "ses") : w.with(0, "s");
}

} // namespace detail

REFRACT_DECL std::string english_plural(std::string_view word) {
    constexpr detail::plural_category unchanged[] = {
        {"fish ois sheep deer pox itis bison flounder pliers bream gallows proceedings breeches graffiti rabies britches headquarters "
         "salmon carp herpes scissors chassis high-jinks sea-bass clippers homework series cod innings shears contretemps jackanapes "
         "species corps mackerel swine debris measles trout diabetes mews tuna djinn mumps whiting eland news wildebeest elk pincers "
         "sugar",
         "", ""},
    };
    constexpr detail::plural_category human[] = {{"human", "", "s"}};
    detail::inflected const w{word, ascii_lower(word)};
    if (auto p = detail::apply_categories(w, unchanged)) {
        return std::move(*p);
    }
    if (auto p = detail::apply_irregular(w)) {
        return std::move(*p);
    }
    if (auto p = detail::apply_categories(w, human)) {
        return std::move(*p);
    }
    if (auto p = detail::apply_suffixes(w)) {
        return std::move(*p);
    }
    if (auto p = detail::apply_classical(w)) {
        return std::move(*p);
    }
    if (auto p = detail::apply_sibilants(w)) {
        return std::move(*p);
    }
    if (auto p = detail::apply_f_and_y(w)) {
        return std::move(*p);
    }
    return detail::apply_rest(w);
}

REFRACT_DECL std::string plural_name(std::string_view model) {
    auto plural = english_plural(model);
    if (plural == model) {
        plural += !model.empty() && model.back() == 's' ? "es" : "s";
    }
    return capitalized(plural);
}

} // namespace refract::prisma1
