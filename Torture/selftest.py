"""Shows that each check can fail: a dbtool that does what it must not has to be noticed."""

import os
import shutil

import checks
import trial
from bench import Bench, make_folder
from commands import COMMANDS
from faults import FAULTS
from places import HERE
from trial import LIBPQ, References, Trial

# What it does, to which command, and how the violation begins that has to be told.
CASES = [
    ("does nothing", "migrate up", "state:"),
    ("does nothing", "policies apply", "next run:"),
    ("hangs", "migrate status", "hang:"),
    ("fails without a word", "seed", "message:"),
    ("fails without advice", "seed", "message:"),
    ("finds what is not there", "policies check", "exit code:"),
    ("crashes", "seed", "crash:"),
    ("leaves a row", "verify-rls", "state:"),
    ("leaves an invalid index", "migrate up", "next run:"),
    ("forgets the ledger", "migrate up", "state:"),
    ("leaves a file", "schema dump", ("state:", "next run:")),
    ("shows the password", "migrate status", "secret:"),
    ("writes the password", "migrate status", "secret:"),
    ("leaves a session", "migrate status", "session:"),
    ("leaves a lock", "migrate status", "lock:"),
    ("leaves a server", "migrate up, throwaway", "server:"),
]


class Sabotaged(Bench):
    """A bench whose commands in trials are those of the saboteur."""

    how = None
    real = None

    def environment(self):
        psql = " ".join(self.cluster.psql("")[:-1])
        return super().environment() | (
            {"SABOTAGE": self.how, "DBTOOL": self.real, "PSQL": psql, "SERVERS": self.servers}
            if self.how
            else {}
        )


def run(dbtool):
    """Exit code 0 when each sabotage was noticed, and a good dbtool was not accused."""
    checks.PATIENCE = 2
    commands = {command.name: command for command in COMMANDS}
    folder = make_folder()
    bench = Sabotaged(dbtool, folder, 0)
    # Not where the servers of others are, who would remove what the saboteur leaves.
    checks.SERVERS = bench.servers = os.path.join(folder, "servers")
    missed = 0
    try:
        bench.make()
        for how, name, expected in [(None, "migrate up", None), *CASES]:
            references = References()
            subject = Trial(bench, commands[name], FAULTS[0], LIBPQ, "self-test", references)
            # Undisturbed it is the real one.
            bench.dbtool, bench.how = dbtool, None
            subject.folder = bench.project()
            references.of(subject)
            if how:
                bench.dbtool, bench.how, bench.real = os.path.join(HERE, "sabotage"), how, dbtool
            subject.environment = bench.environment()
            trial.LIMIT = 4 if how == "hangs" else 90
            subject.run()
            told = [text.splitlines()[0] for text in subject.violations]
            noticed = any(text.startswith(expected) for text in told) if expected else not told
            missed += not noticed
            what = f"a dbtool that {how}" if how else "a good dbtool"
            print(f"{'ok' if noticed else 'MISSED':<7} {what}, {name}: {'; '.join(told) or 'good'}")
    finally:
        bench.dbtool, bench.how = dbtool, None
        bench.close()
        shutil.rmtree(folder, ignore_errors=True)
    verdict = "ok" if not missed else "MISSED"
    print(f"{verdict:<7} {len(CASES) - missed} of {len(CASES)} sabotages noticed")
    return 1 if missed else 0
