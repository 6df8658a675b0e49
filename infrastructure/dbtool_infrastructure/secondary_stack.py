"""The stack of an environment's second region."""

from aws_cdk import Aws
from constructs import Construct

from .access import Access, Database
from .cluster import Cluster
from .cost_inputs import cost_inputs
from .dashboard import Dashboard
from .database_secrets import APPLICATION, OWNER, secret_name
from .encryption import Encryption
from .environment import Environment
from .monitoring import Monitoring
from .network import Network
from .region_stack import RegionStack


class SecondaryStack(RegionStack):
    """A cluster that follows the first region's, ready to take over: README.md, "Two regions".

    It must be made after the first region's stack. The users' secrets are replicas that this one
    makes; the policies here name them.
    """

    def __init__(self, scope: Construct, environment: Environment) -> None:
        region = environment.secondary_region
        assert region, "an environment of one region has no second stack"
        super().__init__(
            scope,
            environment.secondary_stack_name,
            region,
            environment,
            f"Aurora PostgreSQL for dbtool: {environment.name}, the second region",
        )
        key = Encryption(self, "Encryption", environment).key
        network = Network(self, "Network", environment, key)
        cluster = Cluster(
            self,
            "Cluster",
            environment,
            network.vpc,
            key,
            # By name: the global database is another region's resource.
            global_cluster=environment.cluster_identifier,
            secondary=True,
        )
        access = Access(
            self,
            "Access",
            environment,
            Database(
                cluster.arn,
                self._replica(environment, OWNER),
                self._replica(environment, APPLICATION),
            ),
            # Replicas lie under aws/secretsmanager, whose own policy admits this account.
            None,
        )
        monitoring = Monitoring(self, "Monitoring", environment, cluster.identifier, key)
        monitoring.watch_cluster()
        monitoring.watch_operations()
        monitoring.watch_replication()
        Dashboard(self, "Dashboard", environment, self.stack_name, monitoring)
        for name, value, description in (
            ("ClusterArn", cluster.arn, "For the Data API, once the cluster is promoted"),
            ("OwnerSecretName", secret_name(environment, OWNER), "Of the user that migrates"),
            ("AppSecretName", secret_name(environment, APPLICATION), "Of the application's user"),
            ("DatabaseName", environment.database, "The database in the cluster"),
            ("Region", region, "Where all this is"),
            ("MetricNamespace", environment.metrics.namespace, "Of dbtool's metrics"),
            (
                "CostInputs",
                # Replicas are paid for as secrets are.
                cost_inputs(environment, region, alarms=monitoring.count, secrets=2),
                "What an estimate of costs needs",
            ),
            ("ClusterIdentifier", cluster.identifier, "For aws rds"),
            ("ClientSecurityGroup", cluster.client_group.security_group_id, "For TCP clients"),
            ("AlarmTopicArn", monitoring.topic.topic_arn, "Subscribe to it for alarms"),
            ("MigratorPolicyArn", access.migrator.managed_policy_arn, "For who migrates"),
            ("ApplicationPolicyArn", access.application.managed_policy_arn, "For applications"),
            ("ReadOnlyPolicyArn", access.read_only.managed_policy_arn, "For who looks on"),
        ):
            self.add_output(name, value, description)

    def _replica(self, environment: Environment, user: str) -> str:
        """A replica's ARN. Secrets Manager ends each with six characters of its own choice."""
        return (
            f"arn:{Aws.PARTITION}:secretsmanager:{self.region}:{Aws.ACCOUNT_ID}:secret:"
            f"{secret_name(environment, user)}-??????"
        )
