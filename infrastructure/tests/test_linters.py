"""What linters of others say: cfn-lint, cdk-nag and checkov."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from aws_cdk import App, Stack, Validations
from aws_cdk import aws_sqs as sqs
from cdk_nag import AwsSolutionsChecks
from conftest import ENVIRONMENTS, ROOT, STACKS, Assembly, synthesize
from dbtool_infrastructure.environment import Environment

CHECKOV_SKIPS = ROOT / "checkov-skips.yaml"


def cfn_lint(*files: Path) -> subprocess.CompletedProcess[str]:
    regions = {region for e in ENVIRONMENTS for region in (e.region, e.secondary_region) if region}
    return subprocess.run(
        [
            Path(sys.executable).parent / "cfn-lint",
            *("--regions", *sorted(regions)),
            *("--", *files),
        ],
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_cfn_lint_finds_nothing(assembly: Assembly) -> None:
    result = cfn_lint(*(assembly.file(stack) for stack in STACKS))
    assert (result.returncode, result.stdout) == (0, "")


def test_cfn_lint_would_find_something(assembly: Assembly, tmp_path: Path) -> None:
    template = assembly.template("Dbtool-dev")
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::RDS::DBCluster":
            resource["Properties"]["StorageEncryption"] = True
    file = tmp_path / "wrong.json"
    file.write_text(json.dumps(template))
    assert "StorageEncryption" in cfn_lint(file).stdout


# cdk-nag runs whenever something is synthesized: all tests that have an assembly are its proof.
# What is accepted is told here once more, so that nothing is accepted in passing.
ACCEPTED = {
    "AwsSolutions-RDS10": {"Cluster/Resource"},
    "AwsSolutions-CB5": {"Delivery/GateProject", "Delivery/MigrateProject"},
    "AwsSolutions-SMG4": {"Global/Master"},
    "AwsSolutions-IAM5[Resource::*]": {
        "Access/Application",
        "Access/Migrator",
        "Access/ReadOnly",
        "Delivery/GateRole",
        "Delivery/MigrateRole",
    },
    "AwsSolutions-IAM5[alarms of the stack]": {"Access/ReadOnly"},
}


def test_accepted_findings_of_cdk_nag(assembly: Assembly) -> None:
    accepted: dict[str, set[str]] = {}
    for stack in STACKS:
        metadata = json.loads((assembly.folder / f"{stack}.metadata.json").read_text())
        for path, entries in metadata.items():
            for entry in entries:
                if entry["type"] != "aws:cdk:acknowledged-rules":
                    continue
                for rule, reason in entry["data"].items():
                    # CDK accepts findings of its own about its own constructs.
                    if not rule.startswith("Annotation::"):
                        continue
                    assert len(reason) > 20, f"{path}: {rule} is accepted without a reason"
                    name = rule.removeprefix("Annotation::")
                    if f"alarm:{stack}-*]" in name:
                        name = "AwsSolutions-IAM5[alarms of the stack]"
                    accepted.setdefault(name, set()).add(path.removeprefix(f"/{stack}/"))
    assert accepted == ACCEPTED


def test_cdk_nag_would_find_something(tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path))
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    sqs.Queue(Stack(app, "Plain"), "Queue")
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()


def checkov(folder: Path) -> list[dict[str, Any]]:
    program = os.environ.get("CHECKOV") or shutil.which("checkov")
    if not program:
        pytest.skip("checkov is not there: set CHECKOV, or run `make infrastructure`")
    result = subprocess.run(
        [
            program,
            *("--framework", "cloudformation"),
            *("--directory", folder),
            *("--output", "json", "--quiet", "--compact"),
        ],
        capture_output=True,
        text=True,
        timeout=180,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
    )
    assert result.returncode in (0, 1), result.stderr
    report = json.loads(result.stdout)
    assert report["summary"]["parsing_errors"] == 0
    # A run that looked at nothing finds nothing either.
    assert report["summary"]["passed"] > 50 * len(list(folder.glob("*.template.json"))) / 5
    return report["results"]["failed_checks"]


def test_checkov_finds_only_what_is_explained(assembly: Assembly) -> None:
    skips = {skip["check"]: skip for skip in yaml.safe_load(CHECKOV_SKIPS.read_text())}
    found = {
        (check["check_id"], check["resource"].split(".")[0]) for check in checkov(assembly.folder)
    }
    explained = {(check, skip["type"]) for check, skip in skips.items()}
    assert all(len(skip["reason"]) > 40 for skip in skips.values())
    # Both ways: a reason for what is no longer found would hide its return.
    assert found == explained


def test_checkov_would_find_something(assembly: Assembly, tmp_path: Path) -> None:
    template = assembly.template("Dbtool-dev")
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::KMS::Key":
            del resource["Properties"]["EnableKeyRotation"]
    (tmp_path / "Dbtool-dev.template.json").write_text(json.dumps(template))
    assert "CKV_AWS_7" in {check["check_id"] for check in checkov(tmp_path)}


def test_every_option_passes_the_linters(
    tmp_path: Path, environments: dict[str, Environment]
) -> None:
    """What no environment in environments/ makes use of."""
    dev = environments["dev"]
    options = replace(
        dev,
        name="options",
        interface_endpoints=("logs", "monitoring", "rds-data", "secretsmanager"),
        storage="io-optimized",
        rotation_days=1,
        alarms=replace(dev.alarms, emails=("dba@example.com",)),
        metrics=replace(dev.metrics, layout="full"),
        delivery=replace(
            dev.delivery,
            repository="example/hospitality",
            connection="arn:aws:codeconnections:eu-west-1:123456789012:connection/"
            "01234567-89ab-cdef-0123-456789abcdef",
        ),
    )
    made = synthesize(tmp_path, options)
    result = cfn_lint(made.file("Dbtool-options"))
    assert (result.returncode, result.stdout) == (0, "")
