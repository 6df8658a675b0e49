"""Draws the tables with sizes as SVG: cost against size, both on logarithmic scales.

    python plots.py RUN.json FOLDER       with the Python of .build/bench-peers, which has matplotlib

The same figures give the same bytes.
"""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from report import tables
from report.measurements import Measurements

OWN, FLOOR = "#0b5cad", "#555555"
PEERS = ["#c2410c", "#15803d", "#7e22ce", "#b45309", "#0e7490", "#be185d"]
MARKS = "osD^vX"

matplotlib.rcParams.update({
    "svg.fonttype": "none",  # text stays text: small, and readable for who searches
    "svg.hashsalt": "dbtool",
    "font.family": "sans-serif",
    "font.size": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
})  # fmt: skip


def draw(kind, found, path):
    figure, axes = pyplot.subplots(figsize=(8, 4.2))
    lines = []
    for tool in found.tools:
        points = found.points(tool)
        if points:
            axes.plot(*zip(*points), label=tool, markersize=5, **style(kind, tool))
            lines.append((points[-1][1] / points[-1][0], tool))
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xticks(found.sizes)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    low, high = axes.get_ylim()
    # Few decades have few powers of ten: then some of what lies between them is named too.
    steps = (1.0,) if high / low > 1000 else (1.0, 3.0) if high / low > 30 else (1.0, 2.0, 5.0)
    axes.yaxis.set_major_locator(LogLocator(base=10, subs=steps))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: seconds(value)))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.minorticks_off()
    axes.grid(True, color="#dddddd", linewidth=0.6)
    axes.set_xlabel(kind.sizes)
    axes.set_ylabel("time")
    # In the order in which the lines end, so that the eye goes straight across.
    handles = dict(zip(axes.get_legend_handles_labels()[1], axes.get_legend_handles_labels()[0]))
    names = [tool for _, tool in sorted(lines, reverse=True)]
    axes.legend([handles[name] for name in names], names, loc="center left", bbox_to_anchor=(1.01, 0.5),
                frameon=False)  # fmt: skip
    figure.savefig(path, format="svg", bbox_inches="tight", metadata={"Date": None})
    pyplot.close(figure)


def style(kind, tool):
    if tool == kind.own:
        return {"color": OWN, "linewidth": 3, "marker": "o", "zorder": 3}
    if tool in kind.floors:
        return {"color": FLOOR, "linewidth": 1.5, "linestyle": "--", "marker": "o"}
    number = kind.peers.index(tool)
    return {"color": PEERS[number], "linewidth": 1.5, "marker": MARKS[number]}


def seconds(value):
    if value < 1:
        return f"{value * 1000:g} ms"
    return f"{value:,g} s"


def main():
    run_path, folder = sys.argv[1:]
    with open(run_path, encoding="utf-8") as file:
        parts = {part["name"]: part for part in json.load(file)["parts"]}
    os.makedirs(folder, exist_ok=True)
    for section in tables.SECTIONS:
        figures = parts.get(section.part, {}).get("figures")
        for kind in section.tables:
            if figures and kind.sizes and kind.plot:
                found = Measurements(figures["figures"], kind.id)
                if found.entries:
                    draw(kind, found, os.path.join(folder, f"{kind.id}.svg"))


if __name__ == "__main__":
    main()
