#pragma once

#include <refract/core/memory.hpp>

#include <cstdlib> // defines __GLIBC__

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace refract {

REFRACT_DECL void release_free_memory() noexcept {
#ifdef __GLIBC__
    ::malloc_trim(0);
#endif
}

} // namespace refract
