"""The CPU time per request as a picture."""
import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402  after the backend is chosen

COLOURS = {"postgres": "#2f6690", "sqlite": "#3a7d44", "limit": "#9a9a9a"}


def cpu_time(report, path):
    """Server CPU per request at the smallest measured number of connections above one, a group for each workload."""
    counts = sorted({row["connections"] for row in report["requests"]})
    connections = next((count for count in counts if count > 1), counts[0])
    rows = [row for row in report["requests"] if row["connections"] == connections and row["target"] in COLOURS]
    names = list(dict.fromkeys(row["workload"] for row in rows))
    figure, axes = pyplot.subplots(figsize=(9, 4), dpi=150)
    for i, (target, colour) in enumerate(COLOURS.items()):
        values = {row["workload"]: row["server_us"] for row in rows if row["target"] == target}
        label = {"limit": "bare C++ on PostgreSQL, no GraphQL"}.get(target, f"refract-server on {target}")
        bars = axes.bar([at + 0.27 * (i - 1) for at in range(len(names))], [values.get(name, 0) for name in names], 0.26, color=colour, label=label)
        axes.bar_label(bars, fmt="%.0f", fontsize=7)
    axes.set_xticks(range(len(names)), names)
    axes.set_yscale("log")
    axes.set_ylabel("server CPU, microseconds per request")
    axes.set_title(f"{connections} connections")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    figure.tight_layout()
    figure.savefig(path)
