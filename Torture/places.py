"""Where things are, and the clean environment that programs get."""

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
HERE = os.path.join(ROOT, "Torture")
PROJECT = os.path.join(HERE, "project")
sys.path.append(os.path.join(ROOT, "Benchmarks"))

from common import ENVIRONMENT, RELEASE_BINARY, processor  # noqa: E402, F401


class CannotRun(Exception):
    """The torture itself does not work; nothing is said about dbtool."""
