"""What must hold of a run that met a fault, and of the database and the machine after it."""

import fcntl
import glob
import os
import re
import signal
import time

from bench import PASSWORD, SECRET_KEY, without_times
from commands import OWN_SERVER

# How a trial went: the letter of the tables, and what it says.
FINISHED, WAITED, KILLED, FAILED, UNDECIDED, REFUSED, FOUND, WRONG = "dwkfuroX"
LEGEND = {
    FINISHED: "done, as if nothing had happened",
    WAITED: "waited until it could, then done",
    KILLED: "killed, and the next run finished",
    FAILED: "failed with exit code 3, and the next run finished",
    UNDECIDED: "not concluded, exit code 4, and the next run did",
    REFUSED: "refused with exit code 2, and the next run finished",
    FOUND: "said in its findings what is wrong, exit code 1, and the next run found nothing",
    WRONG: "something did not hold",
}
CRASHES = (
    "Fatal error",
    "Stack dump",
    "Segmentation",
    "AddressSanitizer",
    "Traceback",
    "Optional(",
)
KNOWN = re.compile(r"  +(statement|detail|context|tenant|value|state): ")
ADVISES = re.compile(r": (connect|run|use|give|see) ")
QUIET = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = 'work' AND usename IN ('deployer', 'app_user') AND {what}
"""
LEFT = """
SELECT 'a prepared transaction' FROM pg_prepared_xacts
UNION ALL
SELECT 'an advisory lock of session ' || pid FROM pg_locks
WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = 'work')
"""
PATIENCE = 12
# Where throwaway servers are, of everybody who works as this user.
SERVERS = f"/tmp/dbtool-{os.geteuid()}"


def judge(trial):
    """The letter of the outcome; what did not hold goes to the trial's violations."""
    wrong = trial.violations.append
    run, command, reference = trial.child, trial.command, trial.reference
    ended_by_itself(trial, run, wrong)
    speaks(trial, run, wrong)
    hides_secrets(run, wrong)
    hides_them_in_files(trial, wrong)
    # The next run may come at once, before the server has noticed anything.
    if trial.chance.random() < 0.7:
        goes_quiet(trial, wrong)
        leaves_what_it_should(trial, run, wrong)
    trial.left_by_run = ownerless()
    again = trial.recover()
    finishes(trial, run, again, wrong)
    hides_secrets(again, wrong)
    goes_quiet(trial, wrong)
    leaves_no_servers(trial, wrong)
    server_lives(trial, wrong)
    if trial.violations:
        return WRONG
    if run.code == -signal.SIGKILL:
        return KILLED
    if run.code == command.code:
        return WAITED if trial.held and run.seconds > trial.held > reference.seconds else FINISHED
    return {1: FOUND, 2: REFUSED, 3: FAILED, 4: UNDECIDED}.get(run.code, FAILED)


def ended_by_itself(trial, run, wrong):
    allowed = {trial.command.code} | trial.fault.refuses
    if trial.fault.disturbs:
        allowed |= trial.command.fails_with
    if trial.fault.kills:
        allowed.add(-signal.SIGKILL)
    if run.hung:
        wrong(f"hang: not done after {run.seconds:.0f} s")
    elif run.code < 0 and run.code not in allowed:
        wrong(f"crash: ended by signal {-run.code}")
    elif run.code not in allowed:
        wrong(f"exit code: {run.code}, not one of {sorted(allowed)}")


def speaks(trial, run, wrong):
    """An error is one sentence that says what to do."""
    text = run.stdout + run.stderr
    for word in CRASHES:
        if word in text:
            wrong(f"message: it says {word!r}")
    if run.code not in (2, 3):
        return
    lines = run.stderr.splitlines()
    errors = [line for line in lines if line.startswith("dbtool: error: ")]
    # The gate and the doctor tell in their tables what the database failed.
    if not errors and trial.command.name.split()[0] not in ("gate", "doctor"):
        wrong("message: no line 'dbtool: error: …'")
    for line in errors:
        if not 30 < len(line) < 1500:
            wrong("message: the error is no sentence")
    # Below the sentence stands what is known, and then the advice.
    advice = [line for line in lines if line.startswith("  ") and not KNOWN.match(line)]
    if errors and not advice and not ADVISES.search(errors[0]):
        wrong(f"message: it does not say what to do: {errors[0]}")


def hides_secrets(run, wrong):
    for secret in (PASSWORD, SECRET_KEY):
        if secret in run.stdout + run.stderr:
            wrong("secret: a password or key is shown")


def hides_them_in_files(trial, wrong):
    for place, _, names in os.walk(trial.folder):
        for name in names:
            with open(os.path.join(place, name), "rb") as file:
                if PASSWORD.encode() in file.read():
                    wrong(f"secret: the password stands in {name}")


def leaves_what_it_should(trial, run, wrong):
    """Either nothing happened or all of it; what is in between, the next run has to finish."""
    if run.hung:
        return
    state = trial.state()
    if trial.command.reads and state != trial.before:
        wrong("state: a command that only looks left something\n" + difference(trial.before, state))
    if run.code == trial.command.code and not trial.command.reads:
        if state != trial.reference.state:
            wrong(
                "state: it says that it is done, and it is not\n"
                + difference(trial.reference.state, state)
            )
    same = trial.command.prints_the_same and run.code == trial.command.code
    if same and without_times(run.stdout) != trial.reference.stdout:
        wrong("output: it is another one than undisturbed, though it says that all is well")


def finishes(trial, run, again, wrong):
    command = trial.command
    if again.hung:
        wrong(f"hang: the next run is not done after {again.seconds:.0f} s")
    elif again.code not in (command.again if command.again else {command.code}):
        wrong(f"next run: exit code {again.code}: {again.stdout[-600:]}{again.stderr[-600:]}")
    state = trial.state()
    if state != trial.reference.state:
        wrong("next run: it leaves something else than an undisturbed one\n"
              + difference(trial.reference.state, state))  # fmt: skip
    if state[0] and state[0][2]:
        wrong(f"next run: an invalid index is left: {state[0][2]}")


def goes_quiet(trial, wrong):
    """No session of dbtool's stays; those of the Data API may, without a transaction."""
    if not trial.command.begins:
        return
    what = "xact_start IS NOT NULL" if trial.server else "true"
    end = time.monotonic() + PATIENCE
    while True:
        busy = trial.cluster.execute(QUIET.format(what=what))
        left = trial.cluster.execute(LEFT)
        if busy == "0" and not left:
            return
        if time.monotonic() > end:
            break
        time.sleep(0.05)
    if busy != "0":
        wrong(f"session: {busy} of dbtool's are left after {PATIENCE} s")
    if left:
        wrong(f"lock: {left}")


def ownerless():
    """Throwaway servers whose dbtool is dead: nobody holds the lock on their folder."""
    found = set()
    for folder in glob.glob(SERVERS + "/e-*"):
        try:
            with open(folder + "/owner.lock", "rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            found.add(folder)
        except OSError:
            continue
    return found


def leaves_no_servers(trial, wrong):
    if OWN_SERVER not in trial.command.uses or trial.command.name.startswith("dev "):
        return
    # Somebody else's may be between its death and the next start anywhere.
    end = time.monotonic() + PATIENCE
    while left := ownerless() & trial.left_by_run:
        if time.monotonic() > end:
            wrong(f"server: the next run left those of the killed one: {sorted(left)}")
            return
        time.sleep(0.1)


def server_lives(trial, wrong):
    """The Data API goes through it all, and ends when it is asked to."""
    server = trial.server
    if not server:
        return
    if not server.running():
        wrong(f"data-api serve: it has ended: {trial.peek(server)[-400:]}")
    run = trial.stop_server()
    if run.hung:
        wrong("data-api serve: it does not end on SIGTERM")
    elif run.code not in (0, 130):
        wrong(f"data-api serve: exit code {run.code}: {run.stderr[-400:]}")
    hides_secrets(run, wrong)
    for word in CRASHES:
        if word in run.stdout + run.stderr:
            wrong(f"data-api serve: it says {word!r}")


def difference(wanted, found):
    """A few lines that say where two states differ."""
    lines = []
    if wanted[0] and found[0]:
        a, b = set(wanted[0][0]), set(found[0][0])
        lines += [f"    - {line}" for line in sorted(a - b)[:4]]
        lines += [f"    + {line}" for line in sorted(b - a)[:4]]
        if wanted[0][1] != found[0][1]:
            old, new = wanted[0][1].splitlines(), found[0][1].splitlines()
            lines += [f"    - {line}" for line in old if line not in new][:4]
            lines += [f"    + {line}" for line in new if line not in old][:4]
        if wanted[0][2] != found[0][2]:
            lines.append(f"    {wanted[0][2]!r} -> {found[0][2]!r}")
    names = {name for name in wanted[1].keys() | found[1].keys()
             if wanted[1].get(name) != found[1].get(name)}  # fmt: skip
    lines += [f"    file {name}" for name in sorted(names)[:6]]
    return "\n".join(line[:200] for line in lines)
