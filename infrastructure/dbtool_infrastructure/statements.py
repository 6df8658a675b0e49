"""Statements that more than one policy has."""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms


def use_data_api(cluster_arn: str) -> iam.PolicyStatement:
    """SQL, in transactions and batches. As which user is decided by the secret alone."""
    return iam.PolicyStatement(
        sid="DataApi",
        actions=[
            "rds-data:BatchExecuteStatement",
            "rds-data:BeginTransaction",
            "rds-data:CommitTransaction",
            "rds-data:ExecuteStatement",
            "rds-data:RollbackTransaction",
        ],
        resources=[cluster_arn],
    )


def read_secret(secret_arn: str) -> iam.PolicyStatement:
    """The Data API reads the secret with its caller's rights."""
    return iam.PolicyStatement(
        sid="Secret",
        actions=["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
        resources=[secret_arn],
    )


def decrypt_secrets(key: kms.IKey, *, writing: bool = False) -> iam.PolicyStatement:
    """The key, in the hands of Secrets Manager only."""
    region = Stack.of(key).region
    return iam.PolicyStatement(
        sid="SecretsKey",
        actions=["kms:Decrypt", *(["kms:GenerateDataKey"] if writing else [])],
        resources=[key.key_arn],
        conditions={"StringEquals": {"kms:ViaService": f"secretsmanager.{region}.amazonaws.com"}},
    )


def publish_metrics(namespace: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid="Metrics",
        actions=["cloudwatch:PutMetricData"],
        # The action knows no resources; its condition is the limit.
        resources=["*"],
        conditions={"StringEquals": {"cloudwatch:namespace": namespace}},
    )


def write_log(log_group_arn: str) -> iam.PolicyStatement:
    """A log group that is there: nobody makes one."""
    return iam.PolicyStatement(
        sid="Log",
        actions=["logs:CreateLogStream", "logs:PutLogEvents"],
        resources=[log_group_arn],
    )
