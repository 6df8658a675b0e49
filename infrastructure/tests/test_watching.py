"""What is told to people: alarms, cost anomalies, and what an estimate of costs is made from."""

import json
import re

import pytest
from conftest import ENVIRONMENTS, OF_STACK, STACKS, Assembly, resources
from dbtool_infrastructure.environment import Environment
from policy_evaluation import logical_id_path

FAILED = ("Server", "Timeout", "Conflict")


@pytest.mark.parametrize("stack", STACKS)
def test_alarms_go_off(assembly: Assembly, stack: str) -> None:
    template, environment = assembly.template(stack), OF_STACK[stack]
    limits = {
        "Capacity": ("ACUUtilization", 90, 3),
        "Cpu": ("CPUUtilization", 80, 3),
        "Connections": ("DatabaseConnections", environment.alarms.connections, 1),
        "Deadlocks": ("Deadlocks", 0, 1),
        "FailedOperations": (None, environment.alarms.failed_operations, 1),
        "DeniedOperations": (None, 0, 1),
        "Rotation": ("Errors", 0, 1),
        "ReplicationLag": (None, 5_000, 3),
    }
    for alarm in resources(template, "AWS::CloudWatch::Alarm"):
        name = alarm["AlarmName"].removeprefix(f"{stack}-")
        found = (alarm.get("MetricName"), alarm["Threshold"], alarm["EvaluationPeriods"])
        assert found == limits[name]
        assert alarm["ComparisonOperator"] == "GreaterThanThreshold"
        assert "ActionsEnabled" not in alarm
        if alarm.get("Namespace") == "AWS/RDS":
            (dimension,) = alarm["Dimensions"]
            assert logical_id_path(dimension["Value"]["Ref"]) == "Cluster"
        if name in ("FailedOperations", "DeniedOperations"):
            classes = re.findall(r'"StatusClass", "Value": "(\w+)"', json.dumps(alarm))
            assert classes == (["Denied"] if name.startswith("D") else list(FAILED))
        if name == "FailedOperations":
            assert alarm["Metrics"][0]["Expression"] == " + ".join(
                f"FILL({status.lower()}, 0)" for status in FAILED
            )


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda e: e.name)
def test_cost_anomalies_are_told(assembly: Assembly, environment: Environment) -> None:
    template = assembly.template(environment.stack_name)
    (watch,) = resources(template, "AWS::CE::AnomalySubscription")
    (subscriber,) = watch["Subscribers"]
    assert subscriber["Type"] == "SNS"
    assert logical_id_path(subscriber["Address"]["Ref"]) == "MonitoringTopic"
    (monitor,) = watch["MonitorArnList"]
    assert logical_id_path(monitor["Fn::GetAtt"][0]) == "CostWatchMonitor"
    limit = json.loads(watch["ThresholdExpression"])["Dimensions"]
    assert limit["Values"] == [str(environment.alarms.cost_anomaly)]
    (tagged,) = resources(template, "AWS::CE::AnomalyMonitor")
    assert json.loads(tagged["MonitorSpecification"])["Tags"]["Values"] == [environment.name]


@pytest.mark.parametrize("stack", STACKS)
def test_cost_inputs_are_the_environment(assembly: Assembly, stack: str) -> None:
    template, environment = assembly.template(stack), OF_STACK[stack]
    costs = json.loads(template["Outputs"]["CostInputs"]["Value"])
    expected = {
        "globalDatabase": environment.secondary_region is not None,
        "maximumCapacity": environment.capacity.maximum,
        "pauseAfterMinutes": environment.capacity.pause_after_minutes,
        "storage": environment.storage,
        "backupDays": environment.backup_days,
        "performanceInsights": environment.insights,
        "logDays": environment.log_days,
        "metricsLayout": environment.metrics.layout,
    }
    assert {name: costs[name] for name in expected} == expected
