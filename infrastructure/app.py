#!/usr/bin/env python3
"""Writes a template for each environment of `environments/`, or for one: `cdk synth -c env=dev`."""

import os
import sys
from pathlib import Path

from aws_cdk import App

from dbtool_infrastructure.application import add_stacks
from dbtool_infrastructure.environment_file import read_environment
from dbtool_infrastructure.fields import EnvironmentFileError

# Relative, as people name files.
ENVIRONMENTS = Path(os.path.relpath(Path(__file__).parent)) / "environments"


def main() -> int:
    app = App(outdir=os.environ.get("CDK_OUTDIR"))
    chosen = app.node.try_get_context("env")
    files = [ENVIRONMENTS / f"{chosen}.yaml"] if chosen else sorted(ENVIRONMENTS.glob("*.yaml"))
    try:
        if any(file.parent != ENVIRONMENTS for file in files):
            raise EnvironmentFileError(f"{files[0]}: it must lie in {ENVIRONMENTS}/ itself")
        add_stacks(app, [read_environment(file) for file in files])
    except EnvironmentFileError as error:
        print(f"infrastructure: {error}", file=sys.stderr)
        return 2
    app.synth()
    return 0


if __name__ == "__main__":
    sys.exit(main())
