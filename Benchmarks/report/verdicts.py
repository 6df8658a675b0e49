"""One or two sentences on who is fastest, computed from the figures. Why a tool is where it is stands in
`tables`, and is said only where the figures show it to be so."""

from report import wording
from report.growth import exponent

EVEN = 0.95  # nearer than this is neither's victory
STEEP = 1.2  # what grows faster is said, since the fit over all sizes may hide it
UNKNOWN = "the reason has not been looked for"


def of_sizes(table, found):
    own = table.own
    sentences = []
    for floor in table.floors:
        ratios = {size: 1 / ratio for size, ratio in found.ratios(floor, own).items()}
        if ratios:
            sentence = f"dbtool takes {at(ratios, table)} as long as {name(floor)}"
            below = all(ratio < 1 for ratio in ratios.values())
            reason = table.below_floor if below else table.above_floor
            sentences.append(f"{sentence}{f': {reason}' if reason else ''}.")
    steep = exponent(found.points(own)[-2:])
    if steep and steep > STEEP:
        sentences.append(
            f"Between the last two sizes dbtool's time grows with N^{steep:.2f}, faster than the size."
        )
    peers = [tool for tool in found.tools if tool != own and tool in table.peers]
    faster = {}  # why: who
    for peer in peers:
        ratios = {s: r for s, r in found.ratios(peer, own).items() if r < EVEN}
        if ratios:
            who = faster.setdefault(table.reasons.get(peer, UNKNOWN), [])
            who.append(f"{name(peer)} with {at(ratios, table)} its time")
    for reason, who in faster.items():
        sentences.append(f"Faster than dbtool: {wording.listing(who)}; {reason}.")
    if peers and not faster:
        sentences.append(f"No peer is faster at a size that was tried; {nearest(table, found, peers)}.")
    return " ".join(sentences)


def at(ratios, table):
    return wording.listing(f"{wording.times(ratio)} at {size:,}" for size, ratio in ratios.items())


def nearest(table, found, peers):
    """The best peer at the greatest size that any of them finished."""
    for size in reversed(found.sizes):
        ratios = {
            p: found.ratios(p, table.own)[size] for p in peers if size in found.ratios(p, table.own)
        }
        if ratios:
            best = min(ratios, key=ratios.get)
            return f"the nearest at {size:,} is {name(best)}, with {wording.times(ratios[best])} dbtool's time"
    return "none of them finished any"


def of_measures(table, found):
    """For tables without sizes: where the other tool is better."""
    sentences = []
    for peer in table.peers:
        better = []
        for size in found.sizes:
            ours, theirs = found.value(table.own, size), found.value(peer, size)
            if ours and theirs:
                ratio = theirs / ours if found.unit(size).endswith("/s") else ours / theirs
                if ratio > 1 / EVEN:
                    better.append(f"{wording.times(ratio)} in “{size}”")
        if better:
            reason = table.reasons.get(peer, UNKNOWN)
            sentences.append(f"{name(peer)} is better, {wording.listing(better)}: {reason}.")
    return " ".join(sentences) or table.always


def name(tool):
    return f"`{tool}`"
