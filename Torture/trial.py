"""One run of one command that meets one fault, and the run after it."""

import copy
import glob
import os
import random
import re
import signal
import subprocess
import tempfile
import time

import checks
from bench import without_times
from commands import SERVED
from link import Link
from places import CannotRun

LIBPQ, DATA_API = "libpq", "data-api"
TRANSPORTS = [LIBPQ, DATA_API]
CLUSTER = "arn:aws:rds:us-east-1:123456789012:cluster:local"
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:local"
WORK = "work"
# What a command may take before it counts as hanging. Machines that test are busy.
LIMIT = float(os.environ.get("TORTURE_LIMIT", "90"))


class Run:
    """A process of dbtool, its output in files: nothing has to be drained."""

    def __init__(self, command, folder, environment, name):
        self.out, self.err = (tempfile.TemporaryFile("w+b") for _ in range(2))
        self.began = time.monotonic()
        # A session of its own, in which everything that it starts can be found.
        self.process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=self.out,
            stderr=self.err, start_new_session=True,
        )  # fmt: skip
        self.name, self.code, self.seconds, self.hung = name, None, None, False

    def running(self):
        return self.process.poll() is None

    def send_signal(self, number):
        if self.running():
            self.process.send_signal(number)

    def wait(self, limit):
        try:
            self.process.wait(limit)
        except subprocess.TimeoutExpired:
            self.hung = True
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait()
        self.code = self.process.returncode
        self.seconds = time.monotonic() - self.began
        self.stdout, self.stderr = self.text(self.out), self.text(self.err)
        for file in (self.out, self.err):
            file.close()
        return self

    def text(self, file):
        file.seek(0)
        return file.read().decode(errors="replace")


class Trial:
    def __init__(self, bench, command, fault, transport, seed, references):
        self.bench, self.command, self.transport, self.seed = bench, command, transport, seed
        # Faults keep nothing, but several trials run at a time.
        self.fault = copy.copy(fault)
        self.references = references
        self.cluster = bench.cluster
        self.chance = random.Random(f"{fault.name}/{command.name}/{transport}/{seed}")
        self.environment = bench.environment()
        self.wrapper = []
        self.near = self.far = self.server = self.child = None
        self.holder = self.crowd = self.standby = None
        self.held = 0
        self.violations = []

    @property
    def key(self):
        return f"{self.fault.name}/{self.command.name}/{self.transport}/{self.seed}"

    # What faults use

    @property
    def victim(self):
        return self.server if self.command.name == SERVED else self.child

    @property
    def database(self):
        return WORK

    def wait(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.child.running():
            time.sleep(0.002)

    def wait_a_while(self):
        self.wait(self.chance.uniform(0, self.reference.seconds * 1.05))

    def link(self):
        """One of the links to the database: over the Data API there are two."""
        if self.near and self.chance.random() < 0.5:
            return self.near
        return self.far

    def bytes(self, link, way):
        return self.reference.bytes[link is self.near][way]

    def role_setting(self, name, value):
        self.cluster.execute(f"ALTER ROLE deployer SET {name} = '{value}'")

    def use_standby(self):
        self.standby = self.cluster.standby(os.path.join(self.cluster.folder, "standby"))
        self.far.target = ("127.0.0.1", self.standby.port)

    def own_servers(self):
        """The main processes of the servers that the command has started."""
        found = []
        for path in glob.glob("/proc/[0-9]*/stat"):
            try:
                with open(path) as file:
                    fields = file.read().rpartition(")")[2].split()
                with open(os.path.dirname(path) + "/cmdline", "rb") as file:
                    line = file.read().replace(b"\0", b" ").decode()
            except OSError:
                continue
            number = int(path.split("/")[2])
            ours = int(fields[1]) == self.child.process.pid or self.folder in line
            if ours and re.match(r"\S*postgres -D ", line):
                found.append(number)
        return found

    # The run

    def run(self):
        self.cluster.ensure()
        self.cluster.execute("ALTER ROLE deployer RESET ALL")
        self.folder = self.bench.project()
        self.reference = self.references.of(self)
        self.set_up()
        try:
            try:
                self.before = self.state_before()
                self.fault.prepare(self)
                self.child = self.start(self.command.line(self.url()))
                self.fault.strike(self)
                self.child.wait(LIMIT * self.fault.patience)
            finally:
                self.lift()
            self.outcome = checks.judge(self)
        finally:
            self.tear_down()
        return self

    def set_up(self):
        if self.command.begins:
            self.bench.create(WORK, self.command.begins)
            self.far = Link("127.0.0.1", self.cluster.port)
            if self.transport == DATA_API:
                self.serve()
        self.command.prepare(self.folder)
        if self.command.edit == "dev":
            self.start(["dev", "start", "torture"]).wait(LIMIT)

    def serve(self):
        """A Data API in front of the database."""
        line = [self.bench.dbtool, "data-api", "serve", "--port", "0", "--idle-timeout", "2s",
                "--url", self.bench.url(WORK, self.far.port)]  # fmt: skip
        self.server = Run(line, self.bench.folder, self.bench.environment(), "data-api serve")
        deadline = time.monotonic() + 30
        while not (found := re.search(r"http://127\.0\.0\.1:(\d+)", self.peek(self.server))):
            if not self.server.running() or time.monotonic() > deadline:
                raise CannotRun(f"data-api serve does not start: {self.peek(self.server)}")
            time.sleep(0.01)
        port = int(found[1])
        if self.near:
            self.near.target = ("127.0.0.1", port)
        else:
            self.near = Link("127.0.0.1", port)

    def peek(self, run):
        # By their descriptors, so that what the process writes next is not moved.
        return "".join(
            os.pread(file.fileno(), 1 << 20, 0).decode(errors="replace")
            for file in (run.out, run.err)
        )

    def url(self):
        if not self.command.begins:
            return ""
        if self.transport == LIBPQ:
            return self.bench.url(WORK, self.far.port)
        return (
            f"data-api://?cluster={CLUSTER}&secret={SECRET}&database={WORK}"
            f"&endpoint=http://127.0.0.1:{self.near.port}"
        )

    def start(self, words):
        environment = dict(self.environment)
        if self.command.begins:
            environment["DATABASE_URL"] = self.url()
        return Run(
            self.wrapper + [self.bench.dbtool, *words], self.folder, environment, " ".join(words)
        )

    def lift(self):
        """Takes the fault away, and everything else that could disturb the next run."""
        self.fault.lift(self)
        self.environment, self.wrapper = self.bench.environment(), []
        if self.standby:
            self.far.target = ("127.0.0.1", self.cluster.port)
            self.far.cut()
            self.standby.remove()
            self.standby = None
        for link in filter(None, (self.near, self.far)):
            link.cut_at, link.stays_cut, link.delay, link.bytes_a_second = {}, False, 0, None
        self.cluster.ensure()
        self.cluster.execute("ALTER ROLE deployer RESET ALL")
        if self.server:
            # What a session began with stays with it, and the Data API keeps sessions.
            self.cluster.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE usename = 'deployer' AND state = 'idle'"
            )

    def recover(self):
        """The next run, which nothing disturbs."""
        if self.server and not self.server.running():
            self.server.wait(1)
            self.dead_server, self.server = self.server, None
            self.serve()
        if self.command.begins and self.transport == DATA_API:
            # What a minute of waiting would do: the lease of a killed runner has run out.
            self.cluster.execute(
                "DO $$ BEGIN UPDATE dbtool.migration_lease SET expires_at = clock_timestamp();"
                " EXCEPTION WHEN undefined_table THEN NULL; END $$",
                WORK,
            )
        return self.start(self.command.recovery_line(self.url())).wait(LIMIT)

    def state(self):
        database = self.bench.database_state(WORK) if self.command.begins else None
        return database, self.bench.files_state(self.folder)

    def state_before(self):
        begins = self.command.begins
        return (
            self.bench.template_state(begins) if begins else None,
            self.bench.files_state(self.folder),
        )

    def stop_server(self):
        if not self.server:
            return None
        self.server.send_signal(signal.SIGTERM)
        return self.server.wait(20)

    def tear_down(self):
        for run in (self.child, self.server):
            if run and run.code is None:
                run.process.kill()
                run.wait(5)
        for link in filter(None, (self.near, self.far)):
            link.close()
        if self.command.name.startswith("dev "):
            self.start(["dev", "stop", "torture", "--remove"]).wait(LIMIT)


class Reference:
    """What an undisturbed run does: how long, how many bytes, what it leaves and prints."""

    def __init__(self, trial):
        trial.set_up()
        try:
            before = trial.state_before()
            run = trial.child = trial.start(trial.command.line(trial.url()))
            run.wait(LIMIT)
            if run.code != trial.command.code:
                raise CannotRun(
                    f"{run.name} ends with {run.code} undisturbed: {run.stdout}{run.stderr}"
                )
            self.seconds = run.seconds
            self.stdout = without_times(run.stdout)
            self.state = trial.state()
            if trial.command.reads and before != self.state:
                raise CannotRun(f"{run.name} changes something undisturbed")
            self.bytes = {
                near: dict(link.carried)
                for near, link in ((True, trial.near), (False, trial.far))
                if link
            }
        finally:
            trial.tear_down()


class References:
    """Those of one worker, taken when they are first asked for."""

    def __init__(self):
        self.known = {}

    def of(self, trial):
        key = (trial.command.name, trial.transport)
        if key not in self.known:
            twin = Trial(trial.bench, trial.command, trial.fault, trial.transport, 0, self)
            twin.folder = trial.bench.project()
            self.known[key] = Reference(twin)
            trial.folder = trial.bench.project()
        return self.known[key]
