"""Checks events of the embedded metric format: their form by the published schema, and what it cannot say.

Prints the sums of all metrics by name and dimension values, as JSON.
"""

import collections
import json
import sys

import jsonschema

schema = json.load(open(sys.argv[1]))
validator = jsonschema.Draft7Validator(schema)
sums = collections.defaultdict(float)
for line in open(sys.argv[2]):
    event = json.loads(line)
    validator.validate(event)
    assert len(line.encode()) < 1_000_000
    for directive in event["_aws"]["CloudWatchMetrics"]:
        for dimensions in directive["Dimensions"]:
            for name in dimensions:
                assert isinstance(event[name], str) and 0 < len(event[name]) <= 1024, name
            for metric in directive["Metrics"]:
                values = event[metric["Name"]]
                if not isinstance(values, list):
                    values = [values]
                assert 0 < len(values) <= 100 and all(isinstance(v, (int, float)) for v in values)
                key = [metric["Name"], metric["Unit"]] + [f"{n}={event[n]}" for n in sorted(dimensions)]
                sums[" ".join(key)] += sum(values)
print(json.dumps(sums))
