#include "pages.hpp"

namespace refract::server {

std::string_view endpoint_page() noexcept {
    return R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Refract</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1a202c; }
textarea, input, pre { font: 14px/1.4 ui-monospace, monospace; width: 100%; box-sizing: border-box; padding: .5rem;
  border: 1px solid #cbd5e0; border-radius: 4px; }
textarea { height: 10rem; }
#variables { height: 4rem; }
label { display: block; margin-top: .75rem; font-weight: 600; }
button { margin: .75rem 0; padding: .4rem 1.2rem; font: inherit; }
pre { min-height: 6rem; white-space: pre-wrap; background: #f7fafc; }
</style>
</head>
<body>
<h1>Refract</h1>
<p>This is a GraphQL endpoint. It answers <code>POST</code> requests with a JSON body:</p>
<pre id="example"></pre>
<p>Services are at <code>/&lt;name&gt;/&lt;stage&gt;</code>, the Management API, which deploys them, at <code>/management</code>.</p>
<form id="form">
<label for="query">Query</label>
<textarea id="query" spellcheck="false">{ __schema { queryType { fields { name } } } }</textarea>
<label for="variables">Variables (JSON)</label>
<textarea id="variables" spellcheck="false">{}</textarea>
<label for="token">Token, if the service has a secret</label>
<input id="token" autocomplete="off" spellcheck="false">
<button type="submit">Run</button>
</form>
<pre id="answer" aria-live="polite"></pre>
<script>
'use strict';
const path = location.pathname.replace(/\/(_admin|_playground)\/?$/, '') || '/';
const element = id => document.getElementById(id);
element('example').textContent = "curl -H 'Content-Type: application/json' -d '{\"query\":\"{ __typename }\"}' " + location.origin + path;
element('token').value = new URLSearchParams(location.search).get('token') || '';
element('form').addEventListener('submit', async event => {
  event.preventDefault();
  const headers = { 'Content-Type': 'application/json' };
  if (element('token').value) headers.Authorization = 'Bearer ' + element('token').value;
  try {
    const body = JSON.stringify({ query: element('query').value, variables: JSON.parse(element('variables').value || '{}') });
    const text = await (await fetch(path, { method: 'POST', headers, body })).text();
    try { element('answer').textContent = JSON.stringify(JSON.parse(text), null, 2); }
    catch (_) { element('answer').textContent = text; }
  } catch (failure) { element('answer').textContent = String(failure); }
});
</script>
</body>
</html>
)html";
}

} // namespace refract::server
