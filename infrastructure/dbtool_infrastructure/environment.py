"""What an environment is made of, as values that have been checked."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Capacity:
    """How far an instance grows and shrinks, in Aurora capacity units of 2 GiB each."""

    minimum: float
    maximum: float
    pause_after_minutes: int | None
    """Idle time after which the cluster pauses. None unless the minimum is 0."""


@dataclass(frozen=True)
class Alarms:
    """When somebody is told."""

    emails: tuple[str, ...]
    connections: int
    """Connections to the cluster above which the alarm goes off."""
    failed_operations: int
    """Operations in five minutes that failed by the server's, or a neighbour's, fault."""
    cost_anomaly: int
    """Dollars of unexpected cost in a day."""


@dataclass(frozen=True)
class Metrics:
    """The metrics that dbtool and InstrumentedClient publish; `metrics:` in dbtool.yaml."""

    namespace: str
    layout: str


@dataclass(frozen=True)
class Delivery:
    """Who may bring migrations to the database from outside, and with which image of dbtool."""

    repository: str | None
    """`owner/name` on GitHub. None leaves it to a parameter of the template."""
    oidc_provider: str
    """`create` or `existing`: an account has one provider for GitHub at most."""
    connection: str | None
    """The ARN of a CodeConnections connection. Without one the repository must be public."""
    image_tag: str


@dataclass(frozen=True)
class Environment:
    """One deployment, from `environments/NAME.yaml`."""

    name: str
    region: str
    secondary_region: str | None
    vpc_cidr: str
    availability_zones: int
    interface_endpoints: tuple[str, ...]
    database: str
    engine_version: str
    capacity: Capacity
    readers: int
    storage: str
    insights: str
    backup_days: int
    log_days: int
    rotation_days: int
    protected: bool
    """Whether what holds data outlives a mistake: no deletion, keys and secrets retained."""
    alarms: Alarms
    metrics: Metrics
    delivery: Delivery

    @property
    def stack_name(self) -> str:
        return f"Dbtool-{self.name}"

    @property
    def secondary_stack_name(self) -> str:
        return f"{self.stack_name}-secondary"

    @property
    def cluster_identifier(self) -> str:
        return f"dbtool-{self.name}"

    @property
    def engine_major(self) -> int:
        return int(self.engine_version.split(".")[0])
