// The only macros of the toolkit: header-only (default) or separate compilation.
// See: CONTRIBUTING.md, "Two ways to compile".
#pragma once

/// With REFRACT_SEPARATE_COMPILATION the bodies are compiled once, by including each `impl/*.ipp` of a folder in one
/// translation unit. The macro changes `inline` and nothing else.
#ifdef REFRACT_SEPARATE_COMPILATION
#define REFRACT_DECL
#else
#define REFRACT_HEADER_ONLY 1
#define REFRACT_DECL inline
#endif
