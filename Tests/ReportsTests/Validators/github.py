"""Reads the output of a step as the runner of GitHub Actions does. Prints the commands found in it, as JSON.

Written from how actions/runner behaves (ActionCommand, ActionCommandManager): each line is tried as
`::name key=value,…::data`, and if it is none as `##[name key=value;…]data`, which may stand anywhere in a line.
"""

import json
import re
import sys

NAMES = {
    "add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "internal-set-repo-path",
    "notice", "remove-matcher", "save-state", "set-env", "set-output", "stop-commands", "warning",
}
DATA = [("%0D", "\r"), ("%0A", "\n"), ("%25", "%")]
PROPERTY = [("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")]
OLD = [("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%25", "%")]


def unescaped(text, escapes):
    for escape, character in escapes:
        text = text.replace(escape, character)
    return text


def command(info, data, separator, properties, escapes):
    name, _, rest = info.partition(" ")
    if name.lower() not in NAMES:
        return None
    pairs = [pair.split("=", 1) for pair in rest.strip().split(separator) if pair]
    return {"name": name.lower(), "data": unescaped(data, escapes),
            "properties": {pair[0]: unescaped(pair[1], properties) for pair in pairs if len(pair) == 2 and pair[1]}}


def parsed(line):
    trimmed = line.lstrip()
    if trimmed.startswith("::") and (end := trimmed.find("::", 2)) >= 0:
        found = command(trimmed[2:end], trimmed[end + 2:], ",", PROPERTY, DATA)
        if found:
            return found
    start = line.find("##[")
    end = line.find("]", start) if start >= 0 else -1
    return command(line[start + 3:end], line[end + 1:], ";", OLD, OLD) if end >= 0 else None


text = open(sys.argv[1], encoding="utf-8", newline="").read()
lines = re.split(r"\r\n|\r|\n", text)
commands = [found for line in lines if (found := parsed(line))]
print(json.dumps({"lines": len(lines) - 1, "commands": commands}))
