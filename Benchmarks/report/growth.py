"""How cost grows with size."""

import math
import statistics


def exponent(points):
    """The slope of the line through (size, cost) on paper with two logarithmic scales, by least squares:
    1 when the cost grows as the size, 2 when it grows as its square. None of fewer than two."""
    points = [(math.log(size), math.log(cost)) for size, cost in points]
    if len({size for size, _ in points}) < 2:
        return None
    return statistics.linear_regression(*zip(*points)).slope
