"""What would be deployed is in golden/, for people to read changes of and to deploy without CDK."""

import difflib
import json

import pytest
from conftest import GOLDEN, STACKS, Assembly
from template_text import template_text

# CloudFormation quotas: bytes of a template that is not handed over through a bucket.
LARGEST_TEMPLATE = 51_200


@pytest.mark.parametrize("stack", STACKS)
def test_template_is_the_committed_one(
    assembly: Assembly, stack: str, request: pytest.FixtureRequest
) -> None:
    file = GOLDEN / f"{stack}.template.json"
    made = template_text(assembly.template(stack)) + "\n"
    if request.config.getoption("--update"):
        file.write_text(made)
    committed = file.read_text() if file.exists() else ""
    changes = difflib.unified_diff(
        committed.splitlines(), made.splitlines(), "committed", "made", lineterm="", n=2
    )
    assert made == committed, "\n".join(
        [f"{file.name} differs; look at it, then run pytest --update:", *changes]
    )


def test_golden_holds_nothing_else(request: pytest.FixtureRequest) -> None:
    names = {f"{stack}.template.json" for stack in STACKS}
    assert {file.name for file in GOLDEN.iterdir()} == names


@pytest.mark.parametrize("stack", STACKS)
def test_deployable_without_cdk(assembly: Assembly, stack: str) -> None:
    assets = json.loads((assembly.folder / f"{stack}.assets.json").read_text())
    assert [file["source"]["path"] for file in assets["files"].values()] == [
        f"{stack}.template.json"
    ]
    assert assets["dockerImages"] == {}
    template = assembly.template(stack)
    # The parameter and the rule by which CDK asks for its bootstrapping.
    assert template.get("Parameters", {}).keys() <= {"Repository"}
    assert template["Rules"].keys() == {"RightRegion"}
    assert "Transform" not in template
    assert (GOLDEN / f"{stack}.template.json").stat().st_size <= LARGEST_TEMPLATE
