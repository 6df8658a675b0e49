"""Reads JUnit XML: by Jenkins's schema, and by junitparser. Prints what each suite counts, as JSON."""

import json
import os
import sys

import junitparser
from lxml import etree

path = sys.argv[1]
schema = etree.XMLSchema(file=os.path.join(os.path.dirname(__file__), "junit.xsd"))
# No entities, no network: as a CI server reads what anybody may have written.
document = etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
schema.assertValid(document)

xml = junitparser.JUnitXml.fromroot(junitparser.junitparser.etree.parse(path).getroot())
suites = []
totals = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
for suite in xml:
    said = {name: getattr(suite, name) for name in totals}
    counted = dict.fromkeys(totals, 0)
    for case in suite:
        counted["tests"] += 1
        kinds = {type(result).__name__ for result in case.result}
        assert len(kinds) <= 1, f"{case.name}: {kinds}"
        for kind, name in (("Failure", "failures"), ("Error", "errors"), ("Skipped", "skipped")):
            counted[name] += kind in kinds
    assert said == counted, f"{suite.name}: says {said}, has {counted}"
    for name in totals:
        totals[name] += counted[name]
    suites.append({"name": suite.name, "timestamp": suite.timestamp, **counted,
                   "cases": [{"group": case.classname, "name": case.name,
                              "result": type(case.result[0]).__name__ if case.result else "Passed",
                              "message": case.result[0].message or "" if case.result else "",
                              "text": case.result[0].text or "" if case.result else ""}
                             for case in suite][:200]})
for name in ("tests", "failures", "errors"):
    assert getattr(xml, name) == totals[name], f"{name}: {getattr(xml, name)}, {totals[name]}"
print(json.dumps({"suites": suites, **totals}))
