"""What an estimate of costs has to know of an environment."""

import json
from typing import Any

from .environment import Environment

VERSION = 1


def cost_inputs(environment: Environment, *, alarms: int, secrets: int, keys: int) -> str:
    """Compact JSON, for `dbtool cost` to read from the stack's output CostInputs.

    Capacity is in ACUs of each instance. Numbers are of one region: a secondary region has the
    cluster with as many instances, and a key, alarms and a dashboard of its own stack.
    """
    inputs: dict[str, Any] = {
        "version": VERSION,
        "environment": environment.name,
        "region": environment.region,
        "secondaryRegion": environment.secondary_region,
        "minimumCapacity": environment.capacity.minimum,
        "maximumCapacity": environment.capacity.maximum,
        "pauseAfterMinutes": environment.capacity.pause_after_minutes,
        "readers": environment.readers,
        "storage": environment.storage,
        "backupDays": environment.backup_days,
        "performanceInsights": environment.insights,
        "availabilityZones": environment.availability_zones,
        "interfaceEndpoints": len(environment.interface_endpoints),
        "natGateways": 0,
        "secrets": secrets,
        "keys": keys,
        "alarms": alarms,
        "dashboards": 1,
        "logDays": environment.log_days,
        "metricsLayout": environment.metrics.layout,
    }
    return json.dumps(inputs, separators=(",", ":"))
