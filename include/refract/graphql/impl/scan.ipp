// Where runs of characters end: sixteen bytes a step where the processor can, else one.
#pragma once

#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace refract::graphql::detail {

constexpr bool continues_name(char c) noexcept {
    auto const lower = static_cast<unsigned char>(c | 0x20);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/// ASCII that means itself in a string of either form.
constexpr bool is_plain_in_string(char c) noexcept {
    return (c >= ' ' && c != '"' && c != '\\') || c == '\t';
}

/// The byte-wise forms: what the others give, on every processor.
struct portable_scan {
    static char const* skip_spaces(char const* p, char const* end) noexcept {
        while (p != end && *p == ' ') {
            ++p;
        }
        return p;
    }

    static char const* skip_name(char const* p, char const* end) noexcept {
        while (p != end && continues_name(*p)) {
            ++p;
        }
        return p;
    }

    static char const* skip_plain(char const* p, char const* end) noexcept {
        while (p != end && is_plain_in_string(*p)) {
            ++p;
        }
        return p;
    }
};

#if defined(__SSE2__)

/// Every processor with SSE2: all of x86-64. Only bytes before `end` are read.
struct sse2_scan {
    static char const* skip_spaces(char const* p, char const* end) noexcept {
        return skip(p, end, portable_scan::skip_spaces, [](__m128i bytes) { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(' ')); });
    }

    static char const* skip_name(char const* p, char const* end) noexcept {
        return skip(p, end, portable_scan::skip_name, [](__m128i bytes) {
            auto const letter = in_range(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), 'a', 26);
            auto const digit = in_range(bytes, '0', 10);
            return _mm_or_si128(_mm_or_si128(letter, digit), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('_')));
        });
    }

    static char const* skip_plain(char const* p, char const* end) noexcept {
        return skip(p, end, portable_scan::skip_plain, [](__m128i bytes) {
            auto const is = [bytes](char c) { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)); };
            // Signed: bytes above ASCII are below the space.
            auto const printable = _mm_cmpgt_epi8(bytes, _mm_set1_epi8(' ' - 1));
            return _mm_or_si128(_mm_andnot_si128(_mm_or_si128(is('"'), is('\\')), printable), is('\t'));
        });
    }

private:
    /// 0xFF for each byte of [first, first + count).
    static __m128i in_range(__m128i bytes, char first, char count) noexcept {
        auto const above = _mm_sub_epi8(bytes, _mm_set1_epi8(first));
        return _mm_cmpeq_epi8(_mm_min_epu8(above, _mm_set1_epi8(static_cast<char>(count - 1))), above);
    }

    template <class Tail, class Match> static char const* skip(char const* p, char const* end, Tail tail, Match match) noexcept {
        for (; end - p >= 16; p += 16) {
            auto const bytes = _mm_loadu_si128(reinterpret_cast<__m128i const*>(p)); // NOLINT: the intrinsic wants it
            auto const mismatch = static_cast<unsigned>(_mm_movemask_epi8(match(bytes))) ^ 0xFFFFU;
            if (mismatch != 0) {
                return p + __builtin_ctz(mismatch);
            }
        }
        return tail(p, end);
    }
};

using scan = sse2_scan;

#else

using scan = portable_scan;

#endif

} // namespace refract::graphql::detail
