// Test that the header is self-contained.
#include <refract/core/memory.hpp>

#include <cstddef>
#include <fstream>
#include <memory>
#include <vector>

#include <catch2/catch.hpp>
#include <unistd.h>

namespace {

/// The sanitizers bring an allocator of their own.
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
constexpr bool is_glibc_allocator = true;
#else
constexpr bool is_glibc_allocator = false;
#endif

std::size_t resident_bytes() {
    std::size_t all = 0;
    std::size_t resident = 0;
    std::ifstream("/proc/self/statm") >> all >> resident;
    return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

} // namespace

TEST_CASE("release_free_memory: what is free between things in use goes back", "[core][memory]") {
    constexpr std::size_t block = 4096;
    constexpr std::size_t count = 8192;
    std::vector<std::unique_ptr<std::vector<char>>> blocks;
    for (std::size_t i = 0; i < count; ++i) {
        blocks.push_back(std::make_unique<std::vector<char>>(block, 'x'));
    }
    for (std::size_t i = 0; i < count; ++i) {
        if (i % 32 != 31) {
            blocks[i].reset();
        }
    }
    auto const before = resident_bytes();
    refract::release_free_memory();
    if (is_glibc_allocator) {
        CHECK(resident_bytes() + block * count / 2 < before);
    }
    CHECK(blocks[31]->back() == 'x');
}
