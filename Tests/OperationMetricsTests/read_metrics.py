"""Prints the sum of each metric of a namespace, by name, unit and dimensions, as JSON."""

import datetime
import json
import sys

import boto3

client = boto3.client("cloudwatch", endpoint_url=sys.argv[1], region_name="us-east-1",
                      aws_access_key_id="a", aws_secret_access_key="b")
now = datetime.datetime.now(datetime.timezone.utc)
hour = datetime.timedelta(hours=1)
known = {}
for page in client.get_paginator("list_metrics").paginate(Namespace=sys.argv[2]):
    for metric in page["Metrics"]:
        dimensions = sorted((d["Name"], d["Value"]) for d in metric["Dimensions"])
        known[(metric["MetricName"], tuple(dimensions))] = True
wanted = [key for key in known
          if len(key[1]) != 3 or key[1][-1][1] in ("a", "b", "t7")]
sums = {}
for name, dimensions in wanted:
    answer = client.get_metric_statistics(
        Namespace=sys.argv[2], MetricName=name, StartTime=now - hour, EndTime=now + hour, Period=7200,
        Statistics=["Sum"], Dimensions=[{"Name": n, "Value": v} for n, v in dimensions])
    for point in answer["Datapoints"]:
        key = " ".join([name, point["Unit"]] + [f"{n}={v}" for n, v in dimensions])
        sums[key] = sums.get(key, 0) + point["Sum"]
print(json.dumps(sums))
