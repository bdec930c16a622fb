// Test that the header is self-contained.
#include <refract/http/tls.hpp>

#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

using namespace refract;

namespace {

void write(std::filesystem::path const& path, std::string const& text) { std::ofstream(path) << text; }

std::string fault(std::string const& certificate, std::string const& key) {
    auto const loaded = http::tls_certificate::load({certificate, key});
    REQUIRE_FALSE(loaded);
    CHECK(loaded.failure().code == errc::unavailable);
    return loaded.failure().message;
}

} // namespace

TEST_CASE("tls_certificate: what can't be used, and why", "[http][tls]") {
    auto const folder = std::filesystem::temp_directory_path() / "refract-tls-test";
    std::filesystem::create_directories(folder);
    auto const empty = (folder / "empty").string();
    auto const noise = (folder / "noise").string();
    write(empty, "");
    write(noise, "-----BEGIN CERTIFICATE-----\nprecious\n-----END CERTIFICATE-----\n");
    CHECK(fault("/nowhere/x.pem", "/nowhere/x.key") == "The certificate /nowhere/x.pem can't be used: No such file or directory");
    CHECK(fault(empty, empty) == "The certificate " + empty + " can't be used: no start line");
    auto const told = fault(noise, noise);
    CHECK(told.find("The certificate " + noise + " can't be used: ") == 0);
    CHECK(told.find("precious") == std::string::npos);
    std::filesystem::remove_all(folder);
}
