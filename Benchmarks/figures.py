"""What a benchmark measured: printed for people, and handed over as JSON to `report`."""

import json
import os
import re
import statistics

import common


class Figures:
    def __init__(self):
        self.figures, self.commands, self.bars, self.versions, self.settings = [], [], [], {}, {}

    def add(self, table, tool, size, samples, unit="s", note=""):
        """Samples of one thing. `size` is a number, or words where a table has no sizes."""
        self.figures.append({
            "table": table, "tool": tool, "size": size, "unit": unit, "note": note,
            "median": statistics.median(samples), "min": min(samples), "max": max(samples),
            "runs": len(samples),
        })  # fmt: skip

    def add_absent(self, table, tool, size, reason, short):
        """Why there is no figure; `short` is what stands in its place."""
        self.figures.append(
            {"table": table, "tool": tool, "size": size, "reason": reason, "short": short}
        )

    def add_command(self, table, tool, words):
        command = {"table": table, "tool": tool, "command": public(words)}
        if command not in self.commands:
            self.commands.append(command)

    def add_version(self, tool, text):
        """Of what a program says of its version, the number."""
        found = re.search(r"\d+(\.\d+)+[^\s,)]*", text)
        self.versions[tool] = found[0] if found else text.strip()

    def judge(self, good, name, value, relation, bar, unit):
        """Prints and keeps a bar; whether it held."""
        common.print_bar(good, name, value, relation, bar, unit)
        self.bars.append({
            "held": good, "name": name, "value": value, "relation": relation, "bar": bar,
            "unit": unit.strip(),
        })  # fmt: skip
        return good

    def write(self, path):
        if path:
            with open(path, "w", encoding="utf-8") as file:
                json.dump(vars(self), file, indent=1)


def public(words):
    """A command as a reader can type it: programs by their names, `$URL` for the database."""
    shown = []
    for word in words:
        word = re.sub(r"^(\w+:(pg:)?|postgresql\+?\w*:|postgres:)//\S+$", '"$URL"', word)
        word = re.sub(r"^host=.* dbname=.*$", '"$CONNINFO"', word)
        word = os.path.basename(word) if os.path.isabs(word) else word
        quote = '"' if "'" in word else "'"
        shown.append(f"{quote}{word}{quote}" if " " in word and word[0] != '"' else word)
    return " ".join(shown)


def add_option(parser):
    parser.add_argument("--json", metavar="FILE", help="write the figures to this file as well")
