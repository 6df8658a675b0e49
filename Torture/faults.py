"""What goes wrong: each fault is a class that prepares, strikes once, and is taken away again."""

import functools
import glob
import mmap
import os
import shutil
import signal
import subprocess
import time

from cluster import CONNECTIONS, Crowd
from commands import DATABASE, OWN_SERVER, SERVED
from link import DOWN, UP
from places import CannotRun

DEPLOYER = "deployer"
LOCKS = {
    "rooms": "LOCK TABLE rooms IN ACCESS EXCLUSIVE MODE",
    "tenants": "LOCK TABLE tenants IN SHARE MODE",
    "ledger": "LOCK TABLE dbtool.migrations IN ACCESS EXCLUSIVE MODE",
    "runs": "LOCK TABLE dbtool.runs IN ACCESS EXCLUSIVE MODE",
}
# Those of migrations, seeds and policies, which dbtool takes so that one runner works at a time.
ADVISORY = "SELECT pg_advisory_lock(key) FROM unnest(ARRAY[{}]::bigint[]) key".format(
    ", ".join(str(key) for key in (0x6462746F6F6C0001, 0x6462742E73656564, 0x6462742E706C6379))
)


@functools.cache
def is_sanitized(program):
    with open(program, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        return any(text.find(name) >= 0 for name in (b"__tsan_init", b"__asan_init"))


@functools.cache
def can_mount():
    """Root of a container often cannot."""
    if os.geteuid() != 0 or not shutil.which("unshare"):
        return False
    mount = ["unshare", "--mount", "mount", "-t", "tmpfs", "torture", "/mnt"]
    return subprocess.run(mount, capture_output=True, check=False).returncode == 0


class Fault:
    """Nothing goes wrong: the control."""

    name = "nothing"
    title = "nothing"
    needs = frozenset()
    # Whether the command may fail at all.
    disturbs = False
    # How much longer than otherwise a run may take.
    patience = 1
    # Exit codes besides, where a command refuses to work on such a server.
    refuses = frozenset()
    # Whether what is left when it ends is that of a killed process.
    kills = False

    def applies(self, command):
        return not self.needs or bool(self.needs & command.uses)

    def missing(self, dbtool):
        """Why it cannot be had on this machine, or with this program; None when it can."""
        return None

    def prepare(self, trial):
        """Before the command starts."""

    def strike(self, trial):
        """While it runs."""

    def lift(self, trial):
        """After it has ended."""


class Kill(Fault):
    name, title, disturbs, kills = "kill", "SIGKILL", True, True

    def strike(self, trial):
        trial.wait_a_while()
        trial.victim.send_signal(signal.SIGKILL)


class Stop(Fault):
    """Longer than the server lets a transaction lie idle, like a laptop that is closed."""

    name, title, disturbs = "stop", "SIGSTOP", True

    def prepare(self, trial):
        if trial.command.has_database:
            trial.role_setting("idle_in_transaction_session_timeout", "1s")

    def strike(self, trial):
        trial.wait_a_while()
        trial.victim.send_signal(signal.SIGSTOP)
        time.sleep(trial.chance.uniform(1.2, 3.5))
        trial.victim.send_signal(signal.SIGCONT)


class Backend(Fault):
    name, title, disturbs, needs = "backend", "session ended", True, frozenset({DATABASE})

    def strike(self, trial):
        trial.wait_a_while()
        trial.cluster.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE datname = '{trial.database}' AND usename = '{DEPLOYER}'"
        )


class Restart(Fault):
    """The database's server, or the command's own one."""

    name, title, disturbs = "restart", "server restart", True
    needs = frozenset({DATABASE, OWN_SERVER})

    def strike(self, trial):
        mode = trial.chance.choice(["fast", "immediate"])
        own = OWN_SERVER in trial.command.uses
        if own and (not trial.command.has_database or trial.chance.random() < 0.5):
            trial.wait_a_while()
            for process in trial.own_servers():
                os.kill(process, signal.SIGINT if mode == "fast" else signal.SIGQUIT)
        else:
            trial.wait_a_while()
            trial.cluster.restart(mode)


class Cut(Fault):
    """At a byte of one direction, of as many as an undisturbed run has."""

    disturbs, needs = True, frozenset({DATABASE})

    def __init__(self, way):
        self.way = way
        self.name = "cut-up" if way == UP else "cut-down"
        self.title = "cut " + way

    def prepare(self, trial):
        link = trial.link()
        link.cut_at = {self.way: trial.chance.randint(1, max(1, trial.bytes(link, self.way)))}
        link.stays_cut = trial.chance.random() < 0.5
        link.resets = trial.chance.random() < 0.5


class Slow(Fault):
    name, title, needs = "slow", "slow link", frozenset({DATABASE})
    patience = 5

    def prepare(self, trial):
        link = trial.link()
        link.delay = trial.chance.uniform(0.002, 0.03)
        if trial.chance.random() < 0.5:
            link.bytes_a_second = trial.chance.uniform(50_000, 500_000)


class Lock(Fault):
    """Somebody else holds what is needed for a while."""

    name, title, disturbs, needs = "lock", "lock held", True, frozenset({DATABASE})

    def prepare(self, trial):
        wanted = trial.chance.choice(["advisory", *LOCKS])
        exists = trial.cluster.execute(
            "SELECT to_regclass('rooms') IS NOT NULL AND to_regclass('dbtool.runs') IS NOT NULL",
            trial.database,
        )
        statement = LOCKS.get(wanted, ADVISORY) if exists == "t" else ADVISORY
        holder = subprocess.Popen(
            trial.cluster.psql(trial.database), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        holder.stdin.write(f"BEGIN;\n{statement};\n\\echo ready\n")
        holder.stdin.flush()
        while (line := holder.stdout.readline()) and "ready" not in line:
            pass
        if not line:
            raise CannotRun(f"the lock could not be taken: {statement}")
        trial.holder = holder
        trial.held = trial.chance.uniform(0.5, 4)

    def strike(self, trial):
        trial.wait(trial.held)
        self.lift(trial)

    def lift(self, trial):
        if trial.holder:
            trial.holder.stdin.close()
            trial.holder.wait(timeout=30)
            trial.holder.stdout.close()
            trial.holder = None


class Full(Fault):
    """The disk under the server has little left, and the run uses it up."""

    name, title, disturbs = "full", "disk full", True
    needs = frozenset({DATABASE, OWN_SERVER})

    def missing(self, dbtool):
        return None if can_mount() else "only root can mount a small file system, and may not here"

    def applies(self, command):
        # Named servers lie in the project.
        return super().applies(command) and not command.name.startswith("dev ")

    def prepare(self, trial):
        if trial.command.has_database:
            left = trial.chance.choice([0, trial.chance.randint(0, 1 << 16),
                                        trial.chance.randint(0, 1 << 21)])  # fmt: skip
            trial.bench.fill(left)
        else:
            size = trial.chance.randint(1, 70)
            # In a name space of its own, so that nobody else's servers meet it.
            base = f"/tmp/dbtool-{os.geteuid()}"
            trial.wrapper = [
                "unshare", "--mount", "sh", "-c",
                f"mount -t tmpfs -o size={size}m,mode=711 torture {base} && exec \"$@\"", "sh",
            ]  # fmt: skip

    def lift(self, trial):
        if trial.command.has_database:
            trial.bench.empty_ballast()
            trial.cluster.ensure()


class ReadOnly(Fault):
    name, title, disturbs, needs = "readonly", "read-only", True, frozenset({DATABASE})

    def prepare(self, trial):
        trial.role_setting("default_transaction_read_only", "on")


class Standby(Fault):
    name, title, disturbs, needs = "standby", "standby", True, frozenset({DATABASE})
    refuses = frozenset({2})

    def prepare(self, trial):
        trial.use_standby()


class Connections(Fault):
    """Others have all connections but a few, and some of them leave."""

    name, title, disturbs, needs = "connections", "no connections", True, frozenset({DATABASE})

    def prepare(self, trial):
        left = trial.chance.randint(0, 2)
        trial.crowd = Crowd(trial.cluster)
        joined = 0
        while joined < CONNECTIONS and trial.crowd.join("crowd"):
            joined += 1
        trial.crowd.leave(min(left, joined))
        trial.crowd_leaves = trial.chance.random() < 0.3

    def strike(self, trial):
        if trial.crowd_leaves:
            trial.wait(trial.chance.uniform(0.05, 1))
            self.lift(trial)

    def lift(self, trial):
        if trial.crowd:
            trial.crowd.leave()
            trial.crowd = None


class Timeout(Fault):
    name, title, disturbs, needs = "timeout", "statement timeout", True, frozenset({DATABASE})

    def prepare(self, trial):
        trial.role_setting("statement_timeout", f"{trial.chance.choice([1, 2, 3, 5, 8, 13, 30])}ms")


class Clock(Fault):
    """The clock of dbtool's machine jumps while it runs, by minutes up to years."""

    name, title = "clock", "clock jumps"

    def library(self):
        found = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
        return found[0] if found else None

    def missing(self, dbtool):
        if not self.library():
            return "libfaketime is not installed (apt-get install faketime)"
        # Both stand before the C library: a few lines of C have reports then that are none, or hang.
        return "sanitizers do not bear libfaketime" if is_sanitized(dbtool) else None

    def prepare(self, trial):
        if trial.command.name == "doctor":
            # It compares the clock with the server's.
            self.refuses = frozenset({1})
        self.file = os.path.join(trial.bench.folder, "clock")
        self.write("+0")
        # The library changes the environment at its first start, and Swift then finds no arguments.
        trial.wrapper = ["env"]
        # A clock that is set does not touch the one that counts from the start of the machine.
        trial.environment |= {
            "LD_PRELOAD": self.library(),
            "FAKETIME_TIMESTAMP_FILE": self.file,
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }

    def write(self, text):
        with open(self.file + ".new", "w", encoding="utf-8") as file:
            file.write(text + "\n")
        os.chmod(self.file + ".new", 0o644)
        os.replace(self.file + ".new", self.file)

    def strike(self, trial):
        trial.wait_a_while()
        sign = trial.chance.choice("+-")
        self.write(sign + trial.chance.choice(["90s", "2h", "40d", "5y"]))

    def lift(self, trial):
        # The library leaves behind what the processes of a program would share.
        if trial.child:
            for path in glob.glob(f"/dev/shm/*faketime_*_{trial.child.process.pid}"):
                os.remove(path)


class Together(Fault):
    """Several runners start the same command at once; each has to do it, or find it done."""

    name, title, needs = "together", "runners at once", frozenset({DATABASE})

    def applies(self, command):
        return super().applies(command) and not command.reads and command.name != SERVED

    def prepare(self, trial):
        # Another one may have done it before.
        self.refuses = trial.command.again | {2}

    def strike(self, trial):
        line = trial.command.line(trial.url())
        others = [trial.start(line) for _ in range(trial.chance.choice([1, 2, 7]))]
        for other in others:
            other.wait(90)
            if other.hung or other.code not in {trial.command.code} | self.refuses:
                trial.violations.append(
                    f"other runner: exit code {other.code}: {other.stderr[-500:]}"
                )


FAULTS = [Fault(), Kill(), Stop(), Backend(), Restart(), Cut(UP), Cut(DOWN), Slow(), Lock(), Full(),
          ReadOnly(), Standby(), Connections(), Timeout(), Clock(),
          Together()]  # fmt: skip
