"""What only a database in two regions needs, in the first of them."""

from aws_cdk import CfnDeletionPolicy, RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_rds as rds
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from .accepted import accept
from .cluster import ENGINE, MASTER_USER
from .environment import Environment


class GlobalDatabase(Construct):
    """The global database, and a secret for its master user, which RDS manages in one region only.

    Aurora manual, "Limitations for Secrets Manager integration".
    """

    def __init__(self, scope: Construct, id: str, environment: Environment, key: kms.IKey) -> None:
        super().__init__(scope, id)
        self.resource = rds.CfnGlobalCluster(
            self,
            "Resource",
            global_cluster_identifier=environment.cluster_identifier,
            engine=ENGINE,
            engine_version=environment.engine_version,
            storage_encrypted=True,
            deletion_protection=environment.protected,
        )
        policy = CfnDeletionPolicy.RETAIN if environment.protected else CfnDeletionPolicy.DELETE
        self.resource.cfn_options.deletion_policy = policy
        self.resource.cfn_options.update_replace_policy = policy
        self.master_secret = secretsmanager.Secret(
            self,
            "Master",
            description=f"The master user of dbtool's environment {environment.name}",
            encryption_key=key,
            generate_secret_string=secretsmanager.SecretStringGenerator(
                secret_string_template=f'{{"username":"{MASTER_USER}"}}',
                generate_string_key="password",
                exclude_punctuation=True,
                password_length=40,
            ),
            removal_policy=RemovalPolicy.RETAIN if environment.protected else RemovalPolicy.DESTROY,
        )
        accept(
            self.master_secret,
            "AwsSolutions-SMG4",
            "RDS cannot rotate it in a global database, and a rotation over the Data API would "
            "lock itself out half way: the README says how a person replaces it. Only the rotation "
            "function may read it.",
        )

    @property
    def master_password(self) -> str:
        """A reference that CloudFormation resolves; the template has no password in it."""
        return self.master_secret.secret_value_from_json("password").unsafe_unwrap()
