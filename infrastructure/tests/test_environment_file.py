"""What a file of an environment may say, and what is said when it says something else."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT
from dbtool_infrastructure.environment_file import read_environment
from dbtool_infrastructure.fields import EnvironmentFileError

PROD = yaml.safe_load((ROOT / "environments" / "prod.yaml").read_text())
DEV = yaml.safe_load((ROOT / "environments" / "dev.yaml").read_text())
MISSING = object()


def write(tmp_path: Path, base: dict[str, Any], path: str, value: Any) -> Path:
    content = yaml.safe_load(yaml.safe_dump(base))
    *sections, key = path.split(".")
    target = content
    for section in sections:
        target = target[section]
    if value is MISSING:
        del target[key]
    else:
        target[key] = value
    file = tmp_path / "test.yaml"
    file.write_text(yaml.safe_dump(content))
    return file


@pytest.mark.parametrize("name", ["dev", "staging", "prod", "prod-global"])
def test_committed_files_are_good(name: str) -> None:
    assert read_environment(ROOT / "environments" / f"{name}.yaml").name == name


@pytest.mark.parametrize(
    "field, value, allowed",
    [
        ("region", "Europe", "a region of AWS"),
        ("region", "eu-west-1\n", "a region of AWS"),
        ("region", "eu-west-\u0661", "a region of AWS"),
        ("region", MISSING, "a region of AWS"),
        ("secondary_region", "eu-west-1", "another one than region"),
        ("secondary_region", 1, "a region of AWS, or null"),
        ("vpc_cidr", "8.8.0.0/16", "a private network from /16 to /24"),
        ("vpc_cidr", "10.0.0.0/25", "a private network from /16 to /24"),
        ("vpc_cidr", "10.0.0.1/16", "a private network from /16 to /24"),
        ("vpc_cidr", "10.0.0.0/255.255.0.0", "a private network from /16 to /24"),
        ("vpc_cidr", "127.0.0.0/16", "a private network from /16 to /24"),
        ("vpc_cidr", "169.254.0.0/16", "a private network from /16 to /24"),
        ("availability_zones", 1, "a whole number from 2 to 3"),
        ("availability_zones", True, "a whole number from 2 to 3"),
        ("interface_endpoints", ["s3"], "a list of logs, monitoring, rds-data, secretsmanager"),
        ("interface_endpoints", ["logs", "logs"], "each once"),
        ("interface_endpoints", "logs", "a list of"),
        ("database", "'; DROP", "small letters, digits and underscores"),
        ("database", "x" * 64, "up to 63"),
        ("database", "rdsadmin", "no database of the server's own"),
        ("database", "postgres", "no database of the server's own"),
        ("engine_version", 16.8, 'a version in quotes, such as "16.8"'),
        ("engine_version", "14.9", "from 15 to 17"),
        ("engine_version", "16.\u0668", "from 15 to 17"),
        ("capacity.minimum", 0.3, "in steps of 0.5"),
        ("capacity.minimum", -1, "from 0 to 256"),
        ("capacity.minimum", 65, "at most the maximum, 64"),
        ("capacity.minimum", float("nan"), "in steps of 0.5"),
        ("capacity.minimum", "1", "a number of ACUs"),
        ("capacity.maximum", 256.5, "from 1 to 256"),
        ("capacity.maximum", 0.5, "from 1 to 256"),
        ("capacity.maximum", float("inf"), "from 1 to 256"),
        ("capacity.pause_after_minutes", 30, "given when the minimum is 0, and only then"),
        ("readers", 16, "a whole number from 0 to 15"),
        ("storage", "magnetic", "one of standard, io-optimized"),
        ("insights", None, "one of standard, advanced"),
        ("backup_days", 0, "a whole number from 1 to 35"),
        ("backup_days", 36, "a whole number from 1 to 35"),
        ("log_days", 31, "one of 7, 14, 30"),
        ("rotation_days", 0, "a whole number from 1 to 365"),
        ("protected", "yes", "true or false"),
        ("alarms.emails", ["nobody"], "a list of addresses"),
        ("alarms.emails", ["a\x1b@b.example"], "a list of addresses"),
        ("alarms.connections", 0, "a whole number from 1 to 5000"),
        ("alarms.failed_operations", 1.5, "a whole number"),
        ("alarms.cost_anomaly", 0, "a whole number from 1"),
        ("metrics.namespace", "AWS/RDS", "does not begin with AWS/"),
        ("metrics.namespace", 'a"b', "a name of CloudWatch"),
        ("metrics.layout", "both", "one of split, full"),
        ("delivery.repository", "example/*", "owner/name of a repository on GitHub"),
        ("delivery.repository", "https://github.com/a/b", "owner/name"),
        ("delivery.oidc_provider", "maybe", "one of create, existing"),
        ("delivery.connection", "arn:aws:s3:::x", "the ARN of a CodeConnections connection"),
        ("delivery.image_tag", "latest", "that is not latest"),
        ("delivery.image_tag", MISSING, "a tag of an image"),
    ],
)
def test_wrong_value_is_told_with_file_field_and_what_is_allowed(
    tmp_path: Path, field: str, value: Any, allowed: str
) -> None:
    file = write(tmp_path, PROD, field, value)
    with pytest.raises(EnvironmentFileError) as raised:
        read_environment(file)
    message = str(raised.value)
    assert message.startswith(f"{file}: {field} ")
    assert allowed in message
    assert "\n" not in message


@pytest.mark.parametrize(
    "field, value, allowed",
    [
        ("readers", 1, "capacity.minimum must be at least 0.5 with readers"),
        (
            "secondary_region",
            "eu-central-1",
            "capacity.minimum must be at least 0.5 with a secondary",
        ),
        ("engine_version", "16.2", "versions pause from 16.3 on"),
        ("engine_version", "15.6", "versions pause from 15.7 on"),
        ("capacity.pause_after_minutes", None, "given when the minimum is 0"),
        ("capacity.pause_after_minutes", 4, "from 5 to 1440"),
    ],
)
def test_what_does_not_go_with_pausing(
    tmp_path: Path, field: str, value: Any, allowed: str
) -> None:
    with pytest.raises(EnvironmentFileError, match=allowed):
        read_environment(write(tmp_path, DEV, field, value))


@pytest.mark.parametrize("value", [0.5, 1, 1.5, 64])
def test_steps_of_capacity(tmp_path: Path, value: float) -> None:
    environment = read_environment(write(tmp_path, PROD, "capacity.minimum", value))
    assert environment.capacity.minimum == value


def test_unknown_fields(tmp_path: Path) -> None:
    for path in ("vpc", "capacity.max", "delivery.token"):
        with pytest.raises(EnvironmentFileError, match="'(vpc|max|token)' is unknown"):
            read_environment(write(tmp_path, PROD, path, 1))


def test_sections_must_be_mappings(tmp_path: Path) -> None:
    for section in ("capacity", "alarms", "metrics", "delivery"):
        for value in (None, [], "x", MISSING):
            with pytest.raises(EnvironmentFileError, match=f"{section}.* must be a mapping"):
                read_environment(write(tmp_path, PROD, section, value))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"[]", id="list"),
        pytest.param(b"a: [", id="torn"),
        pytest.param(b"\xff\xfe", id="no-utf-8"),
        pytest.param(b"a: \x00", id="nul"),
        pytest.param(b"!!python/object/apply:os.system [id]", id="code"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b"&a [*a]", id="circle"),
        pytest.param(b"region: 2026-13-45", id="no-date"),
        pytest.param(b"region: !!int x", id="no-number"),
        pytest.param(b"region: !!timestamp x", id="no-time"),
        pytest.param(b"region: !!bool x", id="no-truth"),
        pytest.param(b"region: !!set [x]", id="no-set"),
        pytest.param(b"readers: " + b"9" * 5_000, id="long-number"),
        pytest.param(b"? [a]\n: 1", id="list-as-key"),
    ],
)
def test_hostile_files_are_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "test.yaml"
    file.write_bytes(content)
    with pytest.raises(EnvironmentFileError) as raised:
        read_environment(file)
    assert str(raised.value).startswith(f"{file}: ")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("more", ["protected: false", "delivery: {image_tag: a, 'image_tag': b}"])
def test_a_key_that_stands_twice(tmp_path: Path, more: str) -> None:
    """YAML's readers take the last one: `protected: true` above it would be lost."""
    file = tmp_path / "test.yaml"
    file.write_text(f"protected: true\n{more}\n")
    with pytest.raises(EnvironmentFileError, match="line 2: the key '(protected|image_tag)' st"):
        read_environment(file)


def test_values_that_grow_are_not_read(tmp_path: Path) -> None:
    """Each line is eight times as long as the one before: the message would take all memory."""
    file = tmp_path / "test.yaml"
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{f'*a{n - 1},' * 8}]" for n in range(1, 20)]
    file.write_text("\n".join([*lines, "region: *a19"]))
    with pytest.raises(EnvironmentFileError, match="line 2: aliases are not allowed"):
        read_environment(file)


def test_long_and_strange_values_are_shown_shortly(tmp_path: Path) -> None:
    for value in ("x" * 1_000_000, "'; DROP\x1b[31m\n"):
        with pytest.raises(EnvironmentFileError) as raised:
            read_environment(write(tmp_path, PROD, "region", value))
        assert len(str(raised.value)) < len(str(tmp_path)) + 200
        assert "\x1b" not in str(raised.value) and "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "name", ["Prod", "a" * 21, "1", "a_b", "a b", "'; DROP", "a-", "a--b", "a-secondary"]
)
def test_file_names(tmp_path: Path, name: str) -> None:
    with pytest.raises(EnvironmentFileError, match="the file's name must be"):
        read_environment(tmp_path / f"{name}.yaml")


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFileError, match="cannot be read"):
        read_environment(tmp_path / "nobody.yaml")
