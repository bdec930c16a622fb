// Test that the header is self-contained.
#include <refract/core/log.hpp>

#include <catch2/catch.hpp>

using namespace refract;

TEST_CASE("log::format: one line of JSON", "[core][log]") {
    std::string const text = "two\nlines";
    std::string const line = log::format(log::level::warn, "some \"event\"", {{"text", text}, {"n", -3}, {"flag", true}});
    CHECK(line.find("\"level\":\"warn\",\"event\":\"some \\\"event\\\"\",\"text\":\"two\\nlines\",\"n\":-3,\"flag\":true}\n") !=
          std::string::npos);
    CHECK(line.find('\n') == line.size() - 1);
    CHECK(log::format(log::level::info, "e", {{"bad", std::string_view("\xff")}}).find("<not UTF-8>") != std::string::npos);
}

TEST_CASE("log::redacted: never shows the secret", "[core][log]") {
    CHECK(log::format(log::level::info, "e", {log::redacted("secret", "hunter2")}).find("hunter2") == std::string::npos);
    CHECK(log::format(log::level::info, "e", {log::redacted("secret", "")}).find("<unset>") != std::string::npos);
}

TEST_CASE("log::set_threshold: drops what is below", "[core][log]") {
    log::set_threshold(log::level::error);
    CHECK_FALSE(log::enabled(log::level::warn));
    CHECK(log::enabled(log::level::error));
    log::set_threshold(log::level::info);
    CHECK(log::enabled(log::level::info));
    CHECK_FALSE(log::enabled(log::level::debug));
    log::level parsed = log::level::info;
    CHECK(log::parse_level("debug", parsed));
    CHECK(parsed == log::level::debug);
    CHECK_FALSE(log::parse_level("loud", parsed));
}
