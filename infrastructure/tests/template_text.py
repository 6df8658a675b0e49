"""Templates as text: short enough for CloudFormation's limit, and readable line by line."""

import json
from typing import Any

WIDTH = 240


def template_text(value: Any, depth: int = 0) -> str:
    """JSON, in which what fits into a line stands in one."""
    line = json.dumps(value, separators=(",", ":"), sort_keys=True)
    if depth > 1 and len(line) + depth <= WIDTH or not isinstance(value, dict | list) or not value:
        return line
    margin = " " * (depth + 1)
    if isinstance(value, dict):
        parts = [
            f"{margin}{json.dumps(key)}:{template_text(value[key], depth + 1)}"
            for key in sorted(value)
        ]
        return "{\n" + ",\n".join(parts) + "\n" + " " * depth + "}"
    parts = [margin + template_text(item, depth + 1) for item in value]
    return "[\n" + ",\n".join(parts) + "\n" + " " * depth + "]"
