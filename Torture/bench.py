"""A worker's place: a cluster, the databases that commands begin with, and the project."""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile

from cluster import Cluster
from commands import BARE, EMPTY, FOREIGN, MIGRATED, POLICED, SEEDED
from places import ENVIRONMENT, PROJECT, CannotRun

# Words that no output may show.
PASSWORD = "zebra-quagga-7391"
SECRET_KEY = "okapi-bongo-4827"

ROLES = f"""
CREATE ROLE app_user;
CREATE ROLE crowd LOGIN;
CREATE ROLE deployer LOGIN CREATEROLE BYPASSRLS PASSWORD '{PASSWORD}';
GRANT app_user TO deployer;
"""
# What goose leaves, of the same migrations.
GOOSE = """
CREATE TABLE goose_db_version (id serial PRIMARY KEY, version_id bigint NOT NULL,
  is_applied boolean NOT NULL, tstamp timestamp DEFAULT now());
INSERT INTO goose_db_version (version_id, is_applied) SELECT n, true FROM generate_series(0, 7) n;
ALTER TABLE goose_db_version OWNER TO deployer;
"""
LEDGERS = {
    "migrations": "SELECT version, name, checksum FROM dbtool.migrations ORDER BY 1",
    "migration_progress": "SELECT version, direction, statement, digest"
    " FROM dbtool.migration_progress ORDER BY 1, 2, 3",
    "policies": "SELECT name, checksum FROM dbtool.policies ORDER BY 1",
    "policy_state": "SELECT object, definition FROM dbtool.policy_state ORDER BY 1",
    "seeds": "SELECT file, tenant, checksum, rows FROM dbtool.seeds ORDER BY 1, 2",
    "seed_generations": "SELECT seed, digest, rows, finished_at IS NOT NULL"
    " FROM dbtool.seed_generations ORDER BY 1",
    "seed_portions": "SELECT seed, portion, rows FROM dbtool.seed_portions ORDER BY 1, 2",
}
# A ledger that is not there is as good as one with nothing in it.
LEDGER_STATE = "\n".join(
    f"SELECT '{name} ' || CASE WHEN to_regclass('dbtool.{name}') IS NOT NULL THEN"
    f" query_to_xml($q${query}$q$, true, true, '')::text ELSE '' END;"
    for name, query in LEDGERS.items()
)
DISK = 400


class Bench:
    def __init__(self, dbtool, folder, number):
        self.dbtool, self.top = dbtool, folder
        self.folder = os.path.join(folder, f"w{number}")
        os.mkdir(self.folder)
        os.chmod(self.folder, 0o755)
        self.cluster = Cluster(os.path.join(self.folder, "c"))
        self.cluster.mount(DISK)
        self.ballast = os.path.join(self.cluster.folder, "ballast")
        self.states = {}

    def environment(self):
        return {
            "PATH": ENVIRONMENT["PATH"],
            "HOME": self.folder,
            "USER": "torture",
            "XDG_CACHE_HOME": os.path.join(self.top, "cache"),
            "AWS_ACCESS_KEY_ID": "AKIDTEST",
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def make(self):
        """Databases at each stage of the project's life, made by the commands themselves."""
        self.cluster.make()
        self.cluster.start()
        self.cluster.execute(ROLES)
        self.create(EMPTY)
        folder = self.project()
        self.create(MIGRATED)
        self.run("migrate up", MIGRATED, folder)
        self.create(BARE, MIGRATED)
        self.cluster.execute("DROP SCHEMA dbtool CASCADE", BARE)
        self.create(FOREIGN, BARE)
        self.cluster.execute(GOOSE, FOREIGN)
        self.create(POLICED, MIGRATED)
        self.run("policies apply --allow-loosening", POLICED, folder)
        self.create(SEEDED, POLICED)
        self.run("seed", SEEDED, folder)

    def create(self, name, template=EMPTY):
        source = "template0" if name == EMPTY else f'"{template}"'
        # Copying files leaves little in the log, which lies on a small disk.
        copy = "STRATEGY file_copy" if self.version() >= 15 else ""
        self.cluster.execute(
            f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE);\n'
            f'CREATE DATABASE "{name}" OWNER deployer TEMPLATE {source} {copy};'
        )

    def version(self):
        if not hasattr(self, "_version"):
            self._version = int(self.cluster.execute("SHOW server_version_num")) // 10000
        return self._version

    def url(self, database, port=None):
        return f"postgres://deployer:{PASSWORD}@127.0.0.1:{port or self.cluster.port}/{database}"

    def run(self, line, database, folder):
        result = subprocess.run(
            [self.dbtool, *line.split()], cwd=folder, capture_output=True, text=True, timeout=120,
            env={**self.environment(), "DATABASE_URL": self.url(database)},
        )  # fmt: skip
        if result.returncode != 0:
            raise CannotRun(f"dbtool {line} fails undisturbed: {result.stdout}{result.stderr}")

    def project(self):
        """The project as it is in the repository."""
        folder = os.path.join(self.folder, "p")
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(PROJECT, folder)
        return folder

    def fill(self, left):
        """Leaves so many bytes of the disk."""
        if not self.cluster.mounted:
            raise CannotRun("the disk is everybody's, and is not filled")
        space = os.statvfs(self.cluster.folder)
        size = max(0, space.f_bavail * space.f_frsize - left)
        with open(self.ballast, "wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(1, size))

    def empty_ballast(self):
        if os.path.exists(self.ballast):
            os.unlink(self.ballast)

    def database_state(self, database):
        """Everything in it but times, sequences' places, and who ran what."""
        lines = [
            line
            for line in self.cluster.dump(database).splitlines()
            if line and not line.startswith(("--", "\\", "SELECT pg_catalog.setval"))
        ]
        # What is on TOAST tables only a superuser can drop, and dbtool warns of it.
        invalid = self.cluster.execute(
            "SELECT 'INVALID ' || i.indexrelid::regclass FROM pg_index i "
            "JOIN pg_class c ON c.oid = i.indexrelid "
            "WHERE NOT i.indisvalid AND c.relnamespace <> 'pg_toast'::regnamespace",
            database,
        )
        # In lines of one file rows may stand in another order.
        return sorted(lines), self.cluster.execute(LEDGER_STATE, database), invalid

    def template_state(self, name):
        if name not in self.states:
            self.states[name] = self.database_state(name)
        return self.states[name]

    def files_state(self, folder):
        """The files of the project with their contents; not of the servers that it keeps."""
        found = {}
        for place, folders, names in os.walk(folder):
            folders[:] = [name for name in folders if name != ".dbtool"]
            for name in names:
                path = os.path.join(place, name)
                with open(path, "rb") as file:
                    found[os.path.relpath(path, folder)] = hashlib.sha256(file.read()).hexdigest()
        return found

    def close(self):
        self.cluster.remove()


def make_folder():
    """In memory where there is enough, because servers are made and filled all the time."""
    parent = "/dev/shm" if os.path.isdir("/dev/shm") else None
    if parent:
        space = os.statvfs(parent)
        if space.f_bavail * space.f_frsize < 4 << 30:
            parent = None
    folder = tempfile.mkdtemp(prefix="dbtool-torture-", dir=parent)
    # Servers run as another user than root.
    os.chmod(folder, 0o755)
    return folder


TIMES = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:[\d.]+Z?)?|\d+(\.\d+)? ?(ms|s|min|h)\b|\s+|:\d{4,5}\b"
)


def without_times(text):
    return TIMES.sub(" ", text)
