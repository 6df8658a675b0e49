"""The key of an environment, under which everything that holds data lies."""

from aws_cdk import ArnFormat, Aws, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from .environment import Environment


class Encryption(Construct):
    """One KMS key, replaced by KMS every year.

    Its policy lets the account's own IAM policies decide, and three services of AWS use it for the
    log groups, alarms and cost alerts of this account.
    """

    def __init__(self, scope: Construct, id: str, environment: Environment) -> None:
        super().__init__(scope, id)
        self.key = kms.Key(
            self,
            "Key",
            alias=f"alias/{environment.cluster_identifier}",
            description=f"Data of dbtool's environment {environment.name}",
            enable_key_rotation=True,
            # Snapshots and retained logs cannot be read without it.
            removal_policy=RemovalPolicy.RETAIN if environment.protected else RemovalPolicy.DESTROY,
        )
        self._serve_logs(environment)
        self._serve_notifications()

    def _serve_logs(self, environment: Environment) -> None:
        # CloudWatch Logs manual, "Encrypt log data using AWS KMS": the context names the log group.
        groups = [
            Stack.of(self).format_arn(
                service="logs",
                resource="log-group",
                resource_name=name,
                arn_format=ArnFormat.COLON_RESOURCE_NAME,
            )
            for name in (
                f"/aws/rds/cluster/{environment.cluster_identifier}/*",
                f"/aws/lambda/{environment.cluster_identifier}-*",
                f"/aws/codebuild/{environment.cluster_identifier}-*",
                f"/dbtool/{environment.name}/*",
            )
        ]
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="LogGroups",
                principals=[iam.ServicePrincipal(f"logs.{Stack.of(self).region}.amazonaws.com")],
                actions=[
                    "kms:Decrypt",
                    "kms:DescribeKey",
                    "kms:Encrypt",
                    "kms:GenerateDataKey*",
                    "kms:ReEncrypt*",
                ],
                resources=["*"],
                conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
            )
        )

    def _serve_notifications(self) -> None:
        # Alarms and cost alerts cannot publish to a topic whose key they may not use.
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="Notifications",
                principals=[
                    iam.ServicePrincipal("cloudwatch.amazonaws.com"),
                    iam.ServicePrincipal("costalerts.amazonaws.com"),
                ],
                actions=["kms:Decrypt", "kms:GenerateDataKey*"],
                resources=["*"],
                conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
            )
        )
