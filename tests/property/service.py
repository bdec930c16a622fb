"""A server as the tests see it: projects, deploys, requests, answers with their numbers as they were written."""
import http.client
import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import servers  # noqa: E402,F401  puts examples/music_store on the path
import load  # noqa: E402


class Refused(Exception):
    """The server answered with errors where the rules know of none; `errors` are theirs."""

    def __init__(self, what, errors):
        super().__init__(f"{what}: {json.dumps(errors, ensure_ascii=False, default=str)[:2000]}")
        self.errors, self.sent = errors, []


class Number(str):
    """A number of an answer, as it was written."""


class Service:
    """One deployed service. Keeps its connection."""

    def __init__(self, server, name):
        self.server, self.name, self.path, self.connection = server, name, f"/{name}/dev", None

    def add(self):
        self.manage("mutation($name: String!, $stage: String!) { addProject(input: {name: $name, stage: $stage}) { project { name } } }",
                    {"name": self.name, "stage": "dev"})

    def deploy(self, datamodel):
        """Deploys a datamodel and waits for it."""
        where = {"name": self.name, "stage": "dev"}
        payload = self.manage("""mutation($name: String!, $stage: String!, $types: String!) {
            deploy(input: {name: $name, stage: $stage, types: $types}) {
              errors { type field description } warnings { type field description } migration { revision } } }""",
                              dict(where, types=datamodel))["deploy"]
        if payload["errors"] or payload["warnings"]:
            raise Refused("deploy", payload)
        if payload["migration"] is None:
            return
        for _ in range(3000):
            status = self.manage("query($name: String!, $stage: String!) { migrationStatus(name: $name, stage: $stage) { revision status errors } }",
                                 where)["migrationStatus"]
            if status["status"] not in ("PENDING", "IN_PROGRESS"):
                break
            time.sleep(0.01)
        if status["status"] != "SUCCESS" or status["revision"] != payload["migration"]["revision"]:  # failed: an earlier one is told
            raise Refused("migration", status)

    def manage(self, query, variables):
        try:
            return load.post(f"{self.server.url}/management", query, variables)
        except load.Failed as failure:
            raise Refused("management", str(failure)) from failure

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def post(self, query, variables=None):
        """The answer, its numbers as Number."""
        body = json.dumps({"query": query, "variables": variables or {}}).encode()
        for attempt in range(2):
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
            try:
                self.connection.request("POST", self.path, body, {"Content-Type": "application/json"})
                response = self.connection.getresponse()
                text = response.read().decode()
                break
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self.connection = None  # an idle connection may be closed; a new one must answer
                if attempt:
                    raise
        if response.status != 200:
            raise Refused(f"HTTP {response.status}", text)
        return json.loads(text, parse_int=Number, parse_float=Number)

    def data(self, query, variables=None):
        """The data of a request that has to succeed."""
        answer = self.post(query, variables)
        if "errors" in answer:
            raise Refused("request", answer["errors"])
        return answer["data"]
