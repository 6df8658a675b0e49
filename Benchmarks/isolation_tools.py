"""The peers of verify-rls, timed on one database: each gives the seconds of its whole command, how many
probes it ran (None: it reads, and runs none), and what it said."""

import json
import os
import re
import shutil
import tempfile

import common
import tenant_schema
from common import CannotMeasure

ROLE = "authenticated"  # the only name besides anon that rlsautotest takes for an application's
SETTING = "request.jwt.claim.tenant_id"  # rlsgrid sets no other

RLSGRID = f"""[connection]
url = "env:DATABASE_URL"
schema_search_path = ["public"]
[tenancy]
mode = "jwt"
tenant_column = "tenant_id"
jwt_shape = "individual"
jwt_claims = {{ tenant_id = "{{tenant_id}}" }}
[roles]
{ROLE} = "application"
[fuzz]
iterations = """


class Place:
    """A database of `tables` tables, and the same one in the other dialects."""

    def __init__(self, server, tables):
        self.server, self.tables = server, tables
        self.database = self.make("as people write it", f"tables_{tables}")
        self.plain = None

    def make(self, dialect, name):
        self.server.create_database(name)
        self.server.execute(tenant_schema.sql(self.tables, ROLE, SETTING, dialect), name)
        return name

    def url(self, plain=False):
        if plain and not self.plain:
            self.plain = self.make("plain", f"plain_{self.tables}")
        return self.server.url(self.plain if plain else self.database)


class RLSGrid:
    name, package = "rlsgrid fuzz", "rlsgrid"
    commands = [["rlsgrid", "fuzz", "--tenants", "2", "--json"]]

    def run(self, binaries, place, probes, limit):
        """As many iterations as dbtool ran probes. Those that it skips are none."""
        with tempfile.TemporaryDirectory() as directory:
            with open(os.path.join(directory, "rlsgrid.toml"), "w", encoding="utf-8") as file:
                file.write(f"{RLSGRID}{probes}\n")
            output, seconds = common.timed(
                in_folder(binaries, self.commands[0]), directory=directory, accepted=(0, 1),
                timeout=limit, environment={"DATABASE_URL": place.url()},
            )  # fmt: skip
        report = json.loads(output)
        ran = report["iterations"] - report["skipped"]
        return seconds, ran, f"{report['skipped']:,} of {probes:,} probes skipped"


class RLSAutotest:
    name, package = "rlsautotest, pg_prove", "rlsautotest"
    commands = [
        ["rlsautotest", "--schema", "public", "--no-helpers", "--emit", "DIRECTORY", "--db-url",
         "postgres://…"],
        ["pg_prove", "--recurse", "--ext", ".sql", "DIRECTORY/tests"],
    ]  # fmt: skip

    @staticmethod
    def is_there(server):
        return shutil.which("pg_prove") and server.execute(
            "SELECT 1 FROM pg_available_extensions WHERE name = 'pgtap'"
        )

    def run(self, binaries, place, probes, limit):
        """Writing the tests, and running them."""
        server = place.server
        server.execute("CREATE EXTENSION IF NOT EXISTS pgtap", place.database)
        connection = {"PGHOST": server.host, "PGPORT": str(server.port), "PGUSER": server.user,
                      "PGDATABASE": place.database, "PATH": os.environ["PATH"]}  # fmt: skip
        with tempfile.TemporaryDirectory() as directory:
            command = [*self.commands[0][:5], directory, "--db-url", place.url()]
            _, writing = common.timed(
                in_folder(binaries, command), directory=directory, timeout=limit
            )
            output, running = common.timed(
                ["pg_prove", "--recurse", "--ext", ".sql", os.path.join(directory, "tests")],
                directory=directory, accepted=(0, 1), environment=connection,
                timeout=max(limit - writing, 1),
            )  # fmt: skip
        tests = re.search(r"Files=\d+, Tests=(\d+)", output)
        if not tests:
            raise CannotMeasure(f"pg_prove did not say how many tests it ran:\n{output[-2000:]}")
        return writing + running, int(tests[1]), f"pg_prove alone {running:.1f} s"


class PGRLS:
    """Proves by Z3 that no tenant reads another one's rows; it reads the plain dialect."""

    name, package = "pgrls verify", "pgrls"
    commands = [
        ["pgrls", "verify", "--schemas", "public", "--mode", "cross-tenant", "--format", "json"]
    ]

    def run(self, binaries, place, probes, limit):
        output, seconds = common.timed(
            in_folder(binaries, self.commands[0]), accepted=(0, 1), timeout=limit,
            environment={"DATABASE_URL": place.url(plain=True)},
        )  # fmt: skip
        verdicts = [table["verdict"] for table in json.loads(output)["tables"]]
        return seconds, None, f"{verdicts.count('isolated')} of {len(verdicts)} tables proven"


class PGRLSLint(PGRLS):
    name = "pgrls lint"
    commands = [["pgrls", "lint", "--schemas", "public", "--format", "json"]]

    def run(self, binaries, place, probes, limit):
        output, seconds = common.timed(
            in_folder(binaries, self.commands[0]), accepted=(0, 1), timeout=limit,
            environment={"DATABASE_URL": place.url(plain=True)},
        )  # fmt: skip
        return seconds, None, f"{len(json.loads(output)['violations']):,} remarks"


class Trespass:
    """Reads the SQL alone, in Supabase's dialect."""

    name, package = "trespass check", "trespass-rls"
    commands = [["trespass", "check", "--json", "schema.sql"]]

    def run(self, binaries, place, probes, limit):
        with tempfile.TemporaryDirectory() as directory:
            with open(os.path.join(directory, "schema.sql"), "w", encoding="utf-8") as file:
                file.write(tenant_schema.sql(place.tables, ROLE, SETTING, "Supabase"))
            output, seconds = common.timed(
                in_folder(binaries, self.commands[0]), directory=directory, accepted=(0, 1),
                timeout=limit,
            )  # fmt: skip
        counts = json.loads(output)["counts"]
        return (
            seconds,
            None,
            ", ".join(f"{number:,} {name}" for name, number in counts.items() if number),
        )


def in_folder(binaries, command):
    return [os.path.join(binaries, command[0]), *command[1:]]


PEERS = (RLSGrid, RLSAutotest, PGRLS, PGRLSLint, Trespass)
PACKAGES = sorted({peer.package for peer in PEERS})
