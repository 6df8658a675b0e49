"""What an estimate of costs has to know of an environment."""

import json
from typing import Any

from .environment import Environment

VERSION = 1


def cost_inputs(environment: Environment, region: str, *, alarms: int, secrets: int) -> str:
    """Compact JSON, for `dbtool cost` to read from a stack's output CostInputs.

    Capacity is in ACUs of each instance, of which there are one more than readers. All numbers are
    of one region: the stack of a second one has its own.
    """
    inputs: dict[str, Any] = {
        "version": VERSION,
        "environment": environment.name,
        "region": region,
        "globalDatabase": environment.secondary_region is not None,
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
        "keys": 1,
        "alarms": alarms,
        "dashboards": 1,
        "logDays": environment.log_days,
        "metricsLayout": environment.metrics.layout,
    }
    return json.dumps(inputs, separators=(",", ":"))
