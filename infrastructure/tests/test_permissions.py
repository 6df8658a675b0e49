"""The README's table of who may do what, against the policies that would be deployed."""

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
from conftest import ENVIRONMENTS, ROOT, STACKS, Assembly
from policy_evaluation import ACCOUNT, REPOSITORY, References, Request, is_allowed, statements

WHO = {
    "application": "AccessApplication",
    "migrator": "AccessMigrator",
    "read-only": "AccessReadOnly",
    "gate": "DeliveryGateRole",
    "migrate": "DeliveryMigrateRole",
    "pipeline": "PipelineRole",
    "rotation": "RotationRole",
}
STACK_REGIONS = {
    stack: region
    for e in ENVIRONMENTS
    for stack, region in (
        (e.stack_name, e.region),
        (e.secondary_stack_name, e.secondary_region),
    )
    if region
}


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    actions: tuple[str, ...]
    resource: str
    condition: str
    allowed: frozenset[str]


def read_table() -> list[Row]:
    text = (ROOT / "README.md").read_text().split("<!-- permissions:")[1]
    lines = re.findall(r"^\|(.*)\|$", text.split("\n\n")[0], re.MULTILINE)
    head, _, *body = ([cell.strip() for cell in line.split("|")] for line in lines)
    assert head == ["action", "on", "when", *WHO]
    rows = []
    for actions, resource, condition, *cells in body:
        assert set(cells) <= {"yes", "–"} and len(cells) == len(WHO)
        rows.append(
            Row(
                tuple(re.findall(r"`([^`]+)`", actions)),
                resource,
                condition,
                frozenset(who for who, cell in zip(WHO, cells) if cell == "yes"),
            )
        )
    return rows


TABLE = read_table()


def resource_arns(stack: str) -> dict[str, list[str]]:
    """What the table's words stand for."""
    region = STACK_REGIONS[stack]
    arn = f"arn:aws:{{}}:{region}:{ACCOUNT}:{{}}".format
    replica = stack.endswith("-secondary")
    identifier = "dbtool-" + stack.removeprefix("Dbtool-").removesuffix("-secondary")

    def secret(user: str, id: str) -> str:
        name = f"secret:{identifier}/{user}-AbCdEf"
        return arn("secretsmanager", name) if replica else f"arn:Secrets{id}"

    return {
        "anything": ["*"],
        "cluster": ["arn:Cluster"],
        "another cluster": [arn("rds", "cluster:another")],
        "secret of app_user": [secret("app_user", "Application")],
        "secret of dbtool_owner": [secret("dbtool_owner", "Owner")],
        "secret of the master user": ["arn:Cluster.MasterUserSecret.SecretArn", "arn:GlobalMaster"],
        "key": ["arn:EncryptionKey"],
        "dashboard": [f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/{stack}"],
        "alarms": [arn("cloudwatch", f"alarm:{stack}-Capacity")],
        "another stack's alarms": [arn("cloudwatch", "alarm:Dbtool-another-Capacity")],
        "stack": [arn("cloudformation", f"stack/{stack}/id")],
        "gate and migrate": ["arn:DeliveryGateProject", "arn:DeliveryMigrateProject"],
        "log of gate": ["arn:DeliveryGateLog:log-stream:1"],
        "log of migrate": ["arn:DeliveryMigrateLog:log-stream:1"],
        "log of rotation": ["arn:RotationLog:log-stream:1"],
        "log of the cluster": ["arn:ClusterLog:log-stream:1"],
        "images": ["arn:DeliveryImages"],
    }


def context(condition: str, stack: str) -> dict[str, str]:
    return {
        "": {},
        "by Secrets Manager": {
            "kms:ViaService": f"secretsmanager.{STACK_REGIONS[stack]}.amazonaws.com"
        },
        "in the namespace": {"cloudwatch:namespace": "HospitalityAI"},
        "in another namespace": {"cloudwatch:namespace": "AWS/RDS"},
    }[condition]


@pytest.mark.parametrize("stack", STACKS)
def test_table_holds(assembly: Assembly, stack: str) -> None:
    template = assembly.template(stack)
    references = References(template, STACK_REGIONS[stack], stack)
    words = resource_arns(stack)
    for who, logical_id in WHO.items():
        found = statements(template, logical_id)
        if not found:
            assert stack.endswith("-secondary") and logical_id.startswith(
                ("Delivery", "Pipeline", "Rotation")
            ), f"{stack} has no policy for {who}"
            continue
        for row in TABLE:
            # Replicas of secrets lie under AWS's own key, which needs no permission.
            if stack.endswith("-secondary") and row.resource == "key" and row.condition:
                continue
            answers = {
                (action, resource): is_allowed(
                    found, Request(action, resource, context(row.condition, stack)), references
                )
                for action in row.actions
                for resource in words[row.resource]
            }
            expected = who in row.allowed
            # Of the master's secrets an environment has one.
            good = any if expected and row.resource == "secret of the master user" else all
            assert good(answer == expected for answer in answers.values()), (who, row, answers)


@pytest.mark.parametrize("stack", STACKS)
def test_nothing_is_allowed_beyond_the_table(assembly: Assembly, stack: str) -> None:
    """Each action and resource that a policy names is a line of the table that says yes."""
    template = assembly.template(stack)
    references = References(template, STACK_REGIONS[stack], stack)
    words = resource_arns(stack)
    for who, logical_id in WHO.items():
        for statement in statements(template, logical_id):
            actions, named = (
                value if isinstance(value, list) else [value]
                for value in (statement["Action"], statement["Resource"])
            )
            for action in actions:
                assert "*" not in action
                known = {
                    arn
                    for row in TABLE
                    if action in row.actions and who in row.allowed
                    for arn in words[row.resource]
                }
                for resource in named:
                    only_it = [{**statement, "Resource": resource, "Condition": {}}]
                    assert any(
                        is_allowed(only_it, Request(action, arn, {}), references) for arn in known
                    ), (who, action, references.text(resource))


@pytest.mark.parametrize("stack", STACKS)
def test_all_roles_are_in_the_table(assembly: Assembly, stack: str) -> None:
    """But for the one that writes flow logs, which is CDK's."""
    template = assembly.template(stack)
    roles = {
        re.sub(r"[0-9A-F]{8}$", "", name)
        for name, resource in template["Resources"].items()
        if resource["Type"] in ("AWS::IAM::Role", "AWS::IAM::ManagedPolicy")
    }
    assert roles - {"NetworkVpcFlowLogIAMRole"} <= set(WHO.values())


def test_everything_wildcard_has_a_reason(assembly: Assembly) -> None:
    """Actions that IAM can hold to no resource. Service authorization reference."""
    without_resources = {
        "cloudwatch:GetMetricData",
        "cloudwatch:ListMetrics",
        "cloudwatch:PutMetricData",
        "ecr:GetAuthorizationToken",
    }
    for stack in STACKS:
        for resource in assembly.template(stack)["Resources"].values():
            if not resource["Type"].startswith("AWS::IAM::"):
                continue
            text = json.dumps(resource["Properties"])
            for statement in _statements_in(json.loads(text)):
                if "*" in json.dumps(statement.get("Resource")) and statement["Resource"] == "*":
                    actions = statement["Action"]
                    actions = actions if isinstance(actions, list) else [actions]
                    assert set(actions) <= without_resources


def _statements_in(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        own = [value] if "Effect" in value else []
        return own + [s for part in value.values() for s in _statements_in(part)]
    if isinstance(value, list):
        return [s for part in value for s in _statements_in(part)]
    return []


def test_pipeline_is_one_environment_of_one_repository(assembly: Assembly) -> None:
    template = assembly.template("Dbtool-prod")
    references = References(template, "eu-west-1", "Dbtool-prod")
    (role,) = (
        resource["Properties"]
        for name, resource in template["Resources"].items()
        if name.startswith("PipelineRole") and resource["Type"] == "AWS::IAM::Role"
    )
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    trust["Resource"] = "*"
    issuer = "token.actions.githubusercontent.com"

    def comes_in(subject: str, audience: str = "sts.amazonaws.com") -> bool:
        token = {f"{issuer}:sub": subject, f"{issuer}:aud": audience}
        return is_allowed([trust], Request("sts:AssumeRoleWithWebIdentity", "*", token), references)

    assert comes_in(f"repo:{REPOSITORY}:environment:prod")
    assert not comes_in(f"repo:{REPOSITORY}:environment:dev")
    assert not comes_in(f"repo:{REPOSITORY}:ref:refs/heads/main")
    assert not comes_in("repo:example/hospitality-fork:environment:prod")
    assert not comes_in(f"repo:{REPOSITORY}:environment:prod", "https://github.com/example")
    pattern = template["Parameters"]["Repository"]["AllowedPattern"]
    for bad in ("*/*", "example/*", "example", "example/a/b", "-a/b", "a/b:environment:x", "a/b\n"):
        assert not re.fullmatch(pattern, bad)
    assert re.fullmatch(pattern, REPOSITORY)
    assert "Default" not in template["Parameters"]["Repository"]


@pytest.mark.parametrize(
    "policy, request_, allowed",
    [
        ({"Effect": "Allow", "Action": "a:B", "Resource": "x"}, ("a:B", "x", {}), True),
        ({"Effect": "Allow", "Action": "a:b", "Resource": "x"}, ("A:B", "x", {}), True),
        ({"Effect": "Allow", "Action": "a:*", "Resource": "x-*"}, ("a:B", "x-1", {}), True),
        ({"Effect": "Allow", "Action": "a:B", "Resource": "x-?"}, ("a:B", "x-12", {}), False),
        ({"Effect": "Allow", "Action": "a:B", "Resource": "x[1]"}, ("a:B", "x1", {}), False),
        ({"Effect": "Allow", "Action": "a:B", "Resource": "x"}, ("a:C", "x", {}), False),
        ({"Effect": "Deny", "Action": "*", "Resource": "*"}, ("a:B", "x", {}), False),
        (
            {
                "Effect": "Allow",
                "Action": "a:B",
                "Resource": "*",
                "Condition": {"StringEquals": {"k": "v"}},
            },
            ("a:B", "x", {"k": "w"}),
            False,
        ),
        (
            {
                "Effect": "Allow",
                "Action": "a:B",
                "Resource": "*",
                "Condition": {"StringEquals": {"k": ["u", "v"]}},
            },
            ("a:B", "x", {"k": "v"}),
            True,
        ),
    ],
)
def test_evaluation(policy: dict[str, Any], request_: Any, allowed: bool) -> None:
    references = References({"Resources": {}}, "eu-west-1", "S")
    assert is_allowed([policy], Request(*request_), references) is allowed
    both = [policy, {"Effect": "Deny", "Action": "*", "Resource": "*"}]
    assert not is_allowed(both, Request(*request_), references)
