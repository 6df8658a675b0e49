"""The function that replaces the passwords of the database's users."""

from pathlib import Path

from aws_cdk import Aws, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from .cluster import Cluster
from .database_secrets import APPLICATION, OWNER, DatabaseSecrets
from .environment import Environment
from .log_groups import log_group
from .statements import decrypt_secrets, write_log

HANDLER = Path(__file__).parent / "rotation_handler.py"


class Rotation(Construct):
    """Rotates both secrets over the Data API, from outside the VPC, and so without endpoints.

    The first rotation begins when the stack is made and makes the users.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        environment: Environment,
        cluster: Cluster,
        master_secret_arn: str,
        secrets: DatabaseSecrets,
        key: kms.IKey,
    ) -> None:
        super().__init__(scope, id)
        function_name = f"{environment.cluster_identifier}-rotation"
        log = log_group(self, "Log", f"/aws/lambda/{function_name}", environment, key)
        arns = [secrets.owner.secret_arn, secrets.application.secret_arn]
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=function_name,
            description="Replaces the passwords of the database's users",
            runtime=lambda_.Runtime.PYTHON_3_14,
            handler="index.handler",
            code=lambda_.Code.from_inline(HANDLER.read_text()),
            # A paused cluster takes its time to wake up.
            timeout=Duration.minutes(5),
            memory_size=256,
            log_group=log,
            role=self._role(cluster, master_secret_arn, arns, key, log.log_group_arn),
            environment_encryption=key,
            environment={
                "CLUSTER": cluster.arn,
                "DATABASE": environment.database,
                "MASTER_SECRET": master_secret_arn,
                "USERS": Stack.of(self).to_json_string(dict(zip(arns, (OWNER, APPLICATION)))),
            },
        )
        # The function refers to its role; CDK names it among DependsOn as well, cfn-lint W3005.
        resource = self.function.node.default_child
        assert isinstance(resource, lambda_.CfnFunction)
        resource.add_deletion_override("DependsOn")
        permission = lambda_.CfnPermission(
            self,
            "Permission",
            action="lambda:InvokeFunction",
            function_name=self.function.function_arn,
            principal="secretsmanager.amazonaws.com",
            source_account=Aws.ACCOUNT_ID,
        )
        for name, secret in (("Owner", secrets.owner), ("Application", secrets.application)):
            schedule = secretsmanager.CfnRotationSchedule(
                self,
                f"{name}Schedule",
                secret_id=secret.secret_arn,
                rotation_lambda_arn=self.function.function_arn,
                rotation_rules=secretsmanager.CfnRotationSchedule.RotationRulesProperty(
                    schedule_expression=(
                        f"rate({environment.rotation_days} days)"
                        if environment.rotation_days > 1
                        else "rate(1 day)"
                    )
                ),
            )
            # The first rotation begins at once, and needs a server and the right to be called.
            for needed in (permission, *cluster.instances):
                schedule.node.add_dependency(needed)

    def _role(
        self,
        cluster: Cluster,
        master_secret_arn: str,
        secret_arns: list[str],
        key: kms.IKey,
        log_group_arn: str,
    ) -> iam.Role:
        statements = [
            write_log(log_group_arn),
            iam.PolicyStatement(
                sid="OwnSecrets",
                actions=[
                    "secretsmanager:DescribeSecret",
                    "secretsmanager:GetSecretValue",
                    "secretsmanager:PutSecretValue",
                    "secretsmanager:UpdateSecretVersionStage",
                ],
                resources=secret_arns,
            ),
            iam.PolicyStatement(
                sid="MasterSecret",
                actions=["secretsmanager:GetSecretValue"],
                resources=[master_secret_arn],
            ),
            iam.PolicyStatement(
                sid="Database",
                actions=[
                    "rds-data:BeginTransaction",
                    "rds-data:CommitTransaction",
                    "rds-data:ExecuteStatement",
                ],
                resources=[cluster.arn],
            ),
            decrypt_secrets(key, writing=True),
        ]
        return iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description="Rotates the passwords of the database's users",
            inline_policies={"Rotation": iam.PolicyDocument(statements=statements)},
        )
