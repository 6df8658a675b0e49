"""Tells when an environment costs more than it usually does."""

import json

from aws_cdk import Aws
from aws_cdk import aws_ce as ce
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import Construct

from .environment import Environment

TAG = "dbtool-environment"
"""On every resource. It must be activated as a cost allocation tag: README.md, "Costs"."""


class CostWatch(Construct):
    """Cost Explorer's anomaly detection over what carries this environment's tag."""

    def __init__(
        self, scope: Construct, id: str, environment: Environment, topic: sns.Topic
    ) -> None:
        super().__init__(scope, id)
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="CostAlerts",
                principals=[iam.ServicePrincipal("costalerts.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
            )
        )
        monitor = ce.CfnAnomalyMonitor(
            self,
            "Monitor",
            monitor_name=environment.stack_name,
            monitor_type="CUSTOM",
            monitor_specification=json.dumps(
                {"Tags": {"Key": TAG, "Values": [environment.name]}}, separators=(",", ":")
            ),
        )
        subscription = ce.CfnAnomalySubscription(
            self,
            "Subscription",
            subscription_name=environment.stack_name,
            # Only e-mail can be daily or weekly.
            frequency="IMMEDIATE",
            monitor_arn_list=[monitor.attr_monitor_arn],
            subscribers=[
                ce.CfnAnomalySubscription.SubscriberProperty(type="SNS", address=topic.topic_arn)
            ],
            threshold_expression=json.dumps(
                {
                    "Dimensions": {
                        "Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
                        "MatchOptions": ["GREATER_THAN_OR_EQUAL"],
                        "Values": [str(environment.alarms.cost_anomaly)],
                    }
                },
                separators=(",", ":"),
            ),
        )
        # The topic must let the service publish before it is named.
        subscription.node.add_dependency(topic.node.find_child("Policy"))
