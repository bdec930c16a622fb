// Memory that is free goes back to the system.
#pragma once

#include <refract/core/config.hpp>

namespace refract {

/// Gives back to the system what the allocator keeps of freed memory, on glibc; elsewhere nothing is done.
///
/// For the end of large work that freed much on several threads: glibc keeps what was freed for each of its arenas, and gives back
/// by itself only what lies at their ends.
/// Cost: it walks over all free memory: 0.3 to 1 ms with 20 MB in use; others may wait for their next allocation meanwhile.
REFRACT_DECL void release_free_memory() noexcept;

} // namespace refract

#ifdef REFRACT_HEADER_ONLY
#include <refract/core/impl/memory.ipp>
#endif
