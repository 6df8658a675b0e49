"""The CDK app: a stack for each region of each environment."""

from collections.abc import Iterable

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks

from .environment import Environment
from .secondary_stack import SecondaryStack
from .stack import DatabaseStack


def make_app(environments: Iterable[Environment], outdir: str | None = None) -> App:
    """The app, which refuses to synthesize what cdk-nag's AwsSolutions find fault with."""
    app = App(outdir=outdir)
    add_stacks(app, environments)
    return app


def add_stacks(app: App, environments: Iterable[Environment]) -> None:
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    for environment in environments:
        stack = DatabaseStack(app, environment)
        if environment.secondary_region:
            SecondaryStack(app, environment).add_stack_dependency(stack)
