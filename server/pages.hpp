// What a browser sees on an endpoint.
#pragma once

#include <string_view>

namespace refract::server {

/// A page that says what the endpoint is and can send a query to it. One file, nothing from elsewhere, no part of the
/// request in it.
std::string_view endpoint_page() noexcept;

} // namespace refract::server
