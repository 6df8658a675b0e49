"""Reads SARIF: by the schema of OASIS, and by what GitHub's documentation asks for beyond it."""

import gzip
import json
import sys

import sarif_kit.validate

path = sys.argv[1]
text = open(path, encoding="utf-8").read()
log = json.loads(text)
errors = sarif_kit.validate.validation_errors(log)
assert not errors, errors[:3]

# https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
(run,) = log["runs"]
results, rules = run["results"], run["tool"]["driver"]["rules"]
assert len(gzip.compress(text.encode())) < 10_000_000
assert len(results) <= 25_000 and len(rules) <= 25_000
for rule in rules:
    for name in ("shortDescription", "fullDescription"):
        assert 0 < len(rule[name]["text"]) <= 1024, (rule["id"], name)
    assert rule["help"]["text"] and len(rule["properties"]["tags"]) <= 10
seen = set()
for result in results:
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert result["message"]["text"]
    place = result["locations"][0]["physicalLocation"]
    uri = place["artifactLocation"]["uri"]
    assert uri and uri.isascii() and not uri.startswith("/") and ":" not in uri, uri
    assert place["region"]["startLine"] >= 1 and place["region"]["startColumn"] >= 1
    fingerprint = result["partialFingerprints"]["primaryLocationLineHash"]
    assert fingerprint not in seen, fingerprint
    seen.add(fingerprint)

levels = {level: sum(r["level"] == level for r in results) for level in ("error", "warning", "note")}
print(json.dumps({
    "results": len(results), "rules": len(rules), "levels": levels,
    "suppressed": sum("suppressions" in result for result in results),
    "messages": [result["message"]["text"] for result in results[:100]],
    "uris": [r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in results[:100]],
    "details": sum("evidence" in result["properties"] for result in results),
    "successful": run["invocations"][0]["executionSuccessful"],
    "notifications": [n["message"]["text"] for n in run["invocations"][0]["toolExecutionNotifications"]],
}))
