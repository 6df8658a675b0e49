"""Who may do what: managed policies, to attach to roles of people, applications and pipelines."""

from dataclasses import dataclass

from aws_cdk import Aws, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from .accepted import accept
from .environment import Environment
from .statements import decrypt_secrets, publish_metrics, read_secret, use_data_api

NO_RESOURCES = (
    "PutMetricData, GetMetricData and ListMetrics know no resources; PutMetricData is held to the "
    "namespace by a condition."
)


@dataclass(frozen=True)
class Database:
    """What policies are about, as ARNs."""

    cluster: str
    owner_secret: str
    application_secret: str


class Access(Construct):
    """Three policies. The secret decides as which database user somebody comes: no condition of IAM
    can look into SQL, so each policy names one secret, and nobody's names the master user's.

    - Parameter key: The key of the secrets. None where they lie under AWS's own.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        environment: Environment,
        database: Database,
        key: kms.IKey | None,
    ) -> None:
        super().__init__(scope, id)
        self._environment, self._database = environment, database
        self.migrator = self._policy(
            "Migrator",
            "Migrates the database: everything that its owner may",
            [
                *self._use(database.owner_secret, key),
                # What `from-stack:` in dbtool.yaml asks.
                self._stack(["cloudformation:DescribeStacks"]),
            ],
        )
        self.application = self._policy(
            "Application",
            "Works as app_user, under row-level security",
            self._use(database.application_secret, key),
        )
        self.read_only = self._policy(
            "ReadOnly", "Sees how the database does, and no data", self._see()
        )
        stack = Stack.of(self)
        accept(
            self.read_only,
            f"AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:cloudwatch:{stack.region}:"
            f"<AWS::AccountId>:alarm:{stack.stack_name}-*]",
            "All alarms of this stack, which begin with its name.",
        )

    def _policy(
        self, id: str, description: str, statements: list[iam.PolicyStatement]
    ) -> iam.ManagedPolicy:
        policy = iam.ManagedPolicy(self, id, description=description, statements=statements)
        accept(policy, "AwsSolutions-IAM5[Resource::*]", NO_RESOURCES)
        return policy

    def _use(self, secret: str, key: kms.IKey | None) -> list[iam.PolicyStatement]:
        return [
            use_data_api(self._database.cluster),
            read_secret(secret),
            *([decrypt_secrets(key)] if key else []),
            publish_metrics(self._environment.metrics.namespace),
        ]

    def _stack(self, actions: list[str]) -> iam.PolicyStatement:
        return iam.PolicyStatement(
            sid="Stack", actions=actions, resources=[Stack.of(self).stack_id]
        )

    def _see(self) -> list[iam.PolicyStatement]:
        stack = Stack.of(self)
        return [
            iam.PolicyStatement(
                sid="Cluster",
                actions=["rds:DescribeDBClusters"],
                resources=[self._database.cluster],
            ),
            self._stack(
                ["cloudformation:DescribeStacks", "cloudformation:DescribeStackResources"]
            ),
            iam.PolicyStatement(
                sid="Dashboard",
                actions=["cloudwatch:GetDashboard"],
                resources=[
                    f"arn:{Aws.PARTITION}:cloudwatch::{Aws.ACCOUNT_ID}:dashboard/"
                    f"{stack.stack_name}"
                ],
            ),
            iam.PolicyStatement(
                sid="Alarms",
                actions=["cloudwatch:DescribeAlarms"],
                resources=[
                    f"arn:{Aws.PARTITION}:cloudwatch:{stack.region}:{Aws.ACCOUNT_ID}:alarm:"
                    f"{stack.stack_name}-*"
                ],
            ),
            iam.PolicyStatement(
                sid="Metrics",
                # Reading metrics knows no resources and no condition on the namespace.
                actions=["cloudwatch:GetMetricData", "cloudwatch:ListMetrics"],
                resources=["*"],
            ),
        ]
