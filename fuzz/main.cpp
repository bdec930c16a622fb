// Replays files through a fuzz target, for compilers without libFuzzer. A target with a mutator of its own gets some of its mutants too.
// usage: fuzz_TARGET (file | folder)...
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);
extern "C" [[gnu::weak]] std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned seed);

/// libFuzzer's own, in small: one byte becomes another.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t /*max_size*/) {
    static std::size_t turn = 0;
    ++turn;
    if (size > 0) {
        data[turn * 7919 % size] ^= static_cast<std::uint8_t>(1U + turn % 255);
    }
    return size;
}

namespace {

constexpr unsigned mutants_each = 50;
constexpr std::size_t room_to_grow = 4'096;

void run_mutants(std::vector<char> const& bytes) {
    for (unsigned seed = 1; seed <= mutants_each; ++seed) {
        std::vector<std::uint8_t> mutant(bytes.begin(), bytes.end());
        mutant.resize(bytes.size() + room_to_grow);
        mutant.resize(LLVMFuzzerCustomMutator(mutant.data(), bytes.size(), mutant.size(), seed));
        LLVMFuzzerTestOneInput(mutant.data(), mutant.size());
    }
}

void replay(std::filesystem::path const& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw std::runtime_error(path.string() + ": can't be read");
    }
    std::vector<char> const bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    // Named before it runs: if it crashes, this is the last line.
    std::printf("%s (%zu bytes)\n", path.filename().c_str(), bytes.size());
    std::fflush(stdout);
    // An exact copy on the heap, so that a sanitizer sees every read past the end.
    std::vector<std::uint8_t> const input(bytes.begin(), bytes.end());
    LLVMFuzzerTestOneInput(input.data(), input.size());
    if (LLVMFuzzerCustomMutator != nullptr) {
        run_mutants(bytes);
    }
}

} // namespace

int main(int argc, char** argv) {
    try {
        std::size_t count = 0;
        for (int i = 1; i < argc; ++i) {
            std::filesystem::path const argument = argv[i];
            if (!std::filesystem::is_directory(argument)) {
                replay(argument);
                ++count;
                continue;
            }
            for (auto const& entry : std::filesystem::recursive_directory_iterator(argument)) {
                if (entry.is_regular_file()) {
                    replay(entry.path());
                    ++count;
                }
            }
        }
        std::printf("%zu inputs\n", count);
        return count > 0 ? 0 : 2;
    } catch (std::exception const& e) {
        std::fprintf(stderr, "%s\n", e.what());
        return 1;
    }
}
