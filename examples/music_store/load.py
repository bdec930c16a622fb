#!/usr/bin/env python3
"""Deploys the sample music store to a running server and fills it, through the public API alone.

usage: load.py [--url http://127.0.0.1:4466] [--service music-store] [--stage dev] [--scale 1] [--secret S]

Uses the standard library only. A store that already has artists is left as it is.
"""
import argparse
import base64
import hashlib
import hmac
import json
import pathlib
import sys
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import data  # noqa: E402  the file beside this one


class Failed(Exception):
    """The server answered with errors, or not at all."""


def management_token(secret, service="*", stage="*"):
    """A token for the management API, as the prisma CLI makes it (HS256)."""
    def part(value):
        return base64.urlsafe_b64encode(value).rstrip(b"=")
    now = int(time.time())
    claims = {"iat": now, "exp": now + 3600, "grants": [{"target": f"{service}/{stage}", "action": "*"}]}
    signed = part(b'{"alg":"HS256","typ":"JWT"}') + b"." + part(json.dumps(claims).encode())
    return (signed + b"." + part(hmac.new(secret.encode(), signed, hashlib.sha256).digest())).decode()


def post(url, query, variables=None, token=None):
    """Sends one GraphQL request and returns its `data`."""
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    body = json.dumps({"query": query, "variables": variables or {}}).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=120) as answer:
            result = json.load(answer)
    except urllib.error.HTTPError as error:
        raise Failed(f"{url}: HTTP {error.code}: {error.read(2000).decode(errors='replace')}") from error
    except OSError as error:
        raise Failed(f"{url}: {error}") from error
    if "errors" in result:
        raise Failed(f"{url}: {json.dumps(result['errors'], ensure_ascii=False)[:2000]}")
    return result["data"]


def deploy(url, service, stage, datamodel, secret=None):
    """Deploys a datamodel and waits until it is applied. Returns whether anything changed."""
    management = f"{url}/management"
    token = management_token(secret, service, stage) if secret else None
    where = {"name": service, "stage": stage}
    try:
        post(management, "query($name: String!, $stage: String!) { project(name: $name, stage: $stage) { name } }",
             where, token)
    except Failed:  # not there yet; if the reason was another one, addProject tells it
        post(management, "mutation($name: String!, $stage: String!) {"
             " addProject(input: {name: $name, stage: $stage}) { project { name } } }", where, token)
    payload = post(management, """
        mutation($name: String!, $stage: String!, $types: String!) {
          deploy(input: {name: $name, stage: $stage, types: $types}) {
            errors { type field description }
            warnings { type field description }
            migration { revision }
          }
        }""", dict(where, types=datamodel), token)["deploy"]
    if payload["errors"] or payload["warnings"]:
        raise Failed(f"deploy: {json.dumps(payload, ensure_ascii=False)}")
    if payload["migration"] is None:
        return False
    for _ in range(300):
        status = post(management, "query($name: String!, $stage: String!) {"
                      " migrationStatus(name: $name, stage: $stage) { status errors } }", where, token)["migrationStatus"]
        if status["status"] not in ("PENDING", "IN_PROGRESS"):
            break
        time.sleep(0.1)
    if status["status"] != "SUCCESS":
        raise Failed(f"migration: {json.dumps(status)}")
    return True


def artist_input(artist):
    """An artist as the data of one nested create."""
    return {"name": artist["name"], "albums": {"create": [
        {"number": album["number"], "title": album["title"], "year": album["year"],
         "tracks": {"create": [dict(track, genre={"connect": {"name": track["genre"]}}) for track in album["tracks"]]}}
        for album in artist["albums"]]}}


def fill(endpoint, scale=1, batch=10, progress=lambda done, total: None):
    """Loads genres, artists with albums and tracks, and playlists. Returns the number of artists created."""
    if post(endpoint, "{ artistsConnection { aggregate { count } } }")["artistsConnection"]["aggregate"]["count"]:
        return 0
    post(endpoint, "mutation {" + " ".join(f'g{i}: createGenre(data: {{name: "{name}"}}) {{ id }}'
                                           for i, name in enumerate(data.GENRES)) + "}")
    artists = list(data.rows(scale))
    for start in range(0, len(artists), batch):
        some = artists[start:start + batch]
        names = range(len(some))
        post(endpoint,
             "mutation(" + ", ".join(f"$a{i}: ArtistCreateInput!" for i in names) + ") {"
             + " ".join(f"a{i}: createArtist(data: $a{i}) {{ id }}" for i in names) + "}",
             {f"a{i}": artist_input(artist) for i, artist in enumerate(some)})
        progress(start + len(some), len(artists))
    for i, (name, mood) in enumerate(data.PLAYLISTS):
        tracks = post(endpoint, "query($genre: String!) { tracks(where: {genre: {name: $genre}}, first: 12,"
                      " orderBy: title_ASC) { id } }", {"genre": data.GENRES[i * 3]})["tracks"]
        post(endpoint, "mutation($data: PlaylistCreateInput!) { createPlaylist(data: $data) { id } }",
             {"data": {"name": name, "mood": mood, "tracks": {"connect": tracks}}})
    return len(artists)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:4466")
    parser.add_argument("--service", default="music-store")
    parser.add_argument("--stage", default="dev")
    parser.add_argument("--scale", type=int, default=1)
    parser.add_argument("--secret", help="the server's managementApiSecret")
    options = parser.parse_args()
    endpoint = f"{options.url}/{options.service}/{options.stage}"
    try:
        changed = deploy(options.url, options.service, options.stage, (HERE / "datamodel.prisma").read_text(),
                         options.secret)
        print(f"  datamodel {'deployed' if changed else 'is up to date'}")
        created = fill(endpoint, options.scale,
                       progress=lambda done, total: print(f"\r  {done} of {total} artists", end="", flush=True))
        print("\r  " + (f"{created} artists with their albums and tracks created" if created
                        else "the store already has its data"))
    except Failed as failure:
        sys.exit(f"load.py: {failure}")


if __name__ == "__main__":
    main()
