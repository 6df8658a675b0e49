"""The figures of one table, by tool and size."""

from report.growth import exponent


class Measurements:
    def __init__(self, figures, name):
        self.entries = {}
        for figure in figures:
            if figure["table"] == name:
                self.entries[figure["tool"], figure["size"]] = figure
        self.tools = list(dict.fromkeys(tool for tool, _ in self.entries))
        self.sizes = list(dict.fromkeys(size for _, size in self.entries))
        if all(isinstance(size, int) for size in self.sizes):
            self.sizes.sort()

    def figure(self, tool, size):
        return self.entries.get((tool, size))

    def value(self, tool, size):
        return self.entries.get((tool, size), {}).get("median")

    def unit(self, size):
        return next(
            figure["unit"]
            for (_, at), figure in self.entries.items()
            if at == size and "unit" in figure
        )

    def points(self, tool):
        return [(size, self.value(tool, size)) for size in self.sizes if self.value(tool, size)]

    def growth(self, tool):
        return exponent(self.points(tool))

    def ratios(self, tool, own):
        """How many times as long as `own` a tool takes, by the sizes that both finished."""
        return {
            size: self.value(tool, size) / self.value(own, size)
            for size in self.sizes
            if self.value(tool, size) and self.value(own, size)
        }

    def absences(self):
        """(tool, size, reason) of what could not be measured."""
        return [
            (tool, size, figure["reason"])
            for (tool, size), figure in self.entries.items()
            if "reason" in figure
        ]
