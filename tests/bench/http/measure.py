"""One measurement of one target: wrk or pgbench, and the CPU time /proc tells."""
import contextlib
import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import time
import urllib.request

import servers
import store

HERE = pathlib.Path(__file__).resolve().parent
SQL = HERE / "sql"


@dataclasses.dataclass
class Target:
    """A server that is measured: its process, where it listens, its PostgreSQL cluster if it has one, the ending of its bodies."""
    process: int
    url: str
    cluster: object
    bodies: str
    path: str = store.PATH


def check_tools():
    if not shutil.which("wrk"):
        raise servers.Unavailable("wrk is not installed (Debian package: wrk)")


def cpu_seconds(process, with_children=False):
    """User and system time of a process; with the children it has and had, if asked for."""
    total, processes = 0, [process]
    if with_children:
        done = subprocess.run(["pgrep", "-P", str(process)], capture_output=True, text=True, check=False)
        processes += map(int, done.stdout.split())
    for one in processes:
        with contextlib.suppress(OSError):  # a child may have ended; its time is among its parent's children's then
            fields = pathlib.Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
            total += sum(map(int, fields[11:15] if with_children and one == process else fields[11:13]))
    return total / os.sysconf("SC_CLK_TCK")


def database_seconds(cluster):
    return cpu_seconds(cluster.process.pid, with_children=True) if cluster else 0


def wrk(target, bodies, connections, seconds):
    environment = dict(os.environ, BODIES=str(bodies), REQUEST_PATH=target.path)
    before = cpu_seconds(target.process), database_seconds(target.cluster)
    done = subprocess.run(["wrk", "-t", str(min(2, connections)), "-c", str(connections), "-d", f"{seconds}s", "--timeout", "10s",
                           "-s", HERE / "post.lua", target.url], env=environment, capture_output=True, text=True, check=False)
    after = cpu_seconds(target.process), database_seconds(target.cluster)
    found = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+)", done.stdout)
    if not found:
        raise RuntimeError(f"wrk: {done.stdout}{done.stderr}")
    requests, microseconds, p50, p99, bad = map(int, found.groups())
    if bad:
        raise RuntimeError(f"{bad} of {requests} answers of {target.url} to {bodies.name} were errors")
    return {"per_second": requests / microseconds * 1e6, "p50_ms": p50 / 1e3, "p99_ms": p99 / 1e3,
            "server_us": (after[0] - before[0]) * 1e6 / requests, "database_us": (after[1] - before[1]) * 1e6 / requests}


def resident_mib(process):
    status = pathlib.Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


def environment_of(cluster, schema):
    return dict(os.environ, PGHOST=str(cluster.folder), PGPORT=str(cluster.port), PGUSER=cluster.user, PGPASSWORD=cluster.password,
                PGDATABASE=cluster.database, PGOPTIONS=f"-c search_path={schema}")


def psql(database, *statements):
    command = [servers.postgres_program("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", database["host"], "-p", str(database["port"]),
               "-U", database["user"], "-d", database["database"]]
    for statement in statements:
        command += ["-c", statement]
    subprocess.run(command, env=dict(os.environ, PGPASSWORD=database["password"]), check=True)


def pgbench_script(name):
    """The workload's statements with parameters drawn by pgbench: as far apart as the drawn variables are."""
    rows = [store.parameters(variables) for variables in store.draws(name)]
    lines, statements = [], [line for line in (SQL / f"{name.lower()}.sql").read_text().splitlines() if line and not line.startswith("--")]
    for i, values in enumerate(zip(*rows), 1):
        numbers = values if isinstance(values[0], int) else [0, 10**9]
        lines.append(f"\\set p{i} random({min(numbers)}, {max(numbers)})")
    lines += ["\\startpipeline", *(re.sub(r"\$(\d+)", r":p\1", statement) + ";" for statement in statements), "\\endpipeline"]
    return "\n".join(lines) + "\n"


def pgbench(cluster, schema, work, name, connections, seconds):
    script = work / f"{name}.pgbench"
    script.write_text(pgbench_script(name))
    before = database_seconds(cluster)
    done = subprocess.run([servers.postgres_program("pgbench"), "-n", "-M", "prepared", "-c", str(connections), "-j", str(min(2, connections)),
                           "-T", str(seconds), "-f", script], env=environment_of(cluster, schema), capture_output=True, text=True, check=False)
    time.sleep(0.1)  # until the backends' time is added to their parent's
    after = database_seconds(cluster)
    if seconds < 8 and "processed: 0\n" in done.stdout:  # a busy machine has not let it begin
        return pgbench(cluster, schema, work, name, connections, 2 * seconds)
    found = re.search(r"processed: (\d+).*latency average = ([\d.]+).*tps = ([\d.]+)", done.stdout, re.S)
    if not found:
        raise RuntimeError(f"pgbench: {done.stdout}{done.stderr}")
    mean = float(found[2])
    return {"per_second": float(found[3]), "p50_ms": mean, "p99_ms": float("nan"), "server_us": 0.0,
            "database_us": (after - before) * 1e6 / int(found[1])}


def build_limit(work):
    """Compiles the limit program: it is no part of the project's own build."""
    include = subprocess.run(["pg_config", "--includedir"], capture_output=True, text=True, check=True).stdout.strip()
    subprocess.run(["c++", "-std=c++20", "-O2", HERE / "limit.cpp", f"-I{include}", "-lpq", "-o", work / "limit"], check=True)
    return work / "limit"


@contextlib.contextmanager
def limit_program(program, cluster, schema):
    port = servers.free_port()
    process = subprocess.Popen([program], env=dict(environment_of(cluster, schema), PORT=str(port), FOLDER=str(SQL)))
    try:
        for _ in range(100):
            with contextlib.suppress(OSError):
                request = urllib.request.Request(f"http://127.0.0.1:{port}/", b"w8")
                urllib.request.urlopen(request, timeout=5).read()
                break
            time.sleep(0.05)
        yield Target(process.pid, f"http://127.0.0.1:{port}", cluster, ".limit")
    finally:
        process.kill()
        process.wait()
