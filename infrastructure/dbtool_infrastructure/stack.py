"""The stack of an environment."""

from constructs import Construct

from .access import Access, Database
from .cluster import Cluster
from .cost_inputs import cost_inputs
from .cost_watch import CostWatch
from .dashboard import Dashboard
from .database_secrets import DatabaseSecrets
from .delivery import Delivery
from .encryption import Encryption
from .environment import Environment
from .global_database import GlobalDatabase
from .monitoring import PERIOD, Monitoring
from .network import Network
from .pipeline_access import PipelineAccess
from .region_stack import RegionStack
from .rotation import Rotation


class DatabaseStack(RegionStack):
    """Everything of one environment in its region."""

    def __init__(self, scope: Construct, environment: Environment) -> None:
        super().__init__(
            scope,
            environment.stack_name,
            environment.region,
            environment,
            f"Aurora PostgreSQL for dbtool: {environment.name}",
        )
        key = Encryption(self, "Encryption", environment).key
        network = Network(self, "Network", environment, key)
        world = (
            GlobalDatabase(self, "Global", environment, key)
            if environment.secondary_region
            else None
        )
        cluster = Cluster(
            self,
            "Cluster",
            environment,
            network.vpc,
            key,
            master_password=world.master_password if world else None,
            global_cluster=world.resource.ref if world else None,
        )
        secrets = DatabaseSecrets(self, "Secrets", environment, key)
        rotation = Rotation(
            self,
            "Rotation",
            environment,
            cluster,
            world.master_secret.secret_arn if world else cluster.managed_master_secret_arn,
            secrets,
            key,
        )
        access = Access(
            self,
            "Access",
            environment,
            Database(cluster.arn, secrets.owner.secret_arn, secrets.application.secret_arn),
            key,
        )
        pipeline = PipelineAccess(self, "Pipeline", environment)
        owner_url = (
            f"data-api://?cluster={cluster.arn}&secret={secrets.owner.secret_arn}"
            f"&database={environment.database}"
        )
        delivery = Delivery(self, "Delivery", environment, access, pipeline, owner_url, key)
        monitoring = Monitoring(self, "Monitoring", environment, cluster.identifier, key)
        monitoring.watch_cluster()
        monitoring.watch_operations()
        monitoring.watch_rotation(rotation.function.metric_errors(period=PERIOD))
        Dashboard(self, "Dashboard", environment, self.stack_name, monitoring)
        CostWatch(self, "CostWatch", environment, monitoring.topic)

        # The first six are read by `dbtool config from-stack`, CostInputs by `dbtool cost`.
        for name, value, description in (
            ("ClusterArn", cluster.arn, "For the Data API"),
            ("OwnerSecretArn", secrets.owner.secret_arn, "Of the user that migrates"),
            ("AppSecretArn", secrets.application.secret_arn, "Of the application's user"),
            ("DatabaseName", environment.database, "The database in the cluster"),
            ("Region", environment.region, "Where all this is"),
            ("MetricNamespace", environment.metrics.namespace, "Of dbtool's metrics"),
            (
                "CostInputs",
                # The two users and the master user have a secret each.
                cost_inputs(environment, environment.region, alarms=monitoring.count, secrets=3),
                "What an estimate of costs needs",
            ),
            ("ClusterIdentifier", cluster.identifier, "For aws rds"),
            ("ClientSecurityGroup", cluster.client_group.security_group_id, "For TCP clients"),
            ("AlarmTopicArn", monitoring.topic.topic_arn, "Subscribe to it for alarms"),
            ("MigratorPolicyArn", access.migrator.managed_policy_arn, "For who migrates"),
            ("ApplicationPolicyArn", access.application.managed_policy_arn, "For applications"),
            ("ReadOnlyPolicyArn", access.read_only.managed_policy_arn, "For who looks on"),
            ("PipelineRoleArn", pipeline.role.role_arn, "For jobs on GitHub"),
            ("ImageRepositoryUri", delivery.images.repository_uri, "Where dbtool's image goes"),
            ("GateProject", delivery.gate.ref, "The job before a deploy"),
            ("MigrateProject", delivery.migrate.ref, "The job after it"),
        ):
            self.add_output(name, value, description)
