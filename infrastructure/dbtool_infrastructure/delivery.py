"""The jobs around a deploy: `dbtool gate` before it, `dbtool migrate up` after it."""

import json

from aws_cdk import Aws, Fn, RemovalPolicy, Stack
from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from .accepted import accept
from .access import Access
from .environment import Environment
from .log_groups import log_group
from .pipeline_access import PipelineAccess
from .statements import write_log

COMMANDS = {
    "gate": ["dbtool gate"],
    "migrate": ["dbtool migrate up", "dbtool policies apply"],
}


class Delivery(Construct):
    """Two CodeBuild projects outside the VPC, on an image of dbtool, started from GitHub.

    The gate runs on a throwaway PostgreSQL and may reach no database. The other one is the
    migrator, over the Data API.

    - Parameter database_url: The owner's database, as dbtool names it. It has no password in it.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        environment: Environment,
        access: Access,
        pipeline: PipelineAccess,
        database_url: str,
        key: kms.IKey,
    ) -> None:
        super().__init__(scope, id)
        self._environment, self._key = environment, key
        self._source = Fn.join("", ["https://github.com/", pipeline.repository, ".git"])
        self.images = ecr.Repository(
            self,
            "Images",
            repository_name=environment.cluster_identifier,
            image_tag_mutability=ecr.TagMutability.IMMUTABLE,
            image_scan_on_push=True,
            encryption=ecr.RepositoryEncryption.KMS,
            encryption_key=key,
            lifecycle_rules=[ecr.LifecycleRule(max_image_count=10)],
            removal_policy=RemovalPolicy.RETAIN if environment.protected else RemovalPolicy.DESTROY,
        )
        self._logs: list[str] = []
        self.gate = self._project("gate", {})
        self.migrate = self._project("migrate", {"DATABASE_URL": database_url}, access.migrator)
        self._let_start(pipeline.role)

    def _project(
        self, name: str, variables: dict[str, str], *policies: iam.IManagedPolicy
    ) -> codebuild.CfnProject:
        full_name = f"{self._environment.cluster_identifier}-{name}"
        log = log_group(
            self, f"{name.title()}Log", f"/aws/codebuild/{full_name}", self._environment, self._key
        )
        self._logs.append(log.log_group_arn)
        role = iam.Role(
            self,
            f"{name.title()}Role",
            assumed_by=iam.ServicePrincipal(
                "codebuild.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
            ),
            description=f"Runs {' and '.join(COMMANDS[name])}",
            managed_policies=list(policies),
            inline_policies={
                "Build": iam.PolicyDocument(statements=self._build_statements(log.log_group_arn))
            },
        )
        accept(
            role, "AwsSolutions-IAM5[Resource::*]", "ecr:GetAuthorizationToken knows no resources."
        )
        project = codebuild.CfnProject(
            self,
            f"{name.title()}Project",
            name=full_name,
            description=f"{' and '.join(COMMANDS[name])} for {self._environment.name}",
            service_role=role.role_arn,
            encryption_key=self._key.key_arn,
            # One migration at a time; dbtool has a lock too, and this says so sooner.
            concurrent_build_limit=1,
            timeout_in_minutes=60,
            source=codebuild.CfnProject.SourceProperty(
                type="GITHUB",
                location=self._source,
                git_clone_depth=0,
                build_spec=json.dumps(
                    {
                        "version": 0.2,
                        "phases": {"build": {"on-failure": "ABORT", "commands": COMMANDS[name]}},
                    }
                ),
                auth=self._source_auth(),
            ),
            artifacts=codebuild.CfnProject.ArtifactsProperty(type="NO_ARTIFACTS"),
            environment=codebuild.CfnProject.EnvironmentProperty(
                type="LINUX_CONTAINER",
                compute_type="BUILD_GENERAL1_SMALL",
                image=self.images.repository_uri_for_tag(self._environment.delivery.image_tag),
                image_pull_credentials_type="SERVICE_ROLE",
                privileged_mode=False,
                environment_variables=[
                    codebuild.CfnProject.EnvironmentVariableProperty(
                        name=variable, value=value, type="PLAINTEXT"
                    )
                    for variable, value in variables.items()
                ],
            ),
            logs_config=codebuild.CfnProject.LogsConfigProperty(
                cloud_watch_logs=codebuild.CfnProject.CloudWatchLogsConfigProperty(
                    status="ENABLED", group_name=log.log_group_name
                )
            ),
        )
        accept(
            project,
            "AwsSolutions-CB5",
            "The image is dbtool's, from this stack's own repository with immutable tags.",
        )
        return project

    def _source_auth(self) -> codebuild.CfnProject.SourceAuthProperty | None:
        connection = self._environment.delivery.connection
        if connection is None:
            return None
        return codebuild.CfnProject.SourceAuthProperty(type="CODECONNECTIONS", resource=connection)

    def _build_statements(self, log_group_arn: str) -> list[iam.PolicyStatement]:
        statements = [
            write_log(log_group_arn),
            iam.PolicyStatement(
                sid="Image",
                actions=[
                    "ecr:BatchCheckLayerAvailability",
                    "ecr:BatchGetImage",
                    "ecr:GetDownloadUrlForLayer",
                ],
                resources=[self.images.repository_arn],
            ),
            iam.PolicyStatement(
                sid="Registry", actions=["ecr:GetAuthorizationToken"], resources=["*"]
            ),
        ]
        if self._environment.delivery.connection:
            statements.append(
                iam.PolicyStatement(
                    sid="Source",
                    actions=[
                        "codeconnections:GetConnection",
                        "codeconnections:GetConnectionToken",
                        "codeconnections:UseConnection",
                    ],
                    resources=[self._environment.delivery.connection],
                )
            )
        return statements

    def _let_start(self, role: iam.Role) -> None:
        role.add_to_policy(
            iam.PolicyStatement(
                sid="Start",
                actions=["codebuild:BatchGetBuilds", "codebuild:StartBuild"],
                resources=[self.gate.attr_arn, self.migrate.attr_arn],
            )
        )
        role.add_to_policy(
            iam.PolicyStatement(
                sid="Follow",
                actions=["logs:GetLogEvents"],
                resources=self._logs,
            )
        )
        role.add_to_policy(
            iam.PolicyStatement(
                sid="Outputs",
                actions=["cloudformation:DescribeStacks"],
                resources=[Stack.of(self).stack_id],
            )
        )
