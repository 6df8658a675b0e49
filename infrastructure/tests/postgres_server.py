"""A PostgreSQL server for tests, with passwords, and a master user as RDS has it."""

import contextlib
import glob
import os
import pwd
import shutil
import socket
import subprocess
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

SUPERUSER = ("postgres", "superuser-pass")
MASTER = ("dbtool_master", "master-pass")


@dataclass(frozen=True)
class Server:
    """Listens on loopback alone, and asks for a SCRAM password there."""

    port: int

    def connect(self, user: str, password: str, database: str = "app") -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=user,
            password=password,
            dbname=database,
            autocommit=True,
            connect_timeout=5,
        )


def installations() -> dict[str, Path]:
    """Folders with initdb and postgres: the system's, and PyPI's of another version."""
    found = {}
    system = shutil.which("initdb") or next(
        iter(sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), reverse=True)), None
    )
    if system:
        found["system"] = Path(system).resolve().parent
    wheel = Path(sysconfig.get_path("purelib")) / "pgserver" / "pginstall" / "bin"
    if wheel.is_dir():
        found["16"] = wheel
    return found


@contextlib.contextmanager
def running_server(programs: Path) -> Iterator[Server]:
    """A throwaway server with the database `app`, which the master user owns."""
    with tempfile.TemporaryDirectory(prefix="dbtool-infrastructure-") as name:
        folder = Path(name)
        account = _account_for_server()
        if account:
            folder.chmod(0o755)
            programs = _reachable(programs, folder)
        data = folder / "data"
        data.mkdir()
        (folder / "superuser").write_text(SUPERUSER[1])
        if account:
            for path in (data, folder / "superuser"):
                os.chown(path, account.pw_uid, account.pw_gid)
        _run(
            account,
            programs / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "--no-sync",
            "-E",
            "UTF8",
            "--locale=C",
            "--auth=scram-sha-256",
            f"--pwfile={folder / 'superuser'}",
        )
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        process = subprocess.Popen(
            [
                *_as(account),
                programs / "postgres",
                *("-D", data, "-p", str(port)),
                *("-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="),
                *("-c", "fsync=off", "-c", "password_encryption=scram-sha-256"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            server = Server(port)
            _make_master(server, process)
            yield server
        finally:
            process.terminate()
            process.wait(timeout=30)


def _make_master(server: Server, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            connection = server.connect(*SUPERUSER, "postgres")
            break
        except psycopg.OperationalError:
            assert process.poll() is None, "PostgreSQL did not start"
            assert time.monotonic() < deadline
            time.sleep(0.05)
    user, password = MASTER
    with connection:
        # As on RDS: no superuser, and a member of a role that may much.
        connection.execute("CREATE ROLE rds_superuser NOLOGIN")
        connection.execute(
            f"CREATE ROLE {user} LOGIN CREATEROLE CREATEDB PASSWORD '{password}'"
            " IN ROLE rds_superuser"
        )
        connection.execute(f"CREATE DATABASE app OWNER {user}")


def _account_for_server() -> pwd.struct_passwd | None:
    """PostgreSQL does not run as root."""
    if os.getuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _reachable(programs: Path, folder: Path) -> Path:
    """Programs of a wheel may lie where only root comes; a copy does not."""
    if programs.is_relative_to("/usr"):
        return programs
    packages = programs.parents[2]
    for name in ("pgserver", "pgserver.libs"):
        if (packages / name).is_dir():
            shutil.copytree(packages / name, folder / name)
    return folder / programs.relative_to(packages)


def _as(account: pwd.struct_passwd | None) -> list[str]:
    if account is None:
        return []
    return [
        "setpriv",
        f"--reuid={account.pw_uid}",
        f"--regid={account.pw_gid}",
        "--clear-groups",
        "--",
    ]


def _run(account: pwd.struct_passwd | None, *command: object) -> None:
    subprocess.run(
        [*_as(account), *map(str, command)], check=True, capture_output=True, timeout=60, cwd="/"
    )
