// Removing the folder of a test.
#pragma once

#include <filesystem>
#include <system_error>

namespace refract_tests {

/// Removes a folder that another thread may still be taking files out of: SQLite deletes `-wal` and `-shm` when a connection closes.
inline void remove_folder(std::filesystem::path const& folder) noexcept {
    for (int attempt = 0; attempt < 10; ++attempt) {
        std::error_code failed;
        std::filesystem::remove_all(folder, failed);
        if (!failed) {
            return;
        }
    }
}

} // namespace refract_tests
