"""The CDK app: a stack for each region of each environment."""

from collections.abc import Iterable

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks

from .environment import Environment
from .secondary_stack import SecondaryStack
from .stack import DatabaseStack


def add_stacks(app: App, environments: Iterable[Environment]) -> None:
    """Lets the app refuse to synthesize what cdk-nag's AwsSolutions find fault with."""
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    for environment in environments:
        stack = DatabaseStack(app, environment)
        if environment.secondary_region:
            SecondaryStack(app, environment).add_stack_dependency(stack)
