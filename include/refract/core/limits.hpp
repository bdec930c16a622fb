// Every limit of the toolkit: a name, a default, a unit. All of them can be changed by the caller.
// See: docs in each component; server options and `REFRACT_*` environment variables map to these.
#pragma once

#include <cstddef>
#include <cstdint>

namespace refract {

/// Bounds on what is accepted from outside. The defaults suit a public endpoint.
struct limits {
    // GraphQL documents
    std::size_t max_document_bytes = 1U << 20U;   ///< bytes of one GraphQL text (1 MiB)
    std::uint32_t max_tokens = 100'000;            ///< lexical tokens of one GraphQL text
    std::uint32_t max_depth = 200;                 ///< nesting of selections, values and types while parsing
    std::uint32_t max_selection_depth = 50;        ///< nesting of fields in an operation, fragments expanded
    std::uint32_t max_aliases = 1'000;             ///< aliased fields in one operation
    std::uint32_t max_directives = 1'000;          ///< directives in one document
    std::uint32_t max_fields = 20'000;             ///< fields of one operation after fragments are expanded
    std::uint32_t max_root_fields = 1'000;         ///< those of them that are not in another field
    std::uint32_t max_variables = 1'000;           ///< variables of one operation
    std::uint32_t max_operations = 1'000;          ///< operations in one document
    std::uint32_t max_fragments = 1'000;           ///< fragments in one document
    std::uint32_t max_merge_steps = 200'000;       ///< work of the field-merge rule before "Validation aborted."
    std::uint32_t max_errors = 100;                ///< errors reported for one document

    // HTTP
    std::size_t max_body_bytes = 50U << 20U;       ///< bytes of one request body (50 MiB, as the original)
    std::size_t max_request_line_bytes = 8U << 10U; ///< bytes of a request's first line: method, target, version
    std::size_t max_header_bytes = 64U << 10U;     ///< bytes of one request's header section
    std::uint32_t max_header_fields = 100;         ///< fields of one request's header section
    std::uint32_t max_batch = 1'000;               ///< operations in one request
    std::uint32_t max_connections = 10'000;        ///< open client connections
    std::uint32_t max_connections_per_address = 1'000; ///< of them from one address (IPv6: one /64), but for the machine itself
    std::uint32_t max_requests_per_connection = 100'000; ///< answered before it is closed
    std::uint32_t header_timeout_seconds = 10;     ///< to receive a request's header section, and to begin with the first one
    std::uint32_t idle_timeout_seconds = 75;       ///< between two requests of a kept-alive connection
    std::uint32_t min_body_bytes_per_second = 1'000; ///< a slower body is given up
    std::uint32_t body_window_seconds = 10;        ///< what that is measured over
    std::uint32_t write_timeout_seconds = 30;      ///< without a byte of the answer taken by the client
    std::uint32_t request_timeout_seconds = 600;   ///< to send the whole of an answer
    std::uint32_t tls_handshake_timeout_seconds = 10;

    // JSON in requests
    std::uint32_t max_json_depth = 64;             ///< nesting of the request body and of Json values
    std::size_t max_json_values = 1'000'000;       ///< values of one request body

    // Import and export
    std::size_t max_export_characters = 1'000'000; ///< UTF-16 units of the elements of one export page (as the original)

    // Databases
    std::uint32_t max_queued = 1'000;              ///< callers waiting for a connection (`queueSize`)
    std::uint32_t connect_timeout_seconds = 5;     ///< to open one connection
    std::uint32_t acquire_timeout_seconds = 30;    ///< to wait for a free connection
    std::uint32_t statement_timeout_seconds = 300; ///< for one request's statements

    // Deploys
    std::uint32_t deploy_wait_seconds = 10;        ///< a deploy waits so long for another one of the same service; 0: not at all

    // Caches
    std::size_t max_cache_bytes = 64U << 20U;      ///< compiled operations, all services together
};

} // namespace refract
