"""Alarms, and the topic that they are told to."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from .environment import Environment

PERIOD = Duration.minutes(5)


class Monitoring(Construct):
    """A topic, and alarms on the cluster and on what dbtool and applications report.

    Where there are no data nothing is wrong: a paused cluster reports none.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        environment: Environment,
        cluster_identifier: str,
        key: kms.IKey,
    ) -> None:
        super().__init__(scope, id)
        self._environment, self._cluster = environment, cluster_identifier
        self.count = 0
        self.topic = sns.Topic(
            self,
            "Topic",
            display_name=f"dbtool {environment.name}",
            master_key=key,
            enforce_ssl=True,
        )
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="Alarms",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            )
        )
        for email in environment.alarms.emails:
            self.topic.add_subscription(subscriptions.EmailSubscription(email))

    def watch_cluster(self) -> None:
        alarms = self._environment.alarms
        self._alarm(
            "Capacity",
            self.cluster_metric("ACUUtilization"),
            90,
            3,
            "The cluster is near its maximum of capacity units",
        )
        self._alarm(
            "Cpu",
            self.cluster_metric("CPUUtilization"),
            80,
            3,
            "Processors are busy, counted at the maximum of capacity units",
        )
        self._alarm(
            "Connections",
            self.cluster_metric("DatabaseConnections", "Maximum"),
            alarms.connections,
            1,
            "Too many connections",
        )
        self._alarm(
            "Deadlocks",
            self.cluster_metric("Deadlocks", "Sum"),
            0,
            1,
            "Transactions waited for each other",
        )

    def watch_operations(self) -> None:
        alarms = self._environment.alarms
        self._alarm(
            "FailedOperations",
            # StatusClass of docs/metrics.md: few values, so one alarm sees all tenants.
            cloudwatch.MathExpression(
                expression="FILL(server, 0) + FILL(timeout, 0) + FILL(conflict, 0)",
                using_metrics={
                    name.lower(): self.error_metric(name)
                    for name in ("Server", "Timeout", "Conflict")
                },
                label="Failed operations",
                period=PERIOD,
            ),
            alarms.failed_operations,
            1,
            "Operations failed by the server's fault, ran out of time or met each other",
        )
        self._alarm(
            "DeniedOperations",
            self.error_metric("Denied"),
            0,
            1,
            "Somebody tried what policies or privileges forbid",
        )

    def watch_rotation(self, errors: cloudwatch.Metric) -> None:
        self._alarm("Rotation", errors, 0, 1, "A password could not be replaced")

    def watch_replication(self) -> None:
        self._alarm(
            "ReplicationLag",
            # By which dimensions RDS tells this metric apart is not documented. The query asks for
            # it whatever they are, and so for every global database that this region follows.
            cloudwatch.MathExpression(
                expression='SELECT MAX(AuroraGlobalDBReplicationLag) FROM "AWS/RDS"',
                using_metrics={},
                label="Replication lag, ms",
                period=PERIOD,
            ),
            5_000,
            3,
            "The second region is more than 5 s behind",
        )

    def cluster_metric(self, name: str, statistic: str = "Average") -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace="AWS/RDS",
            metric_name=name,
            dimensions_map={"DBClusterIdentifier": self._cluster},
            statistic=statistic,
            period=PERIOD,
        )

    def error_metric(self, status_class: str) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace=self._environment.metrics.namespace,
            metric_name="DatabaseOperationError",
            dimensions_map={"StatusClass": status_class},
            statistic="Sum",
            period=PERIOD,
            label=status_class,
        )

    def _alarm(
        self, id: str, metric: cloudwatch.IMetric, above: float, periods: int, description: str
    ) -> None:
        self.count += 1
        alarm = cloudwatch.Alarm(
            self,
            id,
            # Begins with the stack's name, by which the read-only policy finds it.
            alarm_name=f"{Stack.of(self).stack_name}-{id}",
            alarm_description=description,
            metric=metric,
            threshold=above,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=periods,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        action = actions.SnsAction(self.topic)
        alarm.add_alarm_action(action)
        alarm.add_ok_action(action)
