"""What the stacks of an environment have in common."""

from aws_cdk import (
    Aws,
    CfnOutput,
    CfnRule,
    CfnRuleAssertion,
    DefaultStackSynthesizer,
    Fn,
    Stack,
    Tags,
)
from aws_cdk import Environment as AwsEnvironment
from constructs import Construct

from .cost_watch import TAG
from .environment import Environment


class RegionStack(Stack):
    """A stack for one region that `aws cloudformation deploy` can make without more ado.

    It has no assets, asks for no bootstrapping, and refuses every other region.
    """

    def __init__(
        self, scope: Construct, name: str, region: str, environment: Environment, description: str
    ) -> None:
        super().__init__(
            scope,
            name,
            env=AwsEnvironment(region=region),
            description=description,
            termination_protection=environment.protected,
            synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
        )
        # cfn-lint and CloudFormation disagree with CDK on tags of a dashboard.
        Tags.of(self).add(
            TAG, environment.name, exclude_resource_types=["AWS::CloudWatch::Dashboard"]
        )
        CfnRule(
            self,
            "RightRegion",
            assertions=[
                CfnRuleAssertion(
                    assert_=Fn.condition_equals(Aws.REGION, region),
                    assert_description=f"This template is for {region}",
                )
            ],
        )

    def add_output(self, name: str, value: str, description: str) -> None:
        CfnOutput(self, name, value=value, description=description)
