"""A PostgreSQL cluster of a worker's own, which may be restarted, filled up, copied and crashed."""

import glob
import os
import pwd
import shutil
import socket
import struct
import subprocess
import tempfile
import time

from places import ENVIRONMENT, CannotRun

# Without fsync, since no power fails here; commits are written all the same: servers crash.
SETTINGS = """
listen_addresses = '127.0.0.1'
fsync = off
full_page_writes = off
wal_level = replica
max_wal_senders = 2
min_wal_size = 32MB
max_wal_size = 64MB
shared_buffers = 16MB
max_connections = {connections}
superuser_reserved_connections = 3
jit = off
timezone = 'UTC'
log_destination = stderr
"""
# The socket lets in whoever can enter the folder: these are the hands of the torture itself.
AUTHENTICATION = """
local all all trust
local replication all trust
host all all 127.0.0.1/32 scram-sha-256
"""
CONNECTIONS = 24


def programs():
    """The folder of initdb, postgres and psql: the newest version installed."""
    folders = glob.glob("/usr/lib/postgresql/*/bin") + glob.glob(
        "/opt/homebrew/opt/postgresql@*/bin"
    )
    folders.sort(key=lambda path: int("".join(filter(str.isdigit, path)) or 0), reverse=True)
    found = shutil.which("initdb")
    if found:
        folders.insert(0, os.path.dirname(os.path.realpath(found)))
    for folder in folders:
        if all(os.path.exists(f"{folder}/{name}") for name in ("initdb", "postgres", "pg_ctl")):
            return folder
    raise CannotRun("no PostgreSQL server is installed")


def account():
    """PostgreSQL does not run as root, so root lends it the account postgres or nobody."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise CannotRun("there is no account postgres or nobody for the server")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Cluster:
    def __init__(self, folder, template=None):
        self.folder, self.data = folder, f"{folder}/data"
        self.bin, self.account = programs(), account()
        self.port = free_port()
        os.makedirs(folder, exist_ok=True)
        self.give(folder)
        self.mounted = False
        self.template = template

    def give(self, path):
        if self.account:
            os.chown(path, self.account["user"], self.account["group"])

    def run(self, *command, check=True, timeout=90):
        # To files: a server that is started would hold a pipe open.
        with tempfile.TemporaryFile("w+") as output:
            result = subprocess.run(
                command, env=ENVIRONMENT, cwd="/", stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, timeout=timeout, **self.account,
            )  # fmt: skip
            output.seek(0)
            text = output.read()
        if check and result.returncode != 0:
            raise CannotRun(f"{' '.join(command)}: {text}")
        return text

    def make(self):
        self.run(f"{self.bin}/initdb", "-D", self.data, "-U", "postgres", "-N", "--no-locale",
                 "-E", "UTF8", "-A", "trust")  # fmt: skip
        self.configure()

    def configure(self):
        with open(f"{self.data}/postgresql.conf", "a", encoding="utf-8") as file:
            file.write(SETTINGS.format(connections=CONNECTIONS))
            file.write(f"port = {self.port}\nunix_socket_directories = '{self.folder}'\n")
        with open(f"{self.data}/pg_hba.conf", "w", encoding="utf-8") as file:
            file.write(AUTHENTICATION)

    def start(self):
        self.run(f"{self.bin}/pg_ctl", "-D", self.data, "-w", "-t", "60", "-l",
                 f"{self.folder}/log", "start")  # fmt: skip

    def stop(self, mode="fast"):
        self.run(f"{self.bin}/pg_ctl", "-D", self.data, "-w", "-t", "60", "-m", mode, "stop",
                 check=False)  # fmt: skip

    def restart(self, mode):
        self.stop(mode)
        self.start()

    def ensure(self):
        """Starts it again where a fault has brought it down."""
        ready = f"{self.bin}/pg_isready"
        deadline = time.monotonic() + 60
        while "accepting" not in self.run(
            ready, "-h", self.folder, "-p", str(self.port), check=False
        ):
            running = self.run(f"{self.bin}/pg_ctl", "-D", self.data, "status", check=False)
            if "is running" not in running:
                self.start()
            elif time.monotonic() > deadline:
                raise CannotRun(f"the server of {self.folder} does not get ready")
            time.sleep(0.1)

    def psql(self, database):
        return [f"{self.bin}/psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h",
                self.folder, "-p", str(self.port), "-U", "postgres", database]  # fmt: skip

    def execute(self, sql, database="postgres"):
        """Runs SQL as the superuser; each statement by itself."""
        result = subprocess.run(
            self.psql(database), input=sql, env=ENVIRONMENT, capture_output=True, text=True,
            timeout=90,
        )  # fmt: skip
        if result.returncode != 0:
            raise CannotRun(f"{sql}: {result.stderr}")
        return result.stdout.strip()

    def dump(self, database):
        return self.run(f"{self.bin}/pg_dump", "-h", self.folder, "-p", str(self.port), "-U",
                        "postgres", "--inserts", "-N", "dbtool", database)  # fmt: skip

    def standby(self, folder):
        """A streaming standby of this cluster, as it is now."""
        copy = Cluster(folder)
        self.run(f"{self.bin}/pg_basebackup", "-h", self.folder, "-p", str(self.port), "-U",
                 "postgres", "-D", copy.data, "-c", "fast", "-R", "-X", "stream")  # fmt: skip
        copy.configure()
        copy.start()
        return copy

    def mount(self, megabytes):
        """Puts the cluster on a file system of its own, which can be full; root's alone to do."""
        if os.geteuid() != 0 or not shutil.which("mount"):
            return False
        result = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "torture", self.folder],
            capture_output=True,
        )
        self.mounted = result.returncode == 0
        self.give(self.folder)
        return self.mounted

    def remove(self):
        self.stop("immediate")
        if self.mounted:
            subprocess.run(["umount", "-l", self.folder], capture_output=True)
        shutil.rmtree(self.folder, ignore_errors=True)


class Crowd:
    """Sessions of others that do nothing but take up connections."""

    def __init__(self, cluster):
        self.cluster, self.sessions = cluster, []

    def join(self, user):
        session = socket.socket(socket.AF_UNIX)
        session.settimeout(10)
        session.connect(f"{self.cluster.folder}/.s.PGSQL.{self.cluster.port}")
        body = struct.pack("!i", 196608) + f"user\0{user}\0database\0postgres\0\0".encode()
        session.sendall(struct.pack("!i", len(body) + 4) + body)
        answer = b""
        # Until ReadyForQuery or an error; neither letter matters inside of longer messages here.
        while not answer.endswith((b"Z\0\0\0\5I",)) and answer[:1] != b"E":
            data = session.recv(4096)
            if not data:
                break
            answer += data
        if answer[:1] == b"E" or not answer:
            session.close()
            return False
        self.sessions.append(session)
        return True

    def leave(self, count=None):
        for _ in range(len(self.sessions) if count is None else count):
            self.sessions.pop().close()
