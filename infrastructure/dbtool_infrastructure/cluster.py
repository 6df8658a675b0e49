"""The Aurora PostgreSQL cluster."""

from aws_cdk import CfnDeletionPolicy, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_rds as rds
from constructs import Construct

from .accepted import accept
from .environment import Environment
from .log_groups import log_group

ENGINE = "aurora-postgresql"
PORT = 5432
MASTER_USER = "dbtool_master"

# Days: Database Insights asks for 15 months in its advanced mode, 7 are free in the other.
_INSIGHTS_DAYS = {"standard": 7, "advanced": 465}
_STORAGE_TYPES = {"standard": "aurora", "io-optimized": "aurora-iopt1"}
_PARAMETERS = {
    "rds.force_ssl": "1",
    "password_encryption": "scram-sha-256",
    "shared_preload_libraries": "pg_stat_statements,pgaudit",
    # Definitions and roles. Unlike log_statement, pgaudit leaves passwords out.
    "pgaudit.log": "ddl,role",
    "log_min_duration_statement": "1000",
    "log_lock_waits": "1",
    # A transaction that its client forgot holds its locks no longer than five minutes.
    "idle_in_transaction_session_timeout": "300000",
}


class Cluster(Construct):
    """Serverless v2 instances: a writer and readers, encrypted, reached by TLS and the Data API.

    The L1 constructs are used because the secondary cluster of a global database has no L2 one,
    and both are to be alike.

    - Parameter master_password: None lets RDS manage the master user's secret.
    - Parameter global_cluster: The global database that the cluster belongs to.
    - Parameter secondary: Whether it follows another region's cluster, with that one's users.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        environment: Environment,
        vpc: ec2.IVpc,
        key: kms.IKey,
        *,
        master_password: str | None = None,
        global_cluster: str | None = None,
        secondary: bool = False,
    ) -> None:
        super().__init__(scope, id)
        self._environment, self._key = environment, key
        self.security_group, self.client_group = self._security_groups(vpc)
        identifier = environment.cluster_identifier
        log = log_group(self, "Log", f"/aws/rds/cluster/{identifier}/postgresql", environment, key)
        self.resource = rds.CfnDBCluster(
            self,
            "Resource",
            # Fixed, because the name of the log group comes of it.
            db_cluster_identifier=identifier,
            engine=ENGINE,
            engine_version=environment.engine_version,
            global_cluster_identifier=global_cluster,
            database_name=None if secondary else environment.database,
            master_username=None if secondary else MASTER_USER,
            master_user_password=master_password,
            manage_master_user_password=True if not secondary and not master_password else None,
            master_user_secret=(
                rds.CfnDBCluster.MasterUserSecretProperty(kms_key_id=key.key_arn)
                if not secondary and not master_password
                else None
            ),
            port=PORT,
            db_subnet_group_name=self._subnet_group(vpc).ref,
            vpc_security_group_ids=[self.security_group.security_group_id],
            db_cluster_parameter_group_name=self._parameter_group().ref,
            serverless_v2_scaling_configuration=self._scaling(),
            storage_type=_STORAGE_TYPES[environment.storage],
            storage_encrypted=True,
            kms_key_id=key.key_arn,
            # A secondary cluster has no Data API until it is promoted: README.md, "Two regions".
            enable_http_endpoint=not secondary,
            enable_iam_database_authentication=True,
            enable_cloudwatch_logs_exports=["postgresql"],
            database_insights_mode=environment.insights,
            performance_insights_enabled=True,
            performance_insights_kms_key_id=key.key_arn,
            performance_insights_retention_period=_INSIGHTS_DAYS[environment.insights],
            backup_retention_period=environment.backup_days,
            preferred_backup_window="02:00-02:30",
            preferred_maintenance_window="sun:03:00-sun:03:30",
            copy_tags_to_snapshot=True,
            # A long-term support minor is chosen on purpose.
            auto_minor_version_upgrade=False,
            deletion_protection=environment.protected,
        )
        self.resource.node.add_dependency(log)
        policy = CfnDeletionPolicy.SNAPSHOT if environment.protected else CfnDeletionPolicy.DELETE
        self.resource.cfn_options.deletion_policy = policy
        self.resource.cfn_options.update_replace_policy = CfnDeletionPolicy.SNAPSHOT
        if not environment.protected:
            accept(
                self.resource,
                "AwsSolutions-RDS10",
                "An environment that is made to be thrown away.",
            )
        self.instances = [self._instance(number) for number in range(1 + environment.readers)]

    @property
    def identifier(self) -> str:
        return self.resource.ref

    @property
    def arn(self) -> str:
        return self.resource.attr_db_cluster_arn

    @property
    def managed_master_secret_arn(self) -> str:
        """The secret that RDS made, unless a password was given."""
        return self.resource.attr_master_user_secret_secret_arn

    def _security_groups(self, vpc: ec2.IVpc) -> tuple[ec2.SecurityGroup, ec2.SecurityGroup]:
        clients = ec2.SecurityGroup(
            self,
            "ClientGroup",
            vpc=vpc,
            description="May reach PostgreSQL, and nothing else",
            allow_all_outbound=False,
        )
        database = ec2.SecurityGroup(
            self,
            "Group",
            vpc=vpc,
            description="PostgreSQL from its clients",
            allow_all_outbound=False,
        )
        database.add_ingress_rule(clients, ec2.Port.tcp(PORT), "PostgreSQL from its clients")
        clients.add_egress_rule(database, ec2.Port.tcp(PORT), "PostgreSQL")
        return database, clients

    def _subnet_group(self, vpc: ec2.IVpc) -> rds.CfnDBSubnetGroup:
        return rds.CfnDBSubnetGroup(
            self,
            "Subnets",
            db_subnet_group_description=f"Isolated subnets of {Stack.of(self).stack_name}",
            subnet_ids=[subnet.subnet_id for subnet in vpc.isolated_subnets],
        )

    def _parameter_group(self) -> rds.CfnDBClusterParameterGroup:
        return rds.CfnDBClusterParameterGroup(
            self,
            "Parameters",
            description=f"Parameters of {Stack.of(self).stack_name}",
            family=f"{ENGINE}{self._environment.engine_major}",
            parameters=_PARAMETERS,
        )

    def _scaling(self) -> rds.CfnDBCluster.ServerlessV2ScalingConfigurationProperty:
        capacity = self._environment.capacity
        pause = capacity.pause_after_minutes
        return rds.CfnDBCluster.ServerlessV2ScalingConfigurationProperty(
            min_capacity=capacity.minimum,
            max_capacity=capacity.maximum,
            seconds_until_auto_pause=None if pause is None else pause * 60,
        )

    def _instance(self, number: int) -> rds.CfnDBInstance:
        instance = rds.CfnDBInstance(
            self,
            "Writer" if number == 0 else f"Reader{number}",
            db_cluster_identifier=self.resource.ref,
            db_instance_class="db.serverless",
            engine=ENGINE,
            publicly_accessible=False,
            # Readers of tier 1 are kept as large as the writer, to take over from it.
            promotion_tier=min(number, 1),
            enable_performance_insights=True,
            performance_insights_kms_key_id=self._key.key_arn,
            performance_insights_retention_period=_INSIGHTS_DAYS[self._environment.insights],
            auto_minor_version_upgrade=False,
        )
        # Instances cannot have snapshots of their own, and the cluster has the data.
        instance.cfn_options.deletion_policy = CfnDeletionPolicy.DELETE
        instance.cfn_options.update_replace_policy = CfnDeletionPolicy.DELETE
        return instance
