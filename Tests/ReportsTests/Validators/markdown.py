"""Reads Markdown by GitHub's own parser (cmark-gfm) and by markdown-it, and looks for what must not come of names.

Prints what is in it, as JSON.
"""

import collections
import json
import re
import sys

import cmarkgfm
import lxml.html
from cmarkgfm.cmark import Options
from markdown_it import MarkdownIt

ALLOWED = {"p", "h2", "h3", "table", "thead", "tbody", "tr", "th", "td", "code", "pre", "strong", "details", "summary"}
# What GitHub links in the text of a page, outside of code.
LINKED = re.compile(r"(?<!\w)@[a-z\d]|#\d|\bgh-\d|://|\bwww\.", re.IGNORECASE)

text = open(sys.argv[1], encoding="utf-8", newline="").read()
assert len(text.encode()) < 1 << 20
assert "\r" not in text and "\0" not in text
second = MarkdownIt("gfm-like", {"html": True})
# GitHub links no names of hosts.
second.linkify.set({"fuzzy_link": False})
read = {
    "cmark-gfm": cmarkgfm.github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE),
    "markdown-it": second.render(text),
}
answers = {}
for reader, html in read.items():
    page = lxml.html.document_fromstring(f"<html><body>{html}</body></html>", parser=lxml.html.HTMLParser(huge_tree=True))
    body = page.find("body")
    elements = collections.Counter(element.tag for element in body.iterdescendants())
    assert set(elements) <= ALLOWED, f"{reader}: {set(elements) - ALLOWED}"
    for element in body.iterdescendants():
        assert not (set(element.attrib) - {"class", "lang", "style"}), f"{reader}: {element.attrib}"
        pieces = [element.tail or ""]
        if element.tag not in ("code", "pre") and not any(a.tag in ("code", "pre") for a in element.iterancestors()):
            pieces.append(element.text or "")
        for piece in pieces:
            inside = any(a.tag in ("code", "pre") for a in element.iterancestors())
            assert inside or not LINKED.search(piece), f"{reader}: {piece[:200]!r}"
    tables = []
    for table in body.iter("table"):
        rows = [[cell.text_content() for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
        assert len({len(row) for row in rows}) == 1, f"{reader}: {[len(row) for row in rows][:20]}"
        tables.append(rows)
    answers[reader] = {
        "tables": [len(rows) - 1 for rows in tables],
        "headings": [element.text_content() for element in body.iter("h2", "h3")],
        "details": elements["details"],
        "blocks": [element.text_content() for element in body.iter("pre")][:50],
        "cells": [row for rows in tables for row in rows[1:]][:100],
        "last": list(body)[-1].text_content() if len(body) else "",
    }
first, other = answers["cmark-gfm"], answers["markdown-it"]
# The parsers differ in nothing but the empty line at the end of what a cell holds.
for name in ("tables", "headings", "details", "blocks"):
    assert first[name] == other[name], f"{name}: {first[name]} {other[name]}"
print(json.dumps(first))
