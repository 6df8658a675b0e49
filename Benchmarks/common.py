"""What the benchmarks share: finding psql, a throwaway server, running a command and timing it."""

import glob
import json
import os
import platform
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
RELEASE_BINARY = os.path.join(ROOT, ".build/release/dbtool")


class CannotMeasure(Exception):
    pass


class NotFinished(CannotMeasure):
    """A command took longer than it was given."""


def clean_environment():
    """PGOPTIONS, PGHOST, DATABASE_URL and the like would make the clients do different work."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PG", "DBTOOL_")) and name != "DATABASE_URL"
    }


ENVIRONMENT = clean_environment()


def is_binary(path):
    """Debian's /usr/bin/psql is a Perl script that costs more than psql itself."""
    if not (os.path.isfile(path) and os.access(path, os.X_OK)):
        return False
    with open(path, "rb") as file:
        return file.read(2) != b"#!"


def find_dbtool(path):
    path = os.path.abspath(path)
    if not is_binary(path):
        hint = "; 'make release' builds it" if path == RELEASE_BINARY else ""
        raise CannotMeasure(f"{path} is not there{hint}")
    return path


def find_psql():
    def version(path):
        return [int(part) for part in re.findall(r"\d+", path)]

    candidates = sorted(glob.glob("/usr/lib/postgresql/*/bin/psql"), key=version, reverse=True)
    if shutil.which("pg_config"):
        bindir = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True).stdout
        candidates.append(os.path.join(bindir.strip(), "psql"))
    candidates.append(shutil.which("psql") or "")
    for candidate in candidates:
        if is_binary(candidate):
            return candidate
    raise CannotMeasure("no psql binary found (scripts and wrappers do not count); give --psql")


def without_password(url):
    """The URL without its password, and the password."""
    scheme, rest = url.strip().split("://", 1)
    credentials, place = rest.rsplit("@", 1)
    user, password = credentials.split(":", 1)
    return f"{scheme}://{user}@{place}", urllib.parse.unquote(password)


def run(command, directory=None, accepted=(0,), timeout=None, environment=None):
    """Runs a command; returns its standard output. Any other exit code stops the benchmark."""
    # A session of its own: sqitch and pg_prove start programs, which must end with them.
    with subprocess.Popen(
        command,
        cwd=directory,
        env={**ENVIRONMENT, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
    ) as process:
        try:
            output, errors = process.communicate(timeout=timeout)
        except BaseException as error:
            os.killpg(process.pid, signal.SIGKILL)
            if isinstance(error, subprocess.TimeoutExpired):
                raise NotFinished(f"{command[0]}: not done after {timeout} s") from error
            raise
    if process.returncode not in accepted:
        words = " ".join(command)
        raise CannotMeasure(f"{words[:500]}: exit code {process.returncode}\n{errors or output}")
    return output.strip()


def timed(command, **options):
    """Standard output, and the seconds it took by wall clock."""
    began = time.perf_counter()
    output = run(command, **options)
    return output, time.perf_counter() - began


def processor():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def print_machine():
    print(
        f"machine   {processor()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}"
    )
    print(f"load      {os.getloadavg()[0]:.2f} (last minute)")


def print_bar(good, name, value, relation, bar, unit):
    verdict = "ok" if good else "MISSED"
    print(f"{verdict:<7} {name:<42} {value:7.2f}{unit} (bar: {relation} {bar:.1f}{unit})")


def end_on_signal():
    """SIGTERM unwinds as an error does, so that servers end."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def print_medians(title, samples):
    print(f"\n{title}")
    medians = {name: statistics.median(values) for name, values in samples.items()}
    for name, seconds in sorted(medians.items(), key=lambda item: item[1]):
        print(f"  {name:<38}{seconds * 1000:12.1f} ms   {len(samples[name])} runs", flush=True)


class DelayProxy:
    """Distance: a port behind which the server is half of `round_trip_ms` away, each way."""

    def __init__(self, server, round_trip_ms):
        self.server, self.delay = server, round_trip_ms / 2

    def __enter__(self):
        self.process = subprocess.Popen(
            [sys.executable, os.path.join(ROOT, "Benchmarks/delay-proxy"), self.server.host,
             str(self.server.port), str(self.delay)],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return int(self.process.stdout.readline())

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


class Server:
    """A PostgreSQL server that dbtool starts in a temporary folder, gone at the end."""

    def __init__(self, dbtool, psql, name, settings=None):
        self.dbtool, self.psql, self.name = dbtool, psql, name
        self.settings = settings or {}

    def __enter__(self):
        self.directory = tempfile.mkdtemp(prefix="dbtool-bench-")
        # The server may run as another user than we do, so it must be able to enter the folder.
        os.chmod(self.directory, 0o755)
        try:
            run([self.dbtool, "dev", "start", self.name], self.directory)
            url, password = without_password(
                run([self.dbtool, "dev", "url", self.name], self.directory)
            )
        except BaseException:
            self.__exit__()
            raise
        # In the environment, where no process list and no report shows it.
        ENVIRONMENT["PGPASSWORD"] = self.password = password
        place = urllib.parse.urlsplit(url)
        self.user, self.host, self.port = place.username, place.hostname, place.port
        self.database = place.path.lstrip("/")
        if self.settings:
            for name, value in self.settings.items():
                self.execute(f"ALTER SYSTEM SET {name} = '{value}'")
            run([self.dbtool, "dev", "stop", self.name], self.directory)
            run([self.dbtool, "dev", "start", self.name], self.directory)
        return self

    def __exit__(self, *_):
        try:
            run([self.dbtool, "dev", "stop", self.name, "--remove"], self.directory)
        finally:
            shutil.rmtree(self.directory, ignore_errors=True)

    def url(self, database=None, port=None):
        return f"postgres://{self.user}@{self.host}:{port or self.port}/{database or self.database}"

    def execute(self, sql, database=None):
        """Runs SQL text with psql, which stops at the first error; returns rows without decoration."""
        with tempfile.NamedTemporaryFile("w", suffix=".sql", dir=self.directory) as file:
            file.write(sql)
            file.flush()
            return run(
                [self.psql, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", file.name,
                 self.url(database)]
            )  # fmt: skip

    def note(self, figures):
        """The server's version, and the settings that decide what a commit costs."""
        figures.add_version("PostgreSQL", self.execute("SHOW server_version"))
        for name in ("fsync", "synchronous_commit", "shared_buffers", *self.settings):
            figures.settings[name] = self.execute(f"SHOW {name}")

    def create_database(self, name):
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE); CREATE DATABASE "{name}"')
        return name


def verify(dbtool, url, role, column="tenant_id", setting="app.current_tenant_id", timeout=None):
    """The report of verify-rls, and the seconds the whole command took."""
    output, seconds = timed(
        [dbtool, "verify-rls", "--url", url, "--role", role, "--tenant-column", column,
         "--tenant-setting", setting, "--format", "json"],
        accepted=(0, 1, 4),
        timeout=timeout,
    )  # fmt: skip
    return json.loads(output), seconds
