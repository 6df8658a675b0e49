"""The commands that are tortured, and what is true of each when nothing goes wrong."""

import dataclasses
import os

# How far a database is when a command starts: each is made once and copied for each trial.
EMPTY, FOREIGN, BARE, MIGRATED, POLICED, SEEDED = (
    "empty", "foreign", "bare", "migrated", "policed", "seeded",
)  # fmt: skip

DATABASE = "database"
OWN_SERVER = "own server"


@dataclasses.dataclass(frozen=True)
class Command:
    """A command of dbtool, with all that a trial has to know of it."""

    name: str
    # {url} is that of the database, for options that take one.
    arguments: str
    # Which database it finds; None for one that has none.
    begins: str | None = SEEDED
    # DATABASE, OWN_SERVER or both: what a fault can hit.
    uses: frozenset = frozenset({DATABASE})
    # What it exits with when nothing goes wrong, and when it is run once more after that.
    code: int = 0
    again: frozenset = frozenset({0})
    # The command that finishes what was begun, where that is not the same one.
    recovery: str | None = None
    # Whether database and files stay as they were.
    reads: bool = False
    # Whether what it prints is the same each time, times apart.
    prints_the_same: bool = False
    # What the fault may bring besides 0 and 3: 4 for what proves, 1 for what reports failures.
    fails_with: frozenset = frozenset({3})
    # Edits the folder of the project before.
    edit: str | None = None

    def line(self, url):
        return [word.replace("{url}", url) for word in self.arguments.split()]

    def recovery_line(self, url):
        text = self.recovery or self.arguments
        return [word.replace("{url}", url) for word in text.split()]

    @property
    def has_database(self):
        return DATABASE in self.uses

    def prepare(self, folder):
        """Brings the folder of the project into the state in which the command has work."""
        if self.edit == "edited":
            with open(os.path.join(folder, "migrations/7_last.up.sql"), "a") as file:
                file.write("SELECT 1;\n")


BOTH = frozenset({DATABASE, OWN_SERVER})
OWN = frozenset({OWN_SERVER})
NONE = frozenset()
PROVES = frozenset({3, 4})

COMMANDS = [
    Command("migrate up", "migrate up", EMPTY),
    Command("migrate down", "migrate down --to 0", POLICED),
    Command("migrate redo", "migrate redo", MIGRATED, recovery="migrate up"),
    Command("migrate status", "migrate status --check", reads=True, prints_the_same=True),
    Command("migrate verify", "migrate verify", reads=True, prints_the_same=True),
    Command("migrate repair", "migrate repair --yes", MIGRATED, edit="edited"),
    # The second time the ledger is not empty any more.
    Command("migrate baseline", "migrate baseline 7 --yes", BARE, again=frozenset({0, 2})),
    Command("migrate adopt", "migrate adopt --yes", FOREIGN, again=frozenset({0, 2})),
    Command("migrate up --explain-locks", "migrate up --explain-locks", EMPTY, BOTH, reads=True),
    Command("migrate up --check-down", "migrate up --check-down", None, OWN, reads=True),
    Command("migrate up, throwaway", "migrate up --url ephemeral:", None, OWN, reads=True),
    Command("migrate squash", "migrate squash --yes", None, OWN, again=frozenset({0, 2})),
    Command("policies init", "policies init --dry-run", reads=True, prints_the_same=True),
    Command("policies plan", "policies plan", MIGRATED, reads=True, prints_the_same=True),
    # It probes while its locks keep others waiting, and would rightly give that up on a slow link.
    Command("policies apply", "policies apply --allow-loosening --lock-timeout 60s", MIGRATED),
    Command("policies check", "policies check", reads=True, prints_the_same=True),
    Command("seed", "seed", POLICED),
    Command("seed, made up", "seed --tenants 3 --rows 4000", POLICED),
    Command("seed plan", "seed plan --tenants 3 --rows 400", POLICED, reads=True,
            prints_the_same=True),
    Command("seed export", "seed export --tenant 1 --mask-seed s --output-folder out --overwrite"),
    # The second time there is no such tenant.
    Command("seed remove", "seed remove --tenant 1 --yes", again=frozenset({0, 2})),
    Command("schema dump", "schema dump", reads=True, prints_the_same=True),
    Command("schema diff", "schema diff", SEEDED, BOTH, reads=True),
    Command("verify-rls", "verify-rls", reads=True, fails_with=PROVES),
    Command("verify-rls --live", "verify-rls --live", reads=True, fails_with=PROVES),
    Command("verify-rls --mutate", "verify-rls --mutate", reads=True, fails_with=PROVES),
    Command("verify-rls --performance", "verify-rls --performance", reads=True, fails_with=PROVES),
    Command("gate", "gate --skip down --no-mutate", None, OWN, reads=True, fails_with=PROVES),
    Command("gate --target", "gate --skip down --skip locks --no-mutate --target {url}", SEEDED,
            BOTH, reads=True, fails_with=PROVES),
    Command("runs", "runs", reads=True),
    Command("doctor", "doctor", reads=True, fails_with=frozenset({1, 3})),
    Command("lint", "lint", None, NONE, reads=True, prints_the_same=True),
    Command("dev start", "dev start torture", None, OWN),
    Command("dev stop", "dev stop torture", None, OWN, edit="dev"),
    # Who is hit is the server, while `migrate up` goes through it.
    Command("data-api serve", "migrate up", EMPTY),
]  # fmt: skip
SERVED = "data-api serve"
