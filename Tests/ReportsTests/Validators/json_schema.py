"""Holds JSON against a published schema, and then the same with one thing changed.

For each object in it: with a member too many, without each required member, and with each member of another kind.
Prints how many changes there were, and those that the schema let pass, as JSON.
"""

import copy
import json
import sys

import jsonschema

schema = json.load(open(sys.argv[1], encoding="utf-8"))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(
    schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)
document = json.load(open(sys.argv[2], encoding="utf-8"))
error = jsonschema.exceptions.best_match(validator.iter_errors(document))
assert error is None, f"{error.json_path}: {error.message}"[:500]


def objects(value, path=()):
    """The first object of each kind, so that a long list does not take long."""
    if isinstance(value, dict):
        yield path
        for key, member in value.items():
            yield from objects(member, path + (key,))
    elif isinstance(value, list):
        for index, member in enumerate(value[:5]):
            yield from objects(member, path + (index,))


def changes(value):
    yield "more", {**value, "x-more": 1}
    for key in value:
        yield f"without {key}", {name: member for name, member in value.items() if name != key}
        yield f"other {key}", {**value, key: [None]}
        yield f"null {key}", {**value, key: None}


def shortened(value):
    if isinstance(value, dict):
        return {key: shortened(member) for key, member in value.items()}
    return [shortened(member) for member in value[:5]] if isinstance(value, list) else value


count, passed = 0, set()
if "--changed" in sys.argv:
    document = shortened(document)
    for path in list(objects(document)):
        changed = copy.deepcopy(document)
        parent, target = None, changed
        for step in path:
            parent, target = target, target[step]
        for name, value in changes(target):
            if parent is None:
                candidate = value
            else:
                parent[path[-1]] = value
                candidate = changed
            count += 1
            if validator.is_valid(candidate):
                passed.add(".".join(str(s) for s in path if not isinstance(s, int)) + f": {name}")
        if parent is not None:
            parent[path[-1]] = target
print(json.dumps({"changes": count, "passed": sorted(passed)}))
