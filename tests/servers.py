"""Throw-away servers for the tests that go over the network: PostgreSQL in a folder, and refract-server on either database.

Standard library only; works as root (PostgreSQL refuses to run as root, so it runs as `postgres` then).
"""
import contextlib
import glob
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "examples" / "music_store"))
sys.dont_write_bytecode = True

PASSWORD = "password-of-the-test-database"  # nothing else is called so: it can be looked for in a log


class Unavailable(Exception):
    """What a test needs is not there; the message says what."""


def server_program(named=None):
    """The refract-server to test: the named one, or $REFRACT_SERVER, or the one of the release preset."""
    path = pathlib.Path(named or os.environ.get("REFRACT_SERVER", ROOT / "build" / "release" / "refract-server")).resolve()
    if not os.access(path, os.X_OK):
        raise Unavailable(f"{path} is not there; build it with: cmake --preset release && cmake --build --preset release")
    return path


def free_port():
    """A port that nobody listens on, and that the system gives to no connection meanwhile: below those it takes for them."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("0.0.0.0", port))
            return port


def postgres_program(name):
    """The path of a program of the newest installed PostgreSQL."""
    folders = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: float(path.split("/")[4]), reverse=True)
    for folder in folders:
        if os.access(f"{folder}/{name}", os.X_OK):
            return f"{folder}/{name}"
    found = shutil.which(name)
    if not found:
        raise Unavailable(f"PostgreSQL's {name} is not installed (Debian package: postgresql)")
    return found


def state_and_parent(pid):
    """A process's state letter and its parent's id; nothing if it is gone. Source: proc(5), /proc/PID/stat"""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            state, parent = file.read().rpartition(")")[2].split()[:2]
    except OSError:
        return None
    return state, int(parent)


def children(pid):
    """The processes a process has started."""
    others = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    return [other for other in others if (state_and_parent(other) or ("", 0))[1] == pid]


def is_running(pid):
    """False too for a process that has ended and that nobody has asked about."""
    found = state_and_parent(pid)
    return found is not None and found[0] != "Z"


class Postgres:
    """A PostgreSQL cluster in a temporary folder, user `refract`, database `refract`."""

    def __init__(self, folder, port, command, options):
        self.folder, self.port, self.command, self.options, self.process = folder, port, command, options, None
        self.host, self.user, self.password, self.database = "127.0.0.1", "refract", PASSWORD, "refract"

    def config(self):
        return {"connector": "postgres", "host": self.host, "port": self.port, "user": self.user,
                "password": self.password, "database": self.database}

    def start(self):
        """Starts it; it does not answer yet."""
        with open(self.folder / "log", "a", encoding="utf-8") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log, **self.options)

    def stop(self, how=signal.SIGINT):
        """Stops it: SIGINT breaks the connections, SIGQUIT leaves the clean-up to the next start."""
        if self.process:
            backends = children(self.process.pid)
            self.process.send_signal(how)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(20)
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            # After SIGKILL they go on answering until they notice.
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline and any(is_running(pid) for pid in backends):
                time.sleep(0.01)
            self.process = None


@contextlib.contextmanager
def postgres(settings=()):
    """Starts PostgreSQL; it is stopped and its folder removed at the end."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="refract-postgres-"))
    user = {}
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        user = {"user": "postgres", "group": "postgres", "extra_groups": []}
    port, server = free_port(), None
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    try:
        password = folder / "password"
        password.write_text(PASSWORD + "\n")
        password.chmod(0o644)
        done = subprocess.run([postgres_program("initdb"), "-D", folder / "data", "-U", "refract", "-A", "scram-sha-256",
                               "--pwfile", password, "-E", "UTF8", "--locale", "C.UTF-8", "--no-sync"],
                              cwd=folder, env=environment, capture_output=True, text=True, check=False, **user)
        if done.returncode:
            raise Unavailable(f"initdb: {done.stderr}")
        options = ["fsync=off", f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}",
                   "max_connections=200", "logging_collector=off", *settings]
        server = Postgres(folder, port, [postgres_program("postgres"), "-D", folder / "data",
                                         *(word for option in options for word in ("-c", option))],
                          dict(user, cwd=folder, env=environment))
        server.start()
        create = [postgres_program("psql"), "-X", "-q", "-h", server.host, "-p", str(port), "-U", server.user, "-d", "postgres",
                  "-c", f"CREATE DATABASE {server.database}"]
        deadline = time.monotonic() + 60
        while True:
            done = subprocess.run(create, env=dict(environment, PGPASSWORD=server.password), cwd=folder,
                                  capture_output=True, text=True, check=False)
            if done.returncode == 0:
                break
            if server.process.poll() is not None or time.monotonic() > deadline:
                raise Unavailable(f"PostgreSQL did not start: {done.stderr}\n{(folder / 'log').read_text()[-3000:]}")
            time.sleep(0.1)
        yield server
    finally:
        if server:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


class Server:
    """A running refract-server."""

    def __init__(self, process, port, log, started):
        self.process, self.port, self.log, self.seconds_to_start = process, port, log, started
        self.url = f"http://127.0.0.1:{port}"

    def resident_bytes(self):
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as status:
            for line in status:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) * 1024
        return 0


def config_text(port, database, secret=None):
    """The text of PRISMA_CONFIG."""
    lines = [f"port: {port}"]
    if secret:
        lines.append(f"managementApiSecret: {secret}")
    lines += ["databases:", "  default:"] + [f"    {key}: {value}" for key, value in database.items()]
    return "\n".join(lines) + "\n"


@contextlib.contextmanager
def refract(program, database, port=None, secret=None, settings=()):
    """Starts refract-server on `database` (the keys of its `databases.default`) and stops it at the end.

    `settings` are more environment variables, as pairs.

    Raises RuntimeError, with the end of the log, if it does not start, or did not end with status 0 when told to.
    """
    if port:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("0.0.0.0", port))
            except OSError as error:
                raise Unavailable(f"port {port} is needed, and taken: {error}") from None
    else:
        port = free_port()
    with tempfile.TemporaryDirectory(prefix="refract-server-") as folder, \
            open(pathlib.Path(folder) / "log", "w+", encoding="utf-8", errors="replace") as log:
        def tail():
            log.flush()
            return pathlib.Path(log.name).read_text(errors="replace")[-3000:]
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("PRISMA_", "SQL_CLIENT_"))}
        environment["PRISMA_CONFIG"] = config_text(port, database, secret)
        environment.update(settings)
        begin = time.monotonic()
        process = subprocess.Popen([program], env=environment, cwd=folder, stdout=log, stderr=log)
        try:
            while True:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/status", timeout=5).read()
                    break
                except OSError:
                    if process.poll() is not None:
                        raise RuntimeError(f"refract-server ended with {process.returncode}:\n{tail()}") from None
                    if time.monotonic() - begin > 30:
                        raise RuntimeError(f"refract-server does not answer:\n{tail()}") from None
                    time.sleep(0.005)
            yield Server(process, port, log.name, time.monotonic() - begin)
            if process.poll() is not None:
                raise RuntimeError(f"refract-server ended by itself with {process.returncode}:\n{tail()}")
            process.send_signal(signal.SIGTERM)
            if process.wait(30) != 0:
                raise RuntimeError(f"refract-server ended with {process.returncode} after SIGTERM:\n{tail()}")
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()


@contextlib.contextmanager
def database(connector):
    """The `databases.default` of a fresh database: `sqlite` or `postgres`."""
    if connector == "sqlite":
        with tempfile.TemporaryDirectory(prefix="refract-sqlite-") as folder:
            yield {"connector": "sqlite", "database": folder}
    else:
        with postgres() as server:
            yield server.config()
