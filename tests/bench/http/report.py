"""The measured numbers as Markdown: all of them, and beside what they should be."""

# Server CPU microseconds per request at 16 connections on two cores of a virtual Xeon: the bound, and what is aimed at.
CPU = {"W1": (14, 11), "W2": (40, 32), "W3Z": (60, 48), "W4": (350, 150), "W6": (14, 11), "W7": (30, 22), "W8": (20, 13), "W9": (14, 11)}
TIMES_POSTGRAPHILE = {"W1": 10, "W2": 7, "W3Z": 6, "W4": 12, "W7": 5, "W8": 80}  # requests per second
OF_LIMIT, DATABASE_OF_LIMIT = 0.9, 1.05
IDLE_MIB, AFTER_MIB, START_MS = 20, 40, 100


def share(value, of):
    return f"{value / of:.2f}" if of else "-"


def everything(report):
    print("| workload | connections | target | server CPU µs | database CPU µs | server of limit | requests/s | of limit | p50 ms | p99 ms |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    rows = by_target(report)
    for row in report["requests"]:
        limit = rows[row["workload"], row["connections"], "limit"]
        print(f"| {row['workload']} | {row['connections']} | {row['target']} | {row['server_us']:.1f} | {row['database_us']:.1f} "
              f"| {share(row['server_us'], limit['server_us'])} | {row['per_second']:,.0f} | {share(row['per_second'], limit['per_second'])} "
              f"| {row['p50_ms']:.2f} | {row['p99_ms']:.2f} |")
    print("\n| server on | first start ms | start ms | RSS idle MiB | RSS after MiB |\n|---|---|---|---|---|")
    for row in report["servers"]:
        print(f"| {row['on']} | {row['first_start_ms']:.0f} | {row['start_ms']:.0f} | {row['idle_mib']:.1f} | {row['after_mib']:.1f} |")


def by_target(report):
    return {(row["workload"], row["connections"], row["target"]): row for row in report["requests"]}


def bounds(report):
    """The server on PostgreSQL: one row for each workload, and which of its figures miss their bound."""
    rows, missed = by_target(report), []
    print("\n| workload | connections | server CPU µs (bound, aim) | of limit's | database CPU µs | of limit's | requests/s of limit's | times PostGraphile (bound)"
          " | p50 / p99 ms | misses |\n|---|---|---|---|---|---|---|---|---|---|")
    for (workload, connections, target), row in rows.items():
        if target != "postgres":
            continue
        limit, peer = rows[workload, connections, "limit"], rows.get((workload, connections, "postgraphile"))
        misses = misses_of(row, limit, peer)
        missed += [f"{workload} at {connections}: {what}" for what in misses]
        bound = "{}, {}".format(*CPU[workload]) if workload in CPU else "-"
        times = f"{row['per_second'] / peer['per_second']:.1f} ({TIMES_POSTGRAPHILE.get(workload, '-')})" if peer else "-"
        print(f"| {workload} | {connections} | {row['server_us']:.1f} ({bound}) | {share(row['server_us'], limit['server_us'])} | {row['database_us']:.1f} "
              f"| {share(row['database_us'], limit['database_us'])} | {share(row['per_second'], limit['per_second'])} | {times} "
              f"| {row['p50_ms']:.2f} / {row['p99_ms']:.2f} | {', '.join(misses) or '-'} |")
    for row in report["servers"]:
        if row["on"] in ("postgres", "sqlite"):
            missed += [f"{row['on']}: {what}" for what, value, bound in (("RSS idle", row["idle_mib"], IDLE_MIB), ("RSS after", row["after_mib"], AFTER_MIB),
                                                                        ("start", row["start_ms"], START_MS)) if value > bound]
    print("\nMissed: " + ("; ".join(missed) or "nothing") + ".")


def misses_of(row, limit, peer):
    workload, out = row["workload"], []
    if workload in CPU and row["connections"] == 16 and row["server_us"] > CPU[workload][0]:
        out.append("server CPU")
    if limit["database_us"] and row["database_us"] > DATABASE_OF_LIMIT * limit["database_us"]:
        out.append("database CPU")
    if row["per_second"] < OF_LIMIT * limit["per_second"]:
        out.append("requests/s of limit's")
    if peer and row["per_second"] < TIMES_POSTGRAPHILE.get(workload, 0) * peer["per_second"]:
        out.append("times PostGraphile")
    if workload == "W1" and row["connections"] == 16 and row["p99_ms"] > 3 * row["p50_ms"]:
        out.append("p99")
    return out
