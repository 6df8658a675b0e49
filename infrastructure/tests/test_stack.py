"""What the templates say, with aws_cdk.assertions."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from aws_cdk.assertions import Match, Template
from conftest import ENVIRONMENTS, ROOT, STACKS, Assembly, resources, synthesize
from dbtool_infrastructure.environment import Environment

PRIMARY = [environment.stack_name for environment in ENVIRONMENTS]
OUTPUTS_OF_FROM_STACK = {
    "ClusterArn",
    "OwnerSecretArn",
    "AppSecretArn",
    "DatabaseName",
    "Region",
    "MetricNamespace",
}


@pytest.fixture(scope="session")
def templates(assembly: Assembly) -> dict[str, Template]:
    return {stack: Template.from_json(assembly.template(stack)) for stack in STACKS}


@pytest.fixture(params=STACKS)
def template(request: pytest.FixtureRequest, templates: dict[str, Template]) -> Template:
    return templates[request.param]


@pytest.fixture(params=PRIMARY)
def primary(request: pytest.FixtureRequest, templates: dict[str, Template]) -> Template:
    return templates[request.param]


def test_no_way_to_the_internet(template: Template) -> None:
    for kind in ("NatGateway", "InternetGateway", "VPCGatewayAttachment", "EIP", "Route"):
        template.resource_count_is(f"AWS::EC2::{kind}", 0)
    template.all_resources_properties("AWS::EC2::Subnet", {"MapPublicIpOnLaunch": False})
    template.all_resources_properties("AWS::RDS::DBInstance", {"PubliclyAccessible": False})
    template.has_resource_properties("AWS::EC2::FlowLog", {"TrafficType": "ALL"})
    # The Data API is reached from outside: endpoints cost by the hour.
    template.resource_count_is("AWS::EC2::VPCEndpoint", 0)


def test_security_groups_name_each_other_alone(template: Template) -> None:
    (ingress,) = template.find_resources("AWS::EC2::SecurityGroupIngress").values()
    assert "SourceSecurityGroupId" in ingress["Properties"]
    assert (ingress["Properties"]["FromPort"], ingress["Properties"]["ToPort"]) == (5432, 5432)
    for group in template.find_resources("AWS::EC2::SecurityGroup").values():
        assert "SecurityGroupIngress" not in group["Properties"]
        # What CDK writes for "nowhere": ICMP to a network of one address that nobody has.
        assert [rule["CidrIp"] for rule in group["Properties"].get("SecurityGroupEgress", [])] in (
            [],
            ["255.255.255.255/32"],
        )


def test_everything_is_encrypted_with_the_key(template: Template) -> None:
    template.has_resource_properties("AWS::KMS::Key", {"EnableKeyRotation": True})
    key = {"Fn::GetAtt": [Match.string_like_regexp("EncryptionKey"), "Arn"]}
    for kind, properties in {
        "RDS::DBCluster": {"StorageEncrypted": True, "KmsKeyId": key},
        "RDS::DBInstance": {"PerformanceInsightsKMSKeyId": key},
        "Logs::LogGroup": {"KmsKeyId": key},
        "SNS::Topic": {"KmsMasterKeyId": key},
        "SecretsManager::Secret": {"KmsKeyId": key},
        "Lambda::Function": {"KmsKeyArn": key},
        "CodeBuild::Project": {"EncryptionKey": key},
    }.items():
        # The second region has neither secrets nor functions nor jobs of its own.
        if template.find_resources(f"AWS::{kind}"):
            template.all_resources_properties(f"AWS::{kind}", properties)


def test_cluster(primary: Template) -> None:
    primary.has_resource_properties(
        "AWS::RDS::DBCluster",
        {
            "Engine": "aurora-postgresql",
            "EngineVersion": "16.8",
            "EnableHttpEndpoint": True,
            "EnableIAMDatabaseAuthentication": True,
            "EnableCloudwatchLogsExports": ["postgresql"],
            "PerformanceInsightsEnabled": True,
            "AutoMinorVersionUpgrade": False,
        },
    )
    primary.has_resource_properties(
        "AWS::RDS::DBClusterParameterGroup",
        {"Family": "aurora-postgresql16", "Parameters": {"rds.force_ssl": "1"}},
    )


@pytest.mark.parametrize(
    "stack, scaling, instances, days",
    [
        (
            "Dbtool-dev",
            {"MinCapacity": 0, "MaxCapacity": 4, "SecondsUntilAutoPause": 1800},
            1,
            1,
        ),
        ("Dbtool-staging", {"MinCapacity": 0.5, "MaxCapacity": 8}, 2, 7),
        ("Dbtool-prod", {"MinCapacity": 1, "MaxCapacity": 64}, 2, 35),
        ("Dbtool-prod-global-secondary", {"MinCapacity": 8, "MaxCapacity": 64}, 2, 35),
    ],
)
def test_sizes(
    assembly: Assembly, stack: str, scaling: dict[str, float], instances: int, days: int
) -> None:
    template = assembly.template(stack)
    (cluster,) = resources(template, "AWS::RDS::DBCluster")
    assert cluster["ServerlessV2ScalingConfiguration"] == scaling
    assert cluster["BackupRetentionPeriod"] == days
    found = resources(template, "AWS::RDS::DBInstance")
    assert [instance["DBInstanceClass"] for instance in found] == ["db.serverless"] * instances
    assert {instance["PromotionTier"] for instance in found} <= {0, 1}


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda e: e.name)
def test_protection(assembly: Assembly, environment: Environment) -> None:
    template = assembly.template(environment.stack_name)
    for resource in template["Resources"].values():
        kind, policy = resource["Type"], resource.get("DeletionPolicy")
        if kind == "AWS::RDS::DBCluster":
            assert resource["Properties"]["DeletionProtection"] is environment.protected
            assert policy == ("Snapshot" if environment.protected else "Delete")
            # A replacement is no wish to lose the data, wherever it happens.
            assert resource["UpdateReplacePolicy"] == "Snapshot"
        elif kind in ("AWS::KMS::Key", "AWS::SecretsManager::Secret", "AWS::Logs::LogGroup"):
            assert policy == ("Retain" if environment.protected else "Delete")
    manifest = json.loads((assembly.folder / "manifest.json").read_text())
    properties = manifest["artifacts"][environment.stack_name]["properties"]
    assert bool(properties.get("terminationProtection")) is environment.protected


@pytest.mark.parametrize("stack", PRIMARY)
def test_passwords_are_in_no_template(assembly: Assembly, stack: str) -> None:
    template = assembly.template(stack)
    (cluster,) = resources(template, "AWS::RDS::DBCluster")
    if "MasterUserPassword" in cluster:
        assert cluster["MasterUserPassword"]["Fn::Join"][1][0] == "{{resolve:secretsmanager:"
        assert "ManageMasterUserPassword" not in cluster
    else:
        assert cluster["ManageMasterUserPassword"] is True
    for secret in resources(template, "AWS::SecretsManager::Secret"):
        assert "SecretString" not in secret
        assert secret["GenerateSecretString"]["GenerateStringKey"] == "password"


def test_both_users_rotate_once_there_is_a_server(primary: Template) -> None:
    schedules = primary.find_resources("AWS::SecretsManager::RotationSchedule")
    assert {s["Properties"]["SecretId"]["Ref"][:-8] for s in schedules.values()} == {
        "SecretsOwner",
        "SecretsApplication",
    }
    writer, permission = (
        next(iter(primary.find_resources(kind, {"Properties": properties})))
        for kind, properties in (
            ("AWS::RDS::DBInstance", {"PromotionTier": 0}),
            ("AWS::Lambda::Permission", {"Principal": "secretsmanager.amazonaws.com"}),
        )
    )
    for schedule in schedules.values():
        assert {writer, permission} <= set(schedule["DependsOn"])


@pytest.mark.parametrize("stack", STACKS)
def test_alarms_tell_the_topic(assembly: Assembly, stack: str) -> None:
    template = assembly.template(stack)
    (topic,) = (name for name, r in template["Resources"].items() if r["Type"] == "AWS::SNS::Topic")
    alarms = resources(template, "AWS::CloudWatch::Alarm")
    for alarm in alarms:
        assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": topic}]
        assert alarm["TreatMissingData"] == "notBreaching"
    names = {alarm["AlarmName"].removeprefix(f"{stack}-") for alarm in alarms}
    common = {
        "Capacity",
        "Cpu",
        "Connections",
        "Deadlocks",
        "FailedOperations",
        "DeniedOperations",
    }
    more = {"ReplicationLag"} if stack.endswith("-secondary") else {"Rotation"}
    assert names == common | more


@pytest.mark.parametrize("stack", STACKS)
def test_metrics_are_those_that_dbtool_publishes(assembly: Assembly, stack: str) -> None:
    """docs/metrics.md has the names; an alarm on another one would never go off."""
    published = (ROOT.parent / "docs" / "metrics.md").read_text()
    text = json.dumps(assembly.template(stack))
    ours = set(re.findall(r"\w+", text)) & {
        "DatabaseOperations",
        "DatabaseOperationDuration",
        "DatabaseOperationError",
        "DatabasePoolWait",
        "DatabaseRuns",
    }
    assert len(ours) == 5
    assert all(f"`{name}`" in published for name in ours)
    for status in ("Denied", "Conflict", "Timeout", "Client", "Server"):
        assert f"`{status}`" in published and status in text


@pytest.mark.parametrize(
    "layout, titles",
    [
        (
            "split",
            ["Operations by tenant", "Duration by operation, p95, ms", "Operations that failed"],
        ),
        ("full", ["Operations by tenant", "Duration by tenant, p95, ms", "Errors by tenant"]),
    ],
)
def test_dashboard(
    tmp_path: Path, environments: dict[str, Environment], layout: str, titles: list[str]
) -> None:
    dev = environments["dev"]
    made = synthesize(tmp_path, replace(dev, metrics=replace(dev.metrics, layout=layout)))
    (dashboard,) = resources(made.template("Dbtool-dev"), "AWS::CloudWatch::Dashboard")
    text = "".join(
        part if isinstance(part, str) else "x" for part in dashboard["DashboardBody"]["Fn::Join"][1]
    )
    widgets = [w["properties"] for w in json.loads(text)["widgets"] if w["type"] == "metric"]
    assert [widget["title"] for widget in widgets[:3]] == titles
    dimensions = "TenantId,Operation,StatusCode" if layout == "full" else "TenantId"
    (search,) = widgets[0]["metrics"]
    assert search[0]["expression"] == (
        f'SEARCH(\'{{"HospitalityAI",{dimensions}}} MetricName="DatabaseOperations"\', '
        "'Sum', 300)"
    )


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda e: e.name)
def test_outputs(assembly: Assembly, environment: Environment) -> None:
    outputs = assembly.template(environment.stack_name)["Outputs"]
    assert OUTPUTS_OF_FROM_STACK <= outputs.keys()
    assert outputs["Region"]["Value"] == environment.region


@pytest.mark.parametrize("stack", STACKS)
def test_cost_inputs_count_what_is_there(
    assembly: Assembly, stack: str, environments: dict[str, Environment]
) -> None:
    template = assembly.template(stack)
    costs = json.loads(template["Outputs"]["CostInputs"]["Value"])
    environment = environments[costs["environment"]]
    secrets = len(resources(template, "AWS::SecretsManager::Secret"))
    (cluster,) = resources(template, "AWS::RDS::DBCluster")
    managed = 1 if cluster.get("ManageMasterUserPassword") else 0
    if stack.endswith("-secondary"):
        secrets = 2
    counted = {
        "secrets": secrets + managed,
        "keys": len(resources(template, "AWS::KMS::Key")),
        "alarms": len(resources(template, "AWS::CloudWatch::Alarm")),
        "dashboards": len(resources(template, "AWS::CloudWatch::Dashboard")),
        "interfaceEndpoints": len(resources(template, "AWS::EC2::VPCEndpoint")),
        "natGateways": len(resources(template, "AWS::EC2::NatGateway")),
        "availabilityZones": len(resources(template, "AWS::EC2::Subnet")),
        "readers": len(resources(template, "AWS::RDS::DBInstance")) - 1,
    }
    assert {name: costs[name] for name in counted} == counted
    assert costs["minimumCapacity"] == environment.capacity.minimum
    assert costs["region"] == template["Outputs"]["Region"]["Value"]


def test_second_region(assembly: Assembly) -> None:
    first = assembly.template("Dbtool-prod-global")
    second = assembly.template("Dbtool-prod-global-secondary")
    (world,) = resources(first, "AWS::RDS::GlobalCluster")
    (leader,) = resources(first, "AWS::RDS::DBCluster")
    (follower,) = resources(second, "AWS::RDS::DBCluster")
    assert first["Resources"][leader["GlobalClusterIdentifier"]["Ref"]]["Properties"] == world
    assert follower["GlobalClusterIdentifier"] == world["GlobalClusterIdentifier"]
    # AWS refuses these for a cluster that follows.
    assert not follower.keys() & {
        "MasterUsername",
        "MasterUserPassword",
        "DatabaseName",
        "ManageMasterUserPassword",
        "MasterUserSecret",
    }
    assert follower["EnableHttpEndpoint"] is False
    assert follower["EngineVersion"] == leader["EngineVersion"] == world["EngineVersion"]
    replicated = [
        secret["Name"]
        for secret in resources(first, "AWS::SecretsManager::Secret")
        if secret.get("ReplicaRegions") == [{"Region": "eu-central-1"}]
    ]
    assert sorted(replicated) == [
        "dbtool-prod-global/app_user",
        "dbtool-prod-global/dbtool_owner",
    ]


@pytest.mark.parametrize("stack", STACKS)
def test_another_region_is_refused(assembly: Assembly, stack: str) -> None:
    template = assembly.template(stack)
    region = "eu-central-1" if stack.endswith("-secondary") else "eu-west-1"
    (assertion,) = template["Rules"]["RightRegion"]["Assertions"]
    assert assertion["Assert"] == {"Fn::Equals": [{"Ref": "AWS::Region"}, region]}


@pytest.mark.parametrize("stack", PRIMARY)
def test_cost_watch_sees_this_environment(assembly: Assembly, stack: str) -> None:
    template = assembly.template(stack)
    (monitor,) = resources(template, "AWS::CE::AnomalyMonitor")
    tag = json.loads(monitor["MonitorSpecification"])["Tags"]
    (cluster,) = resources(template, "AWS::RDS::DBCluster")
    assert {"Key": tag["Key"], "Value": tag["Values"][0]} in cluster["Tags"]
