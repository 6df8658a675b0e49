"""Reads `environments/NAME.yaml`.

Whatever is wrong is told of with file, field and what is allowed.
"""

import ipaddress
import re
from pathlib import Path
from typing import Any

from .environment import Alarms, Capacity, Delivery, Environment, Metrics
from .fields import EnvironmentFileError, Fields, matches
from .yaml_file import read_yaml

# AWS, "Aurora Serverless v2 capacity": the first minor of each major that can pause.
PAUSING_MINORS = {15: 7, 16: 3, 17: 4}
NEWEST_MAJOR = max(PAUSING_MINORS)
MAXIMUM_CAPACITY = 256
# What CloudWatch Logs accepts as days of retention, from a week to two years.
LOG_DAYS = (7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731)
# RFC 1918.
PRIVATE_NETWORKS = tuple(
    map(ipaddress.IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
)
ENDPOINTS = ("logs", "monitoring", "rds-data", "secretsmanager")
REGION = r"[a-z]{2}(?:-[a-z]+)+-[0-9]"
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
# What a server has already, or keeps for RDS.
TAKEN_DATABASES = "postgres|rdsadmin|template0|template1"
REPOSITORY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})/[A-Za-z0-9._-]{1,100}")
CONNECTION = re.compile(
    r"arn:aws[a-z-]*:(?:codeconnections|codestar-connections):[a-z0-9-]+:[0-9]{12}:"
    r"connection/[a-z0-9-]{36}"
)


def read_environment(file: Path) -> Environment:
    """The environment that a file describes; its name is the file's."""
    # RDS and ECR refuse hyphens at the end and in a row; second regions have the ending.
    if (
        len(file.stem) > 20
        or not re.fullmatch(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", file.stem)
        or file.stem.endswith("-secondary")
    ):
        raise EnvironmentFileError(
            f"{file}: the file's name must be up to 20 small letters and digits, with single "
            "hyphens between them, and not end with -secondary"
        )
    fields = Fields(file, "", read_yaml(file))
    environment = Environment(
        name=file.stem,
        region=fields.matching("region", "a region of AWS, such as eu-west-1", REGION),
        secondary_region=fields.optional(
            "secondary_region", "a region of AWS, or null", matches(REGION)
        ),
        vpc_cidr=fields.take("vpc_cidr", "a private network from /16 to /24", _is_private_network),
        availability_zones=fields.integer("availability_zones", 2, 3),
        interface_endpoints=fields.texts(
            "interface_endpoints",
            "a list of " + ", ".join(ENDPOINTS) + ", each once",
            lambda name: name in ENDPOINTS,
        ),
        database=fields.matching(
            "database",
            "up to 63 small letters, digits and underscores, and no database of the server's own",
            rf"(?!(?:{TAKEN_DATABASES})$)[a-z][a-z0-9_]{{0,62}}",
        ),
        engine_version=fields.matching(
            "engine_version",
            f'a version in quotes, such as "16.8", from 15 to {NEWEST_MAJOR}',
            rf"(?:{'|'.join(map(str, PAUSING_MINORS))})\.[0-9]{{1,2}}",
        ),
        capacity=_capacity(fields.section("capacity")),
        readers=fields.integer("readers", 0, 15),
        storage=fields.one_of("storage", ("standard", "io-optimized")),
        insights=fields.one_of("insights", ("standard", "advanced")),
        backup_days=fields.integer("backup_days", 1, 35),
        log_days=fields.one_of("log_days", LOG_DAYS),
        rotation_days=fields.integer("rotation_days", 1, 365),
        protected=fields.take("protected", "true or false", lambda value: type(value) is bool),
        alarms=_alarms(fields.section("alarms")),
        metrics=_metrics(fields.section("metrics")),
        delivery=_delivery(fields.section("delivery")),
    )
    fields.done()
    _check_together(fields, environment)
    return environment


def _is_private_network(value: Any) -> bool:
    try:
        network = ipaddress.IPv4Network(value) if isinstance(value, str) else None
    except ValueError:
        return False
    return (
        network is not None
        # CloudFormation knows no masks such as 10.0.0.0/255.255.0.0.
        and str(network) == value
        and 16 <= network.prefixlen <= 24
        and any(network.subnet_of(private) for private in PRIVATE_NETWORKS)
    )


def _is_capacity(value: Any) -> bool:
    return type(value) in (int, float) and 0 <= value <= MAXIMUM_CAPACITY and value * 2 % 1 == 0


def _capacity(fields: Fields) -> Capacity:
    allowed = f"a number of ACUs from {{}} to {MAXIMUM_CAPACITY} in steps of 0.5"
    minimum = fields.take("minimum", allowed.format(0), _is_capacity)
    # AWS's API: the largest value must be at least 1.
    maximum = fields.take(
        "maximum", allowed.format(1), lambda value: _is_capacity(value) and value >= 1
    )
    if minimum > maximum:
        raise fields.fail("minimum", f"at most the maximum, {maximum}", minimum)
    pause = fields.optional(
        "pause_after_minutes",
        "a whole number of minutes from 5 to 1440, or null",
        lambda value: type(value) is int and 5 <= value <= 1440,
    )
    if (pause is not None) != (minimum == 0):
        raise fields.fail(
            "pause_after_minutes",
            "given when the minimum is 0, and only then",
            pause,
        )
    fields.done()
    return Capacity(minimum, maximum, pause)


def _alarms(fields: Fields) -> Alarms:
    alarms = Alarms(
        emails=fields.texts(
            "emails",
            "a list of addresses, each once",
            lambda text: (
                len(text) <= 254 and text.isprintable() and EMAIL.fullmatch(text) is not None
            ),
        ),
        connections=fields.integer("connections", 1, 5000),
        failed_operations=fields.integer("failed_operations", 1, 1_000_000),
        cost_anomaly=fields.integer("cost_anomaly", 1, 1_000_000),
    )
    fields.done()
    return alarms


def _metrics(fields: Fields) -> Metrics:
    metrics = Metrics(
        namespace=fields.matching(
            "namespace",
            "a name of CloudWatch that does not begin with AWS/",
            r"(?!AWS/)[A-Za-z0-9._/#-]{1,255}",
        ),
        layout=fields.one_of("layout", ("split", "full")),
    )
    fields.done()
    return metrics


def _delivery(fields: Fields) -> Delivery:
    delivery = Delivery(
        repository=fields.optional(
            "repository",
            "owner/name of a repository on GitHub, or null",
            matches(REPOSITORY.pattern),
        ),
        oidc_provider=fields.one_of("oidc_provider", ("create", "existing")),
        connection=fields.optional(
            "connection",
            "the ARN of a CodeConnections connection, or null",
            matches(CONNECTION.pattern),
        ),
        image_tag=fields.matching(
            "image_tag",
            "a tag of an image, such as 0.1.0, that is not latest",
            r"(?!latest$)[A-Za-z0-9_][A-Za-z0-9._-]{0,127}",
        ),
    )
    fields.done()
    return delivery


def _check_together(fields: Fields, environment: Environment) -> None:
    """What one field says about another. AWS, "Prerequisites and limitations" of auto-pause."""
    minor = int(environment.engine_version.split(".")[1])
    if environment.capacity.minimum == 0:
        if minor < PAUSING_MINORS[environment.engine_major]:
            first = f"{environment.engine_major}.{PAUSING_MINORS[environment.engine_major]}"
            raise fields.fail(
                "capacity.minimum",
                f"at least 0.5 with PostgreSQL {environment.engine_version}: versions pause from "
                f"{first} on",
                0,
            )
        if environment.readers:
            raise fields.fail(
                "capacity.minimum", "at least 0.5 with readers, which keep the cluster awake", 0
            )
        if environment.secondary_region:
            raise fields.fail(
                "capacity.minimum", "at least 0.5 with a secondary_region, which never pauses", 0
            )
    if environment.secondary_region == environment.region:
        raise fields.fail(
            "secondary_region", "another one than region", environment.secondary_region
        )
