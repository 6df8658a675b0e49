"""The templates, synthesized once."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App
from dbtool_infrastructure.application import add_stacks
from dbtool_infrastructure.environment import Environment
from dbtool_infrastructure.environment_file import read_environment

ROOT = Path(__file__).parent.parent
GOLDEN = ROOT / "golden"
ENVIRONMENTS = [read_environment(file) for file in sorted((ROOT / "environments").glob("*.yaml"))]
STACKS = [
    name
    for environment in ENVIRONMENTS
    for name in (
        [environment.stack_name, environment.secondary_stack_name]
        if environment.secondary_region
        else [environment.stack_name]
    )
]

OF_STACK = {
    stack: environment
    for environment in ENVIRONMENTS
    for stack in (environment.stack_name, environment.secondary_stack_name)
}


@dataclass(frozen=True)
class Assembly:
    """What was synthesized: a file for each stack."""

    folder: Path

    def file(self, stack: str) -> Path:
        return self.folder / f"{stack}.template.json"

    def template(self, stack: str) -> dict[str, Any]:
        return json.loads(self.file(stack).read_text())


def synthesize(folder: Path, *environments: Environment) -> Assembly:
    """Fails where cdk-nag has a finding that is not accepted."""
    app = App(outdir=str(folder))
    add_stacks(app, environments)
    app.synth()
    return Assembly(folder)


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """All environments of `environments/`."""
    return synthesize(tmp_path_factory.mktemp("cdk.out"), *ENVIRONMENTS)


@pytest.fixture(scope="session")
def environments() -> dict[str, Environment]:
    return {environment.name: environment for environment in ENVIRONMENTS}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update", action="store_true", help="write golden/ anew instead of comparing with it"
    )


def resources(template: dict[str, Any], type_name: str) -> list[dict[str, Any]]:
    """The properties of all resources of a type."""
    return [
        resource.get("Properties", {})
        for resource in template["Resources"].values()
        if resource["Type"] == type_name
    ]
