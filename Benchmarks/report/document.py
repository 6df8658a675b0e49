"""Writes docs/performance.md out of a run: all of it, so that nothing in it is older than the figures."""

import os
import textwrap

from report import tables, verdicts, wording
from report.measurements import Measurements

HEAD = """# Performance

`{command}` wrote this page, all of it: it measures dbtool beside its peers and floors in one run. Change the
programs in [Benchmarks/](../Benchmarks/README.md), not the page. Each part can be run alone, by the command under its
heading; `make bench-programs` builds what they need.

Times are medians of wall clock in one run on one machine, in which tools take turns; compare them with each other and
not with other machines'. *Growth* is the exponent of size in the cost, the slope of the line through all sizes on
logarithmic scales by least squares: with 1 the cost doubles with the size, with 2 it quadruples. What a tool needs to
start makes it smaller. What is nearer than 5 % counts as even. A tool has {limit} s for a run, and runs once where that
takes longer than {once} s; dbtool has no limit, and neither have the floors on the same machine. What dbtool and others do
besides being fast: [comparison.md](comparison.md).
"""


class Document:
    def __init__(self, run, images):
        """`images` is the folder of plots, as the page names it."""
        self.run, self.images = run, images
        self.parts = {part["name"]: part for part in run["parts"]}

    def text(self):
        parts = [HEAD.format(command=self.run["command"], limit=self.run["limit"],
                             once=wording.digits(self.run["limit"] / 10))]  # fmt: skip
        if self.run["quick"]:
            parts.append(
                "**A quick run, to see that everything works: small sizes, few runs. Believe none of it.**\n"
            )
        parts.append(self.machine())
        parts += [
            self.section(section) for section in tables.SECTIONS if section.part in self.parts
        ]
        parts.append(self.bars())
        return "\n".join(parts)

    def figures(self, part):
        return self.parts[part].get("figures") or {}

    def machine(self):
        facts = self.run["machine"]
        settings, versions = {}, {}
        for part in self.parts:
            settings.update(self.figures(part).get("settings", {}))
            versions.update(self.figures(part).get("versions", {}))
        versions = {name: text for name, text in versions.items() if name != "dbtool"}
        dbtool = next(
            (self.figures(part)["versions"]["dbtool"] for part in self.parts if self.figures(part)),
            "-",
        )
        rows = [
            ("machine", f"{facts['processor']}, {facts['cores']} cores, {facts['memory']}"),
            ("system", f"{facts['system']}, {facts['kernel']}, Python {facts['python']}"),
            ("dbtool", f"{dbtool}, commit {facts['commit']}, release build"),
            ("server", "a throwaway PostgreSQL on the same machine: "
             + ", ".join(f"{name} {value}" for name, value in settings.items())),
            ("versions", ", ".join(f"{name} {versions[name]}" for name in sorted(versions, key=str.lower))),
            ("date", f"{facts['date']}; the run took {self.run['minutes']:.0f} minutes"),
            ("load", "of the machine when each part began: " + ", ".join(
                f"{name} {part['load']:.1f}" for name, part in self.parts.items())),
        ]  # fmt: skip
        return table(["", ""], rows)

    def section(self, section):
        part = self.parts[section.part]
        lines = [f"## {section.title}", "", paragraph(section.text), ""]
        lines += ["```", part["command"], "```", ""]
        if not part.get("figures"):
            return "\n".join([*lines, f"Not measured: {part['error']}", ""])
        for kind in section.tables:
            found = Measurements(part["figures"]["figures"], kind.id)
            if found.entries:
                lines += self.sized(kind, found) if kind.sizes else self.measures(kind, found)
                lines += self.commands(part["figures"], kind, found)
        return "\n".join(lines)

    def sized(self, kind, found):
        lines = [f"### {kind.title}", ""]
        if kind.text:
            lines += [paragraph(kind.text), ""]
        verdict = verdicts.of_sizes(kind, found) if kind.own else ""
        if verdict:
            lines += [paragraph(verdict), ""]
        if kind.plot:
            lines += [f"![{kind.title}: time against {kind.sizes}, both on logarithmic scales]"
                      f"({self.images}/{kind.id}.svg)", ""]  # fmt: skip
        last = found.sizes[-1]
        heads = [kind.sizes, *(f"{size:,}" for size in found.sizes)]
        if kind.plot:
            heads += ["growth", f"÷ dbtool at {last:,}"]
        rows = []
        for tool in sorted(found.tools, key=lambda tool: order(kind, found, tool)):
            row = [f"**{tool}**" if tool == kind.own else tool]
            row += [cell(found.figure(tool, size)) for size in found.sizes]
            if kind.plot:
                row += [growth(found, tool), ratio(found, tool, kind.own, last)]
            rows.append(row)
        lines.append(table(heads, rows))
        lines += [f"- {tool}, {size:,}: {reason}" for tool, size, reason in found.absences()]
        return [*lines, ""] if found.absences() else lines

    def measures(self, kind, found):
        lines = [f"### {kind.title}", ""] if kind.title != self.title_of(kind) else []
        verdict = verdicts.of_measures(kind, found)
        if verdict:
            lines += [paragraph(verdict), ""]
        heads = ["", *found.tools]
        rows = [
            [size, *(cell(found.figure(tool, size)) for tool in found.tools)]
            for size in found.sizes
        ]
        if len(found.tools) == 2 and kind.peers:
            heads.append("times better")
            for row, size in zip(rows, found.sizes):
                ours, theirs = found.value(kind.own, size), found.value(kind.peers[0], size)
                more = found.unit(size).endswith("/s")
                row.append(
                    wording.times(ours / theirs if more else theirs / ours) if theirs else ""
                )
        return [*lines, table(heads, rows)]

    @staticmethod
    def title_of(kind):
        return next(section.title for section in tables.SECTIONS if kind in section.tables)

    @staticmethod
    def commands(figures, kind, found):
        """What ran, by tool, and what they said of the greatest size."""
        lines = []
        said = [
            f"- {figure['tool']}, {wording.size(figure['size'])} {kind.sizes}: {figure['note']}"
            for figure in figures["figures"]
            if figure.get("note") and figure["size"] == found.sizes[-1]
            and (figure["table"] == kind.id or (kind.id, figure["table"]) == ("verify-probe", "verify-said"))
        ]  # fmt: skip
        if said:
            lines += [*said, ""]
        commands = [command for command in figures["commands"] if command["table"] == kind.id]
        commands.sort(key=lambda command: command["tool"] != kind.own)
        if commands:
            width = max(len(command["tool"]) for command in commands)
            lines.append("<details><summary>Commands</summary>\n\n```")
            lines += [f"{command['tool']:<{width}}   {command['command']}" for command in commands]
            lines.append("```\n\n</details>\n")
        return lines

    def bars(self):
        rows = []
        for name in self.parts:
            for bar in self.figures(name).get("bars", []):
                unit = f" {bar['unit']}" if bar["unit"] else ""
                rows.append(["held" if bar["held"] else "**missed**", bar["name"],
                             wording.digits(bar["value"]) + unit,
                             f"{bar['relation'].strip()} {bar['bar']:g}{unit}"])  # fmt: skip
        lines = [
            "## Bars",
            "",
            "What each program holds itself to; it ends with 1 when one is missed.",
            "",
        ]
        return "\n".join([*lines, table(["", "", "measured", "bar"], rows)])


def paragraph(text):
    return textwrap.fill(text, 130, break_long_words=False, break_on_hyphens=False)


def order(kind, found, tool):
    """Floors first, then by the greatest size that a tool finished, then by time."""
    points = found.points(tool)
    return tool not in kind.floors, -points[-1][0] if points else 0, points[-1][1] if points else 0


def cell(figure):
    if figure is None:
        return ""
    if "short" in figure:
        return figure["short"]
    if figure["unit"] == "":
        return f"{figure['median']:,.0f}"
    return wording.amount(figure["median"], figure["unit"])


def growth(found, tool):
    points = found.points(tool)
    value = found.growth(tool)
    if value is None:
        return ""
    return f"N^{value:.2f}" + ("" if len(points) == len(found.sizes) else f" ({len(points)} sizes)")


def ratio(found, tool, own, size):
    value = found.ratios(tool, own).get(size)
    return wording.times(value) if value else ""


def table(heads, rows):
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += [
        "| " + " | ".join(str(part).replace("|", "\\|") for part in row) + " |" for row in rows
    ]
    return "\n".join(lines) + "\n"


def write(run, folder):
    path = os.path.join(folder, "performance.md")
    os.makedirs(folder, exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(Document(run, "images/performance").text().rstrip() + "\n")
    return path
