"""The secrets of the two users of the database."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from .environment import Environment

OWNER = "dbtool_owner"
"""Runs migrations and owns the database."""
APPLICATION = "app_user"
"""Is the application: owns nothing, and row-level security holds for it."""


class DatabaseSecrets(Construct):
    """A secret for each user, with a password that no server knows until the first rotation."""

    def __init__(self, scope: Construct, id: str, environment: Environment, key: kms.IKey) -> None:
        super().__init__(scope, id)
        self._environment, self._key = environment, key
        self.owner = self._secret("Owner", OWNER)
        self.application = self._secret("Application", APPLICATION)

    def _secret(self, id: str, user: str) -> secretsmanager.Secret:
        region = self._environment.secondary_region
        return secretsmanager.Secret(
            self,
            id,
            # Fixed, so that a secondary region's policies can name its replica.
            secret_name=secret_name(self._environment, user),
            description=f"The user {user} of dbtool's environment {self._environment.name}",
            encryption_key=self._key,
            generate_secret_string=secretsmanager.SecretStringGenerator(
                secret_string_template=f'{{"username":"{user}"}}',
                generate_string_key="password",
                exclude_punctuation=True,
                password_length=40,
            ),
            # The replica lies under the other region's aws/secretsmanager key: a key of our own
            # there would have to be made before the stack that the replica is made before.
            replica_regions=[secretsmanager.ReplicaRegion(region=region)] if region else None,
            removal_policy=(
                RemovalPolicy.RETAIN if self._environment.protected else RemovalPolicy.DESTROY
            ),
        )


def secret_name(environment: Environment, user: str) -> str:
    return f"{environment.cluster_identifier}/{user}"
