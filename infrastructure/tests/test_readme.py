"""What the README says of this folder, where it can be checked."""

import re

from conftest import ENVIRONMENTS, GOLDEN, ROOT

README = (ROOT / "README.md").read_text()


def test_tests_that_it_names_exist() -> None:
    named = set(re.findall(r"`(test_\w+)`", README))
    tests = "".join(file.read_text() for file in (ROOT / "tests").glob("test_*.py"))
    assert len(named) > 10
    assert named <= set(re.findall(r"def (test_\w+)", tests))


def test_files_that_it_names_exist() -> None:
    named = set(re.findall(r"`(\w+\.py)`", README))
    files = {file.name for file in (ROOT / "dbtool_infrastructure").glob("*.py")}
    files |= {file.name for file in (ROOT / "tests").glob("*.py")}
    assert len(named) > 10 and named <= files
    for template in re.findall(r"golden/(\S+\.json)", README):
        assert (GOLDEN / template).is_file()


def test_outputs_that_it_names_exist() -> None:
    template = (GOLDEN / "Dbtool-prod.template.json").read_text()
    table = README.split("| output | |")[1].split("\n\n")[0]
    named = re.findall(r"`(\w+)`", "".join(line.split("|")[1] for line in table.splitlines()[2:]))
    assert len(named) > 15
    assert all(f'"{name}":' in template for name in named)


def test_environments_that_it_lists_are_those() -> None:
    for e in ENVIRONMENTS:
        regions = ", ".join(filter(None, (e.region, e.secondary_region)))
        capacity = f"{e.capacity.minimum} to {e.capacity.maximum}"
        kept = "yes" if e.protected else "no"
        row = rf"\| `{e.name}` \| {regions} \| {capacity}\b.*\| {e.readers}\b.*"
        row += rf"\| {e.availability_zones} \| {kept} \|"
        assert re.search(row, README), row
