"""The dashboard: what tenants do, how long it takes, what fails, and how the cluster does."""

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from .environment import Environment
from .monitoring import PERIOD, Monitoring

STATUS_CLASSES = ("Denied", "Conflict", "Timeout", "Client", "Server")
# docs/metrics.md: what `full` tells each metric apart by. SEARCH wants the dimensions exactly.
_FULL = "TenantId,Operation,StatusCode"
_NOTE = (
    "`metrics.layout` is `split`: tenants have a number of operations each; durations are by "
    "operation, errors by kind. With `full` they are by tenant too, at the price that "
    "`dbtool metrics cost` tells."
)


class Dashboard(Construct):
    """One dashboard, named as the stack is. Tenants are found by search: new ones appear."""

    def __init__(
        self, scope: Construct, id: str, environment: Environment, name: str, monitoring: Monitoring
    ) -> None:
        super().__init__(scope, id)
        self._metrics = environment.metrics
        dashboard = cloudwatch.Dashboard(self, "Resource", dashboard_name=name)
        full = environment.metrics.layout == "full"
        if not full:
            dashboard.add_widgets(cloudwatch.TextWidget(markdown=_NOTE, width=24, height=2))
        dashboard.add_widgets(*(self._by_tenant() if full else self._apart()))
        dashboard.add_widgets(
            self._graph(
                "Errors by kind", *(monitoring.error_metric(name) for name in STATUS_CLASSES)
            ),
            self._graph("Runs of dbtool", self._search("DatabaseRuns", "Command,Result", "Sum")),
            self._graph(
                "Wait for a connection, p95, ms",
                cloudwatch.Metric(
                    namespace=self._metrics.namespace,
                    metric_name="DatabasePoolWait",
                    statistic="p95",
                    period=PERIOD,
                ),
            ),
        )
        dashboard.add_widgets(
            *(
                self._graph(title, *(monitoring.cluster_metric(*metric) for metric in metrics))
                for title, metrics in (
                    ("Capacity units", [("ServerlessDatabaseCapacity",), ("ACUUtilization",)]),
                    ("Connections", [("DatabaseConnections", "Maximum")]),
                    ("Deadlocks", [("Deadlocks", "Sum")]),
                )
            )
        )

    def _by_tenant(self) -> list[cloudwatch.IWidget]:
        return [
            self._graph("Operations by tenant", self._search("DatabaseOperations", _FULL, "Sum")),
            self._graph(
                "Duration by tenant, p95, ms",
                self._search("DatabaseOperationDuration", _FULL, "p95"),
            ),
            self._graph(
                "Errors by tenant",
                self._search("DatabaseOperations", _FULL, "Sum", " NOT StatusCode=OK"),
            ),
        ]

    def _apart(self) -> list[cloudwatch.IWidget]:
        return [
            self._graph(
                "Operations by tenant", self._search("DatabaseOperations", "TenantId", "Sum")
            ),
            self._graph(
                "Duration by operation, p95, ms",
                self._search("DatabaseOperationDuration", "Operation", "p95"),
            ),
            self._graph(
                "Operations that failed",
                self._search(
                    "DatabaseOperations", "Operation,StatusCode", "Sum", " NOT StatusCode=OK"
                ),
            ),
        ]

    def _search(
        self, metric: str, dimensions: str, statistic: str, more: str = ""
    ) -> cloudwatch.MathExpression:
        schema = f'"{self._metrics.namespace}",{dimensions}'
        seconds = int(PERIOD.to_seconds())
        return cloudwatch.MathExpression(
            expression=f"SEARCH('{{{schema}}} MetricName=\"{metric}\"{more}', "
            f"'{statistic}', {seconds})",
            using_metrics={},
            label="",
            period=PERIOD,
        )

    def _graph(self, title: str, *metrics: cloudwatch.IMetric) -> cloudwatch.GraphWidget:
        return cloudwatch.GraphWidget(title=title, left=list(metrics), width=8, height=6)
