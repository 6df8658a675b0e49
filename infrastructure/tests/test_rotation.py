"""The rotation on real parts: PostgreSQL, dbtool's Data API, and moto's Secrets Manager."""

import contextlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import boto3
import botocore.exceptions
import psycopg
import pytest
from conftest import ROOT, Assembly, resources
from data_api_front import DataApiFront
from dbtool_infrastructure.rotation import HANDLER
from moto.secretsmanager.models import secretsmanager_backends
from moto.server import ThreadedMotoServer
from postgres_server import MASTER, SUPERUSER, Server, installations, running_server

REGION, ACCOUNT = "eu-west-1", "123456789012"
CLUSTER = f"arn:aws:rds:{REGION}:{ACCOUNT}:cluster:dbtool-test"
STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
PASSWORD = re.compile(r"[A-Za-z0-9_-]{43}")


def find_dbtool() -> str:
    program = os.environ.get("DBTOOL") or shutil.which("dbtool")
    if not program:
        pytest.skip("dbtool is not there: set DBTOOL to a built one")
    return program


@pytest.fixture(scope="module", autouse=True)
def credentials() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        patch.delenv("AWS_PROFILE", raising=False)
        yield


@pytest.fixture(scope="module")
def moto_address() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="module", params=["system", "16"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    programs = installations().get(request.param)
    if programs is None:
        pytest.skip(f"there is no PostgreSQL here: {request.param}")
    with running_server(programs) as running:
        yield running


class World:
    """An account with the cluster's three secrets, the users not made yet, and the function."""

    def __init__(self, server: Server, moto_address: str, patch: pytest.MonkeyPatch) -> None:
        self.server = server
        self.store = boto3.client("secretsmanager", endpoint_url=moto_address)
        self.master = self._secret("rds!cluster-test", *MASTER)
        self.owner = self._secret("owner", "dbtool_owner", "unknown to the server")
        self.application = self._secret("application", "app_user", "unknown to the server")
        self.front = DataApiFront(
            find_dbtool(),
            self.current,
            lambda user: f"postgres://{user}@127.0.0.1:{server.port}/app",
        )
        for name, value in {
            "AWS_ENDPOINT_URL_SECRETS_MANAGER": moto_address,
            "AWS_ENDPOINT_URL_RDS_DATA": self.front.address,
            "CLUSTER": CLUSTER,
            "DATABASE": "app",
            "MASTER_SECRET": self.master,
            "USERS": json.dumps({self.owner: "dbtool_owner", self.application: "app_user"}),
        }.items():
            patch.setenv(name, value)
        self.function = load_handler()

    def _secret(self, name: str, user: str, password: str) -> str:
        return self.store.create_secret(
            Name=f"{name}-{uuid.uuid4()}",
            SecretString=json.dumps({"username": user, "password": password}),
        )["ARN"]

    def current(self, arn: str) -> tuple[str, str]:
        text = self.store.get_secret_value(SecretId=arn, VersionStage="AWSCURRENT")["SecretString"]
        content = json.loads(text)
        return content["username"], content["password"]

    def begin(self, arn: str) -> str:
        """A version without a value, labelled AWSPENDING, as Secrets Manager begins a rotation."""
        token = str(uuid.uuid4())
        secret = secretsmanager_backends[ACCOUNT][REGION].secrets[arn]
        for version in secret.versions.values():
            if "AWSPENDING" in version["version_stages"]:
                version["version_stages"].remove("AWSPENDING")
        secret.versions[token] = {
            "createdate": 0,
            "version_id": token,
            "version_stages": ["AWSPENDING"],
        }
        return token

    def step(self, arn: str, token: str, step: str) -> None:
        event = {"SecretId": arn, "ClientRequestToken": token, "Step": step}
        self.function.handler(event, None)

    def rotate(self, arn: str) -> str:
        token = self.begin(arn)
        for step in STEPS:
            self.step(arn, token, step)
        return token

    def logs_in(self, user: str, password: str) -> bool:
        try:
            with self.server.connect(user, password) as connection:
                return connection.execute("SELECT current_user").fetchone() == (user,)
        except psycopg.OperationalError as error:
            assert "password authentication failed" in str(error)
            return False


def load_handler() -> ModuleType:
    """The function as Lambda loads it: a module that reads the environment."""
    spec = importlib.util.spec_from_file_location("index", HANDLER)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def world(server: Server, moto_address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with server.connect(*SUPERUSER, "postgres") as connection:
        connection.execute("DROP DATABASE app WITH (FORCE)")
        for user in ("app_user", "dbtool_owner"):
            connection.execute(f"DROP ROLE IF EXISTS {user}")
        connection.execute(f"CREATE DATABASE app OWNER {MASTER[0]}")
    world = World(server, moto_address, monkeypatch)
    yield world
    world.front.close()


def test_first_rotation_makes_the_users(world: World) -> None:
    for arn in (world.application, world.owner):
        world.rotate(arn)
        user, password = world.current(arn)
        assert PASSWORD.fullmatch(password)
        assert world.logs_in(user, password)
        assert not world.logs_in(user, "unknown to the server")


def test_next_rotation_replaces_the_password(world: World) -> None:
    world.rotate(world.application)
    before = world.current(world.application)
    token = world.rotate(world.application)
    after = world.current(world.application)
    assert before != after
    assert world.logs_in(*after)
    assert not world.logs_in(*before)
    stages = world.store.describe_secret(SecretId=world.application)["VersionIdsToStages"]
    assert set(stages[token]) == {"AWSCURRENT", "AWSPENDING"}


@pytest.mark.parametrize("repeated", range(len(STEPS)))
def test_each_step_can_be_repeated(world: World, repeated: int) -> None:
    """Secrets Manager begins again after a failure, with the same version."""
    token = world.begin(world.application)
    for step in STEPS[: repeated + 1]:
        world.step(world.application, token, step)
    pending = json.loads(
        world.store.get_secret_value(SecretId=world.application, VersionId=token)["SecretString"]
    )
    for step in STEPS:
        world.step(world.application, token, step)
    assert world.current(world.application) == ("app_user", pending["password"])
    assert world.logs_in("app_user", pending["password"])


@pytest.mark.parametrize(
    "before", [(), ("createSecret",), ("setSecret", "createSecret")], ids="-".join
)
def test_the_end_that_comes_too_early_locks_nobody_out(
    world: World, before: tuple[str, ...]
) -> None:
    world.rotate(world.application)
    token = world.begin(world.application)
    for step in (*before, "finishSecret"):
        with contextlib.suppress(botocore.exceptions.ClientError):
            world.step(world.application, token, step)
    assert world.logs_in(*world.current(world.application))
    for step in STEPS:
        world.step(world.application, token, step)
    assert world.logs_in(*world.current(world.application))


def test_passwords_never_reach_the_server(world: World) -> None:
    world.rotate(world.owner)
    world.rotate(world.owner)
    sent = json.dumps(world.front.bodies)
    assert world.current(world.owner)[1] not in sent
    # The verifier is a parameter: no statement has it, and so no log of statements.
    assert all("SCRAM-SHA-256" not in body.get("sql", "") for body in world.front.bodies)
    assert "SCRAM-SHA-256$4096:" in sent


@pytest.mark.parametrize("order", [("owner", "application"), ("application", "owner")])
def test_users_are_what_they_are_for(world: World, order: tuple[str, str]) -> None:
    for name in order:
        world.rotate(getattr(world, name))
    with world.server.connect(*world.current(world.owner)) as owner:
        assert owner.execute(
            "SELECT rolcreaterole, rolsuper, rolbypassrls, rolcreatedb FROM pg_roles"
            " WHERE rolname = current_user"
        ).fetchone() == (True, False, False, False)
        owner.execute("CREATE TABLE public.rooms (tenant text)")
        owner.execute("ALTER TABLE public.rooms ENABLE ROW LEVEL SECURITY")
        owner.execute("GRANT SELECT ON public.rooms TO app_user")
        owner.execute("CREATE ROLE app_readonly")
        owner.execute("DROP ROLE app_readonly")
        # Settings of the application's role are a migration's work too.
        owner.execute("ALTER ROLE app_user SET statement_timeout = '30s'")
        # Seeds and probes are done as the application.
        owner.execute("SET ROLE app_user")
    with world.server.connect(*world.current(world.application)) as application:
        assert application.execute("SELECT count(*) FROM public.rooms").fetchone() == (0,)
        for refused in (
            "CREATE TABLE public.mine ()",
            "DROP TABLE public.rooms",
            "CREATE ROLE mine",
            "SET ROLE dbtool_owner",
            "SET ROLE rds_superuser",
            "ALTER TABLE public.rooms DISABLE ROW LEVEL SECURITY",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                application.execute(refused)


def test_a_user_that_bypasses_policies_is_refused(world: World) -> None:
    world.rotate(world.application)
    before = world.current(world.application)
    with world.server.connect(*SUPERUSER) as superuser:
        superuser.execute("ALTER ROLE app_user BYPASSRLS")
    with pytest.raises(botocore.exceptions.ClientError, match="can bypass row-level security"):
        world.rotate(world.application)
    # Nothing is half done: the former password is still current, and still good.
    assert world.current(world.application) == before
    assert world.logs_in(*before)


@pytest.mark.parametrize(
    "change",
    [
        "ALTER ROLE app_user CREATEROLE",
        "GRANT dbtool_owner TO app_user",
        "CREATE ROLE owner_of_rooms; CREATE TABLE public.rooms ();"
        " ALTER TABLE public.rooms OWNER TO owner_of_rooms, ENABLE ROW LEVEL SECURITY;"
        " GRANT owner_of_rooms TO app_user",
    ],
)
def test_an_application_that_can_become_an_owner_is_refused(world: World, change: str) -> None:
    for arn in (world.application, world.owner):
        world.rotate(arn)
    before = world.current(world.application)
    with world.server.connect(*MASTER) as master:
        master.execute("REVOKE app_user FROM dbtool_owner CASCADE")
    with world.server.connect(*SUPERUSER) as superuser:
        superuser.execute(change)
    try:
        with pytest.raises(botocore.exceptions.ClientError, match="can bypass row-level security"):
            world.rotate(world.application)
        assert world.current(world.application) == before
        # Who owns the database may become owner of what is in it.
        world.rotate(world.owner)
    finally:
        with world.server.connect(*SUPERUSER) as superuser:
            superuser.execute("DROP TABLE IF EXISTS public.rooms")
            superuser.execute("DROP ROLE IF EXISTS owner_of_rooms")


def test_a_paused_cluster_is_waited_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(world.function.time, "sleep", waited.append)
    world.front.faults = ["DatabaseResumingException"] * 3
    world.rotate(world.owner)
    assert waited == [5, 5, 5]
    assert world.logs_in(*world.current(world.owner))


def test_other_errors_end_the_rotation(world: World) -> None:
    token = world.begin(world.owner)
    world.step(world.owner, token, "createSecret")
    world.front.faults = ["AccessDeniedException"]
    with pytest.raises(botocore.exceptions.ClientError, match="AccessDenied"):
        world.step(world.owner, token, "setSecret")


def test_finish_fails_when_the_password_does_not_work(world: World) -> None:
    token = world.begin(world.owner)
    for step in STEPS[:3]:
        world.step(world.owner, token, step)
    with world.server.connect(*SUPERUSER) as superuser:
        superuser.execute("ALTER ROLE dbtool_owner VALID UNTIL '2001-01-01'")
    with pytest.raises(botocore.exceptions.ClientError):
        world.step(world.owner, token, "finishSecret")


def test_what_is_not_rotated_here(world: World) -> None:
    token = world.begin(world.master)
    with pytest.raises(ValueError, match="not rotated here"):
        world.step(world.master, token, "createSecret")
    with pytest.raises(ValueError, match="not rotated here"):
        world.step(world.owner, str(uuid.uuid4()), "createSecret")


@pytest.mark.parametrize("step", STEPS)
def test_a_former_password_does_not_come_back(world: World, step: str) -> None:
    former = world.rotate(world.application)
    world.rotate(world.application)
    current = world.current(world.application)
    with pytest.raises(ValueError, match="not rotated here"):
        world.step(world.application, former, step)
    assert world.current(world.application) == current
    assert world.logs_in(*current)


@pytest.mark.parametrize("content", ["hunter2", '["hunter2"]', '"hunter2"', "{"])
def test_a_secret_that_is_none_is_refused_and_not_shown(world: World, content: str) -> None:
    world.store.put_secret_value(SecretId=world.application, SecretString=content)
    token = world.begin(world.application)
    with pytest.raises((ValueError, TypeError, botocore.exceptions.ClientError)) as raised:
        world.step(world.application, token, "createSecret")
    assert "hunter2" not in str(raised.value)


def test_the_secret_cannot_choose_the_user(world: World) -> None:
    """Who may write a secret must not thereby be able to change the master user's password."""
    world.store.put_secret_value(
        SecretId=world.application,
        SecretString=json.dumps({"username": MASTER[0], "password": "x"}),
    )
    world.rotate(world.application)
    assert world.current(world.application)[0] == "app_user"
    assert world.logs_in(*MASTER)


def test_the_jobs_migrate_as_the_owner(
    world: World, assembly: Assembly, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The commands of the deployed jobs, on the example application."""
    # The wheel's PostgreSQL has no contrib modules, which later migrations need. The first one is
    # about roles, whose rules are other ones from 16 on.
    first_only = "16" in request.node.callspec.id
    for arn in (world.owner, world.application):
        world.rotate(arn)
    project = resources(assembly.template("Dbtool-dev"), "AWS::CodeBuild::Project")[1]
    (variable,) = project["Environment"]["EnvironmentVariables"]
    url = "".join(
        (
            part
            if isinstance(part, str)
            else {"Fn::GetAtt": CLUSTER, "Ref": world.owner}[next(iter(part))]
        )
        for part in variable["Value"]["Fn::Join"][1]
    )
    example = ROOT.parent
    (tmp_path / "migrations").mkdir()
    for file in sorted((example / "migrations").iterdir()):
        if not first_only or file.name.startswith("20250110090000_"):
            shutil.copy(file, tmp_path / "migrations")
    if not first_only:
        shutil.copytree(example / "policies", tmp_path / "policies")
    shutil.copy(example / "dbtool.yaml", tmp_path)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "dbtool").symlink_to(find_dbtool())
    commands = json.loads(project["Source"]["BuildSpec"])["phases"]["build"]["commands"]
    for command in commands[:1] if first_only else commands:
        result = subprocess.run(
            ["sh", "-c", command],
            cwd=tmp_path,
            env={
                **os.environ,
                "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
                variable["Name"]: url,
            },
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert result.returncode == 0, result.stderr
    with world.server.connect(*SUPERUSER) as superuser:
        table, owner = superuser.execute(
            "SELECT relname, relowner::regrole::text FROM pg_class"
            " WHERE oid = 'public.tenants'::regclass"
        ).fetchone() or ("", "")
        assert (table, owner) == ("tenants", "app_owner")
    if not first_only:
        with world.server.connect(*world.current(world.application)) as application:
            assert application.execute("SELECT count(*) FROM public.bookings").fetchone() == (0,)
    # What migrations made of the users does not stand in the way of the next rotation.
    for arn in (world.owner, world.application):
        world.rotate(arn)
        assert world.logs_in(*world.current(arn))


def test_the_deployed_function_is_the_tested_one(assembly: Assembly) -> None:
    (function,) = resources(assembly.template("Dbtool-prod"), "AWS::Lambda::Function")
    assert function["Code"]["ZipFile"] == HANDLER.read_text()
    # As it was CloudFormation's limit for code within a template.
    assert len(HANDLER.read_text()) <= 4096
