"""The table fault × command → outcomes, on a terminal and as Markdown."""

import collections
import os
import platform
import subprocess
import time

from checks import LEGEND, WRONG
from cluster import programs
from places import processor
from trial import LIBPQ

TITLES = {LIBPQ: "Through libpq", "data-api": "Through the Data API"}


def cell(counts):
    return " ".join(f"{number}{letter}" for letter, number in sorted(counts.items(), key=order))


def order(item):
    return list(LEGEND).index(item[0])


def head(dbtool, arguments):
    version = subprocess.run([dbtool, "--version"], capture_output=True, text=True).stdout.strip()
    server = subprocess.run([f"{programs()}/postgres", "--version"], capture_output=True, text=True)
    return [
        ("machine", f"{processor()}, {os.cpu_count()} cores, {platform.system()} "
                    f"{platform.release()}"),
        ("load", f"{os.getloadavg()[0]:.1f} in the last minute"),
        ("dbtool", version),
        ("server", server.stdout.strip()),
        ("command", arguments),
        ("date", time.strftime("%Y-%m-%d")),
    ]  # fmt: skip


class Results:
    def __init__(self, faults, commands, transports):
        self.faults, self.commands, self.transports = faults, commands, transports
        self.counts = collections.defaultdict(collections.Counter)
        self.violations = []
        self.skipped = {}

    def add(self, trial):
        key = (trial.transport, trial.command.name, trial.fault.name)
        self.counts[key][trial.outcome] += 1
        if trial.violations:
            self.violations.append((trial.key, trial.violations))

    @property
    def total(self):
        return sum(sum(counter.values()) for counter in self.counts.values())

    def rows(self, transport):
        tried = {fault for _, _, fault in self.counts}
        faults = [fault for fault in self.faults if fault.name in tried]
        yield ["command"] + [fault.title for fault in faults]
        for command in self.commands:
            cells = [cell(self.counts[(transport, command.name, fault.name)]) for fault in faults]
            if any(cells):
                # What cannot happen to it is a dash, what was not tried yet is empty.
                yield [command.name] + [
                    text or ("" if fault.applies(command) else "–")
                    for text, fault in zip(cells, faults)
                ]

    def tables(self):
        for transport in self.transports:
            rows = list(self.rows(transport))
            if len(rows) > 1:
                yield transport, rows

    def print(self, seed):
        for transport, rows in self.tables():
            print(f"\n{TITLES[transport]}\n")
            widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
            for row in rows:
                print("  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip())
        print()
        for letter, text in LEGEND.items():
            print(f"  {letter}  {text}")
        for name, reason in self.skipped.items():
            print(f"skipped   {name}: {reason}")
        self.print_violations()
        verdict = "ok" if not self.violations else "MISSED"
        print(
            f"\n{verdict:<7} {self.total - len(self.violations)} of {self.total} held, seed {seed}"
        )

    def print_violations(self):
        for key, violations in self.violations:
            print(f"\nMISSED  --replay '{key}'")
            for text in violations:
                print(f"  {text}")

    def markdown(self, head_lines, seed):
        text = [INTRODUCTION]
        text.append("| | |\n|---|---|")
        text += [f"| {name} | {value} |" for name, value in head_lines]
        text.append(f"| seed | {seed} |")
        text.append(f"| runs | {self.total}, of which {self.total - len(self.violations)} held |")
        for transport, rows in self.tables():
            text.append(f"\n## {TITLES[transport]}\n")
            text.append("| " + " | ".join(rows[0]) + " |")
            text.append("|" + "---|" * len(rows[0]))
            text += ["| " + " | ".join(row) + " |" for row in rows[1:]]
        text.append("\n| | |\n|---|---|")
        used = {letter for counter in self.counts.values() for letter in counter}
        text += [f"| {letter} | {words} |" for letter, words in LEGEND.items()
                 if letter in used or letter != WRONG]  # fmt: skip
        text.append("| – | cannot happen to it |")
        if self.skipped:
            text.append("\nLeft out on this machine:\n")
            text += [f"- {name}: {reason}" for name, reason in self.skipped.items()]
        if self.violations:
            text.append("\n## What did not hold\n")
            for key, violations in self.violations:
                first = violations[0].splitlines()[0]
                text.append(f"- `--replay '{key}'`: {first}")
        return "\n".join(text) + "\n"


INTRODUCTION = """\
# What faults do

`make torture` runs every command that talks to a database, lets something go wrong in the middle,
and looks at what is left; [Torture/](../Torture/README.md) says how. After each run it holds that
dbtool

- has ended, within a time, with an exit code of its contract and by no crash;
- said, where it failed, what to do next, and showed no password or key;
- left the database as it was, or as it had to be, or such that the next run finished the job: the
  same schema, rows, ledgers and files as without the fault, no invalid index;
- left no session, no lock, no prepared transaction, no rows of probes, and no throwaway server that
  the next run did not remove.

This page is written by `Torture/torture --write docs/faults.md`. A cell counts runs by their
outcome; the letters are explained at the end.
"""
