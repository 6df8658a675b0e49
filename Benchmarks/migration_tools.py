"""Ways to apply migrations: the same statements as files of dbtool, of psql and of each peer.

Each migration has three statements. A `bench` says which database, by its `url()` and `server`.
"""

import os
import shutil

from common import ENVIRONMENT


def statements(number):
    return [
        f"CREATE TABLE t{number} (\n  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n"
        "  tenant_id uuid NOT NULL,\n  name text NOT NULL DEFAULT 'x'\n);",
        f"CREATE INDEX t{number}_tenant ON t{number} (tenant_id, name);",
        f"INSERT INTO t{number} (tenant_id) VALUES ('11111111-1111-4111-8111-111111111111');",
    ]


def version(number):
    return 20250101000000 + number


class Tool:
    """A way to apply migrations: its files, and the command that applies them."""

    def __init__(self, name, folder, count):
        self.name, self.folder, self.count = name, folder, count
        os.makedirs(folder)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def numbers(self):
        return range(1, self.count + 1)


class DBTool(Tool):
    def __init__(self, folder, count, binary):
        super().__init__("dbtool", folder, count)
        self.binary = binary
        for number in self.numbers():
            self.write(f"migrations/{version(number)}_t{number}.up.sql",
                       "\n".join(statements(number)) + "\n")  # fmt: skip

    def command(self, bench, port):
        return [self.binary, "migrate", "up", "-q", "--url", bench.url(port)]


class PSQL(Tool):
    def __init__(self, folder, count, psql):
        super().__init__("psql -1", folder, count)
        self.psql = psql
        text = "\n".join("\n".join(statements(number)) for number in self.numbers())
        self.write("all.sql", text + "\n")

    def command(self, bench, port):
        return [self.psql, "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-f", "all.sql",
                bench.url(port)]  # fmt: skip


class DBMate(Tool):
    def __init__(self, folder, count, binaries):
        super().__init__("dbmate", folder, count)
        self.program = os.path.join(binaries, "dbmate")
        for number in self.numbers():
            self.write(f"db/migrations/{version(number)}_t{number}.sql",
                       "-- migrate:up\n" + "\n".join(statements(number)) + "\n-- migrate:down\n")  # fmt: skip

    def command(self, bench, port):
        return [self.program, "--url", bench.url(port, password=True) + "?sslmode=disable",
                "--no-dump-schema", "migrate"]  # fmt: skip


class Alembic(Tool):
    def __init__(self, folder, count, binaries):
        super().__init__("alembic", folder, count)
        self.program = os.path.join(binaries, "alembic")
        self.write("alembic.ini", "[alembic]\nscript_location = scripts\n")
        self.write("scripts/env.py", (
            "import os\nfrom alembic import context\nfrom sqlalchemy import create_engine\n"
            "engine = create_engine(os.environ['BENCH_URL'])\nwith engine.connect() as connection:\n"
            "    context.configure(connection=connection, transaction_per_migration=True)\n"
            "    with context.begin_transaction():\n        context.run_migrations()\n"))  # fmt: skip
        for number in self.numbers():
            body = "".join(f"    op.execute('''{text}''')\n" for text in statements(number))
            down = repr(f"{version(number - 1)}") if number > 1 else "None"
            self.write(f"scripts/versions/{version(number)}.py",
                       f"from alembic import op\nrevision = '{version(number)}'\n"
                       f"down_revision = {down}\n\n\ndef upgrade():\n{body}")  # fmt: skip

    def command(self, bench, port):
        ENVIRONMENT["BENCH_URL"] = bench.url(port).replace("postgres://", "postgresql+psycopg2://")
        return [self.program, "upgrade", "head"]


class Yoyo(Tool):
    def __init__(self, folder, count, binaries):
        super().__init__("yoyo", folder, count)
        self.program = os.path.join(binaries, "yoyo")
        for number in self.numbers():
            self.write(f"files/{version(number)}_t{number}.sql", "\n".join(statements(number)))

    def command(self, bench, port):
        return [self.program, "apply", "--batch", "--no-config-file", "--database",
                bench.url(port, password=True).replace("postgres://", "postgresql://"), "files"]  # fmt: skip


class PGMigrate(Tool):
    def __init__(self, folder, count, binaries):
        super().__init__("pgmigrate", folder, count)
        self.program = os.path.join(binaries, "pgmigrate")
        for number in self.numbers():
            self.write(f"migrations/V{number:04}__t{number}.sql", "\n".join(statements(number)))

    def command(self, bench, port):
        place = (f"host={bench.server.host} port={port or bench.server.port} "
                 f"user={bench.server.user} dbname=work")  # fmt: skip
        return [self.program, "-t", "latest", "-c", place, "migrate"]


class SQLMigrate(Tool):
    def __init__(self, folder, count):
        super().__init__("sql-migrate", folder, count)
        for number in self.numbers():
            body = "\n".join(statements(number))
            self.write(f"files/{version(number)}-t{number}.sql", f"-- +migrate Up\n{body}\n")

    def command(self, bench, port):
        place = (f"host={bench.server.host} port={port or bench.server.port} sslmode=disable "
                 f"user={bench.server.user} dbname=work password={bench.server.password}")  # fmt: skip
        self.write("dbconfig.yml", "development:\n  dialect: postgres\n"
                   f"  datasource: {place}\n  dir: files\n")  # fmt: skip
        return ["sql-migrate", "up"]


class Sqitch(Tool):
    def __init__(self, folder, count, psql):
        super().__init__("sqitch", folder, count)
        # It starts psql for each change: the binary, not Debian's wrapper, which would cost it dear.
        self.write("sqitch.conf", "[core]\n  engine = pg\n[user]\n  name = x\n  email = x@x.x\n"
                   f'[engine "pg"]\n  client = {psql}\n')  # fmt: skip
        lines = ["%syntax-version=1.0.0", "%project=bench", ""]
        for number in self.numbers():
            lines.append(f"t{number} 2025-01-01T00:00:00Z x <x@x.x> # t{number}")
            self.write(f"deploy/t{number}.sql",
                       "BEGIN;\n" + "\n".join(statements(number)) + "\nCOMMIT;\n")  # fmt: skip
        self.write("sqitch.plan", "\n".join(lines) + "\n")

    def command(self, bench, port):
        return ["sqitch", "deploy", bench.url(port).replace("postgres://", "db:pg://")]


def peers(place, count, binaries, psql):
    """All peers that are installed."""
    made = [kind(os.path.join(place, kind.__name__), count, binaries)
            for kind in (DBMate, Alembic, Yoyo, PGMigrate)]  # fmt: skip
    if shutil.which("sql-migrate"):
        made.append(SQLMigrate(os.path.join(place, "SQLMigrate"), count))
    if shutil.which("sqitch"):
        made.append(Sqitch(os.path.join(place, "Sqitch"), count, psql))
    return made
