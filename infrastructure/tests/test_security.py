"""What the README's security review promises, held against the templates: each of these fails when
a change of the code weakens it, also where golden/ has been written anew."""

import fnmatch
import json
from typing import Any

import pytest
from conftest import ENVIRONMENTS, OF_STACK, STACKS, Assembly, resources
from dbtool_infrastructure.environment import Environment
from policy_evaluation import References, logical_id_path

PRIMARY = [environment.stack_name for environment in ENVIRONMENTS]
# Whatever else is made could be a way in that no other test looks at.
KINDS = {
    *("CE::AnomalyMonitor", "CE::AnomalySubscription"),
    *("CloudWatch::Alarm", "CloudWatch::Dashboard"),
    *("CodeBuild::Project", "ECR::Repository"),
    *("EC2::FlowLog", "EC2::RouteTable", "EC2::SecurityGroup", "EC2::SecurityGroupEgress"),
    *("EC2::SecurityGroupIngress", "EC2::Subnet", "EC2::SubnetRouteTableAssociation", "EC2::VPC"),
    *("IAM::ManagedPolicy", "IAM::OIDCProvider", "IAM::Policy", "IAM::Role"),
    *("KMS::Alias", "KMS::Key", "Lambda::Function", "Lambda::Permission", "Logs::LogGroup"),
    *("RDS::DBCluster", "RDS::DBClusterParameterGroup", "RDS::DBInstance", "RDS::DBSubnetGroup"),
    *("RDS::GlobalCluster", "SecretsManager::RotationSchedule", "SecretsManager::Secret"),
    *("SNS::Topic", "SNS::TopicPolicy"),
}


def named(template: dict[str, Any], kind: str, id: str) -> dict[str, Any]:
    """The properties of the one resource whose logical id is `id` and CDK's hash."""
    (found,) = (
        resource["Properties"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == f"AWS::{kind}" and logical_id_path(name) == id
    )
    return found


def references(template: dict[str, Any], stack: str) -> References:
    return References(template, template["Outputs"]["Region"]["Value"], stack)


@pytest.fixture(params=STACKS)
def stack(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def template(assembly: Assembly, stack: str) -> dict[str, Any]:
    return assembly.template(stack)


@pytest.fixture(params=PRIMARY)
def primary(request: pytest.FixtureRequest, assembly: Assembly) -> dict[str, Any]:
    return assembly.template(request.param)


def test_nothing_of_another_kind(template: dict[str, Any]) -> None:
    kinds = {resource["Type"].removeprefix("AWS::") for resource in template["Resources"].values()}
    assert kinds <= KINDS


def test_parameters_of_the_server(template: dict[str, Any]) -> None:
    (group,) = resources(template, "AWS::RDS::DBClusterParameterGroup")
    assert group["Parameters"] == {
        "rds.force_ssl": "1",
        "password_encryption": "scram-sha-256",
        "shared_preload_libraries": "pg_stat_statements,pgaudit",
        "pgaudit.log": "ddl,role",
        "log_min_duration_statement": "1000",
        "log_lock_waits": "1",
        "idle_in_transaction_session_timeout": "300000",
    }
    (cluster,) = resources(template, "AWS::RDS::DBCluster")
    (id,) = (k for k, r in template["Resources"].items() if r.get("Properties") == group)
    assert cluster["DBClusterParameterGroupName"] == {"Ref": id}
    assert cluster["EnableIAMDatabaseAuthentication"] is True
    assert cluster["EnableCloudwatchLogsExports"] == ["postgresql"]


def test_both_regions_are_kept(template: dict[str, Any], stack: str) -> None:
    environment = OF_STACK[stack]
    kept = "Retain" if environment.protected else "Delete"
    for resource in template["Resources"].values():
        policies = (resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy"))
        properties = resource.get("Properties", {})
        match resource["Type"].removeprefix("AWS::"):
            case "RDS::DBCluster":
                assert policies == ("Snapshot" if environment.protected else "Delete", "Snapshot")
                assert properties["DeletionProtection"] is environment.protected
                assert properties["BackupRetentionPeriod"] == environment.backup_days
            case "RDS::GlobalCluster":
                assert policies == (kept, kept)
                assert properties["DeletionProtection"] is environment.protected
            case "KMS::Key" | "SecretsManager::Secret" | "ECR::Repository":
                assert policies == (kept, kept)
            case "Logs::LogGroup":
                assert policies == (kept, kept)
                assert properties["RetentionInDays"] == environment.log_days


def test_what_else_lies_under_the_key(template: dict[str, Any]) -> None:
    (key,) = (k for k, r in template["Resources"].items() if r["Type"] == "AWS::KMS::Key")
    arn = {"Fn::GetAtt": [key, "Arn"]}
    (cluster,) = resources(template, "AWS::RDS::DBCluster")
    assert cluster["PerformanceInsightsKmsKeyId"] == arn
    if cluster.get("ManageMasterUserPassword"):
        assert cluster["MasterUserSecret"] == {"KmsKeyId": arn}
    for world in resources(template, "AWS::RDS::GlobalCluster"):
        assert world["StorageEncrypted"] is True
    for images in resources(template, "AWS::ECR::Repository"):
        assert images["EncryptionConfiguration"] == {"EncryptionType": "KMS", "KmsKey": arn}
        assert images["ImageTagMutability"] == "IMMUTABLE"
        assert images["ImageScanningConfiguration"] == {"ScanOnPush": True}
        assert not images.keys() & {"RepositoryPolicyText", "EmptyOnDelete"}


def test_the_key_serves_these_log_groups_and_no_others(
    template: dict[str, Any], stack: str
) -> None:
    """CloudWatch Logs refuses to make a group under a key that it may not use for it."""
    known = references(template, stack)
    (key,) = resources(template, "AWS::KMS::Key")
    (logs,) = (s for s in key["KeyPolicy"]["Statement"] if s.get("Sid") == "LogGroups")
    region = template["Outputs"]["Region"]["Value"]
    assert logs["Principal"] == {"Service": f"logs.{region}.amazonaws.com"}
    patterns = [
        known.text(pattern)
        for pattern in logs["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]
    ]

    def serves(name: str) -> bool:
        arn = f"arn:aws:logs:{region}:123456789012:log-group:{name}"
        return any(fnmatch.fnmatchcase(arn, pattern) for pattern in patterns)

    groups = [group["LogGroupName"] for group in resources(template, "AWS::Logs::LogGroup")]
    assert groups and all(map(serves, groups))
    assert not serves("/aws/lambda/another") and not serves("/dbtool/another/flow")


def test_others_use_key_and_topic_for_this_account_alone(template: dict[str, Any]) -> None:
    account = {"Ref": "AWS::AccountId"}
    (key,) = resources(template, "AWS::KMS::Key")
    (topic,) = resources(template, "AWS::SNS::TopicPolicy")
    root = {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":iam::", account, ":root"]]}
    services = {"cloudwatch.amazonaws.com", "costalerts.amazonaws.com"}
    (deny, *allowed) = topic["PolicyDocument"]["Statement"]
    assert deny["Effect"] == "Deny" and deny["Principal"] == "*"
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    for statement in [*key["KeyPolicy"]["Statement"], *allowed]:
        if statement["Principal"] == {"AWS": root} or statement.get("Sid") == "LogGroups":
            continue
        names = statement["Principal"]["Service"]
        assert set(names if isinstance(names, list) else [names]) <= services
        assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": account}}
        assert statement["Action"] in ("sns:Publish", ["kms:Decrypt", "kms:GenerateDataKey*"])


def test_who_may_become_a_role(template: dict[str, Any], stack: str) -> None:
    own_account = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    services = {
        "DeliveryGateRole": ("codebuild.amazonaws.com", own_account),
        "DeliveryMigrateRole": ("codebuild.amazonaws.com", own_account),
        "NetworkVpcFlowLogIAMRole": ("vpc-flow-logs.amazonaws.com", None),
        "RotationRole": ("lambda.amazonaws.com", None),
    }
    for name, resource in template["Resources"].items():
        if resource["Type"] != "AWS::IAM::Role":
            continue
        (trust,) = resource["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        if logical_id_path(name) == "PipelineRole":
            environment = OF_STACK[stack].name
            issuer = "token.actions.githubusercontent.com"
            subject = ["repo:", {"Ref": "Repository"}, f":environment:{environment}"]
            assert trust["Condition"] == {
                "StringEquals": {
                    f"{issuer}:aud": "sts.amazonaws.com",
                    f"{issuer}:sub": {"Fn::Join": ["", subject]},
                }
            }
            assert trust["Principal"].keys() == {"Federated"}
        else:
            service, condition = services[logical_id_path(name)]
            assert trust["Principal"] == {"Service": service}
            assert trust.get("Condition") == condition
        # Policies of AWS's own can do far more than their names say.
        attached = resource["Properties"].get("ManagedPolicyArns", [])
        assert all(policy["Ref"] in template["Resources"] for policy in attached)
    for provider in resources(template, "AWS::IAM::OIDCProvider"):
        assert provider["Url"] == "https://token.actions.githubusercontent.com"
        assert provider["ClientIdList"] == ["sts.amazonaws.com"]


def test_policies_are_attached_to_known_roles(template: dict[str, Any]) -> None:
    for policy in resources(template, "AWS::IAM::Policy"):
        (role,) = policy["Roles"]
        assert not policy.keys() & {"Users", "Groups"}
        assert logical_id_path(role["Ref"]) in ("NetworkVpcFlowLogIAMRole", "PipelineRole")
        if logical_id_path(role["Ref"]) == "NetworkVpcFlowLogIAMRole":
            (statement,) = policy["PolicyDocument"]["Statement"]
            assert all(action.startswith("logs:") for action in statement["Action"])
            assert logical_id_path(statement["Resource"]["Fn::GetAtt"][0]) == "NetworkFlowLogGroup"


def test_the_database_is_reached_by_clients_and_they_reach_nothing_else(
    template: dict[str, Any],
) -> None:
    (ingress,) = resources(template, "AWS::EC2::SecurityGroupIngress")
    (egress,) = resources(template, "AWS::EC2::SecurityGroupEgress")
    for rule in (ingress, egress):
        assert (rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) == ("tcp", 5432, 5432)
        assert not rule.keys() & {"CidrIp", "CidrIpv6", "SourcePrefixListId"}
    assert egress["DestinationSecurityGroupId"] == ingress["GroupId"]
    assert egress["GroupId"] == ingress["SourceSecurityGroupId"]


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda e: e.name)
def test_rotation(assembly: Assembly, environment: Environment) -> None:
    template = assembly.template(environment.stack_name)
    (permission,) = resources(template, "AWS::Lambda::Permission")
    assert permission["Principal"] == "secretsmanager.amazonaws.com"
    assert permission["SourceAccount"] == {"Ref": "AWS::AccountId"}
    (function,) = (k for k, r in template["Resources"].items() if r["Type"].endswith("::Function"))
    days = environment.rotation_days
    for schedule in resources(template, "AWS::SecretsManager::RotationSchedule"):
        assert schedule["RotationLambdaARN"] == {"Fn::GetAtt": [function, "Arn"]}
        assert schedule["RotationRules"] == {"ScheduleExpression": f"rate({days} days)"}
        assert "RotateImmediatelyOnUpdate" not in schedule
    for secret in resources(template, "AWS::SecretsManager::Secret"):
        assert secret["GenerateSecretString"]["PasswordLength"] == 40
    variables = template["Resources"][function]["Properties"]["Environment"]["Variables"]
    assert variables.keys() == {"CLUSTER", "DATABASE", "MASTER_SECRET", "USERS"}
    users = "".join(
        logical_id_path(part["Ref"]) if isinstance(part, dict) else part
        for part in variables["USERS"]["Fn::Join"][1]
    )
    assert json.loads(users) == {"SecretsOwner": "dbtool_owner", "SecretsApplication": "app_user"}


def test_passwords_are_resolved_in_one_place_at_most(primary: dict[str, Any]) -> None:
    """The master user's of a global database, where RDS wants it from the template."""
    text = json.dumps(primary)
    (cluster,) = resources(primary, "AWS::RDS::DBCluster")
    assert text.count("{{resolve:") == ("MasterUserPassword" in cluster)
    assert primary["Parameters"].keys() == {"Repository"}


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda e: e.name)
def test_jobs(assembly: Assembly, environment: Environment) -> None:
    template = assembly.template(environment.stack_name)
    known = references(template, environment.stack_name)
    for name, commands in (
        ("Gate", ["dbtool gate"]),
        ("Migrate", ["dbtool migrate up", "dbtool policies apply"]),
    ):
        job = named(template, "CodeBuild::Project", f"Delivery{name}Project")
        assert job["ServiceRole"]["Fn::GetAtt"][0].startswith(f"Delivery{name}Role")
        build = json.loads(job["Source"]["BuildSpec"])["phases"]
        assert build == {"build": {"on-failure": "ABORT", "commands": commands}}
        assert known.text(job["Source"]["Location"]) == "https://github.com/example/hospitality.git"
        assert job["ConcurrentBuildLimit"] == 1
        assert job["LogsConfig"]["CloudWatchLogs"]["Status"] == "ENABLED"
        assert not job.keys() & {"Visibility", "BadgeEnabled", "Triggers", "VpcConfig"}
        assert "InsecureSsl" not in job["Source"]
        machine = job["Environment"]
        assert machine["PrivilegedMode"] is False
        # From this stack's own repository.
        assert "DeliveryImages" in json.dumps(machine["Image"])
        assert json.dumps(machine["Image"]).endswith(f':{environment.delivery.image_tag}"]]}}')
        variables = [variable["Name"] for variable in machine["EnvironmentVariables"]]
        # The gate can reach no database.
        assert variables == (["DATABASE_URL"] if name == "Migrate" else [])
