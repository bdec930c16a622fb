"""What the end-to-end tests share: a datamodel, requests down to the bytes, and what of a server must not change by itself."""
import base64
import hashlib
import hmac
import http.client
import json
import pathlib
import re
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import servers  # noqa: E402
import load  # noqa: E402  of examples/music_store

DATAMODEL = """
type Thing {
  id: ID! @id
  name: String @unique
  count: Int
  big: Float
  at: DateTime
  extra: Json
  kind: Kind
  uuid: UUID
  tags: [String] @scalarList(strategy: RELATION)
  parent: Thing @relation(name: "Tree", link: INLINE)
  children: [Thing] @relation(name: "Tree")
}

enum Kind { A B }
"""
SECONDS = 15  # no answer may take longer


def token(secret, claims, algorithm="HS256"):
    """A signed JWT."""
    def part(value):
        return base64.urlsafe_b64encode(value).rstrip(b"=")
    signed = part(json.dumps({"alg": algorithm, "typ": "JWT"}).encode()) + b"." + part(json.dumps(claims).encode())
    return (signed + b"." + part(hmac.new(secret.encode(), signed, hashlib.sha256).digest())).decode()


def graphql(query, variables=None, **more):
    """The body of a request."""
    return json.dumps({"query": query, **({} if variables is None else {"variables": variables}), **more})


class Answer:
    """A response; the request's id, which is new each time, is taken out of the body."""

    def __init__(self, response, body, seconds):
        self.status, self.seconds = response.status, seconds
        self.headers = response.headers
        self.type = (response.getheader("Content-Type") or "").split(";")[0]
        text = body.decode("utf-8", errors="backslashreplace")
        self.text = re.sub(r"\b[a-z]+:c[0-9a-z]{24}\b", "ID", text)
        self.json = json.loads(self.text) if self.type == "application/json" and text else None

    def __str__(self):
        return f"{self.status} {self.type} {self.text[:1500]}"


class Client:
    """Talks to one server, each request on a connection of its own."""

    def __init__(self, port, service=("app", "dev"), secret=None, service_secret=None):
        self.port, self.service, self.secret, self.service_secret = port, service, secret, service_secret

    def send(self, body=None, path=None, method="POST", headers=(), timeout=60):
        """One request; headers with the value None are left out."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        path = "/" + "/".join(self.service) if path is None else path
        sent = {"Content-Type": "application/json"}
        if self.service_secret and path != "/management":
            sent["Authorization"] = "Bearer " + token(self.service_secret, {"iat": int(time.time())})
        if self.secret and path == "/management":
            sent["Authorization"] = "Bearer " + load.management_token(self.secret)
        sent.update(headers)
        sent = {key: value for key, value in sent.items() if value is not None}
        begin = time.monotonic()
        try:
            connection.request(method, path, body.encode() if isinstance(body, str) else body, sent)
            response = connection.getresponse()
            return Answer(response, response.read(), time.monotonic() - begin)
        finally:
            connection.close()

    def ask(self, query, variables=None, path=None, timeout=60):
        """The `data` of one request; AssertionError if there are errors."""
        answer = self.send(graphql(query, variables), path, timeout=timeout)
        if answer.status != 200 or "errors" in answer.json:
            raise AssertionError(f"{query[:200]}: {answer}")
        return answer.json["data"]

    def manage(self, query, variables=None):
        return self.ask(query, variables, "/management")

    def add_project(self):
        name, stage = self.service
        self.manage("mutation($n: String!, $s: String!) { addProject(input: {name: $n, stage: $s}) { project { name } } }",
                    {"n": name, "s": stage})

    def deploy(self, datamodel=DATAMODEL):
        """Deploys and waits until the migration is finished. Returns its status, None if nothing changed."""
        name, stage = self.service
        secrets = [self.service_secret] if self.service_secret else []
        payload = self.manage("""mutation($input: DeployInput!) { deploy(input: $input) {
            errors { description } warnings { description } migration { revision } } }""",
                              {"input": {"name": name, "stage": stage, "types": datamodel, "secrets": secrets, "force": True}})["deploy"]
        if payload["errors"]:
            raise AssertionError(f"deploy: {payload['errors']}")
        if payload["migration"] is None:
            return None
        for _ in range(600):
            status = self.migration()
            if status["status"] in ("SUCCESS", "ROLLBACK_SUCCESS", "ROLLBACK_FAILURE"):
                return status["status"]
            time.sleep(0.02)
        raise AssertionError(f"the migration does not end: {status}")

    def migration(self):
        """The newest migration."""
        name, stage = self.service
        return self.manage("""query($n: String!, $s: String!) { migrationStatus(name: $n, stage: $s) {
            revision status applied rolledBack errors } }""", {"n": name, "s": stage})["migrationStatus"]

    def content(self):
        """Everything that is stored: the records, the projects and their migrations."""
        name, stage = self.service
        return (self.ask("{ things(orderBy: id_ASC) { id name count big at extra kind uuid tags parent { id } } }"),
                self.manage("{ listProjects { name stage datamodel } }"),
                self.manage("query($n: String!, $s: String!) { listMigrations(name: $n, stage: $s) { revision status errors } }",
                            {"n": name, "s": stage}))


def violation(query, text, *columns, **more):
    """The answer to a query of one line that breaks a rule at these columns."""
    places = "\n".join(f" (line 1, column {at}):\n{query}\n{' ' * (at - 1)}^" for at in columns)
    return {"data": None, "errors": [{"locations": [{"line": 1, "column": at} for at in columns], "message": text + places, **more}]}


def refusal(message, **more):
    """The answer to a request nothing was run for."""
    return {"errors": [{**more, "message": message, "requestId": "ID"}]}
