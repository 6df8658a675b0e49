"""Measures tools from the smallest size to the greatest, in turns, and leaves behind what is too slow.

A tool has `limit` seconds for one run. What takes longer is stopped and recorded as such; what will
take longer, if it goes on growing as it did between its last two sizes, is not begun. A tool whose
run takes longer than a tenth of the limit is run once.
"""

import common
from common import CannotMeasure, NotFinished

PATIENCE = 900


class Ladder:
    def __init__(self, figures, table, limit, runs, required=()):
        """`required` are the tools without which there is nothing to compare: they are not held to the
        limit, and their faults end all."""
        self.figures, self.table, self.limit, self.runs = figures, table, limit, runs
        self.required = required
        self.finished = {}  # tool: the sizes that it finished, with their seconds
        self.failed = {}  # tool: why it is not tried any more

    def step(self, size, tools):
        """`tools` has for each name what measures one run of it: a function of the time limit that
        returns seconds. Returns the samples of those that finished."""
        samples = {name: [] for name in tools if not self.is_hopeless(name, size)}
        for number in range(self.runs):
            names = list(samples)
            shift = number % max(len(names), 1)
            for name in names[shift:] + names[:shift]:
                if samples[name] and samples[name][0] > self.limit / 10:
                    continue
                try:
                    limit = PATIENCE if name in self.required else self.limit
                    samples[name].append(tools[name](limit))
                except CannotMeasure as error:
                    self.give_up(name, size, error)
                    del samples[name]
        for name, values in samples.items():
            self.figures.add(self.table, name, size, values)
            self.finished.setdefault(name, []).append((size, self.figures.figures[-1]["median"]))
        common.print_medians(f"{self.table}, {size}", samples)
        return samples

    def is_hopeless(self, name, size):
        if name in self.required:
            return False
        reason = self.failed.get(name)
        if not reason and name in self.finished:
            (small, fast), (great, slow) = ([(0, 0)] + self.finished[name])[-2:]
            expected = slow + (slow - fast) / (great - small) * (size - great)
            if expected > self.limit:
                reason = (f"{great:,} took {slow:.1f} s, so {size:,} would take about {expected:,.0f} s, "
                          f"and the limit is {self.limit} s")  # fmt: skip
        if reason:
            self.figures.add_absent(self.table, name, size, f"not tried: {reason}", "not tried")
        return bool(reason)

    def give_up(self, name, size, error):
        if name in self.required:
            raise error
        self.failed[name] = f"it did not finish {size:,}"
        if isinstance(error, NotFinished):
            reason, short = f"not finished within {self.limit} s", f"> {self.limit} s"
        else:
            lines = [line for line in str(error).strip().splitlines() if line.strip()]
            reason, short = f"failed: {lines[-1].strip()[:200]}", "failed"
        self.figures.add_absent(self.table, name, size, reason, short)
        print(f"{name}, {size}: {reason}", flush=True)
