"""Numbers as people read them."""


def amount(value, unit):
    """A measured value with its unit, in three digits; seconds as milliseconds where they are few."""
    if unit == "s" and value < 1:
        value, unit = value * 1000, "ms"
    return f"{digits(value)} {unit}".rstrip()


def digits(value):
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def size(value):
    return f"{value:,}" if isinstance(value, int) else value


def times(ratio):
    return f"{digits(ratio)} ×"


def listing(parts):
    parts = list(parts)
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]
