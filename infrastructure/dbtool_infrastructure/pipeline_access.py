"""How a pipeline on GitHub comes into the account: by OpenID Connect, without a stored key."""

from aws_cdk import Aws, CfnParameter
from aws_cdk import aws_iam as iam
from constructs import Construct

from .environment import Environment
from .environment_file import REPOSITORY

ISSUER = "token.actions.githubusercontent.com"


class PipelineAccess(Construct):
    """A role for the jobs of one environment of one repository.

    Which jobs belong to the environment is decided on GitHub: protect it there.
    """

    def __init__(self, scope: Construct, id: str, environment: Environment) -> None:
        super().__init__(scope, id)
        parameter = CfnParameter(
            self,
            "Repository",
            description="The repository on GitHub that delivers to this environment, as owner/name",
            # Without a default on purpose: a made-up owner could be somebody.
            default=environment.delivery.repository,
            allowed_pattern=f"^{REPOSITORY.pattern}$",
            constraint_description="owner/name of a repository on GitHub, without a wildcard",
        )
        parameter.override_logical_id("Repository")
        self.repository = parameter.value_as_string
        self.role = iam.Role(
            self,
            "Role",
            description=f"Jobs of the environment {environment.name} on GitHub",
            assumed_by=iam.WebIdentityPrincipal(
                self._provider(environment.delivery.oidc_provider),
                {
                    "StringEquals": {
                        f"{ISSUER}:aud": "sts.amazonaws.com",
                        f"{ISSUER}:sub": f"repo:{self.repository}:environment:{environment.name}",
                    }
                },
            ),
        )

    def _provider(self, choice: str) -> str:
        if choice == "existing":
            return f"arn:{Aws.PARTITION}:iam::{Aws.ACCOUNT_ID}:oidc-provider/{ISSUER}"
        return iam.CfnOIDCProvider(
            self, "Provider", url=f"https://{ISSUER}", client_id_list=["sts.amazonaws.com"]
        ).attr_arn
