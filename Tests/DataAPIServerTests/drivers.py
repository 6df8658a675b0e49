"""Drives a local RDS Data API with the AWS command line and with drivers of somebody else.

    python3 drivers.py ENDPOINT DATABASE
"""

import datetime
import decimal
import json
import os
import subprocess
import sys
import uuid

import aurora_data_api
import boto3
from sqlalchemy import Column, Integer, MetaData, Numeric, Table, Text, create_engine, select, text

ENDPOINT, DATABASE = sys.argv[1:3]
REGION = "us-east-1"
CLUSTER = f"arn:aws:rds:{REGION}:123456789012:cluster:local"
SECRET = f"arn:aws:secretsmanager:{REGION}:123456789012:secret:local"
client = boto3.client("rds-data", endpoint_url=ENDPOINT, region_name=REGION,
                      aws_access_key_id="any", aws_secret_access_key="any")


def command_line():
    def aws(*words):
        run = subprocess.run(
            [os.path.join(os.path.dirname(sys.executable), "aws"), "rds-data", *words,
             "--endpoint-url", ENDPOINT, "--region", REGION, "--output", "json",
             "--resource-arn", CLUSTER, "--secret-arn", SECRET],
            capture_output=True, text=True,
            env={**os.environ, "AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any"})
        return run.returncode, json.loads(run.stdout or "{}"), run.stderr

    status, answer, _ = aws("begin-transaction")
    assert status == 0, answer
    transaction = ["--transaction-id", answer["transactionId"]]
    status, answer, errors = aws(
        "execute-statement", "--sql", "SELECT :id AS id, :n AS n", *transaction, "--parameters",
        json.dumps([
            {"name": "id", "value": {"stringValue": str(uuid.UUID(int=7))}, "typeHint": "UUID"},
            {"name": "n", "value": {"longValue": 2**53 + 1}}]))
    assert status == 0, errors
    assert answer["records"][0][1]["longValue"] == 2**53 + 1
    status, _, errors = aws("execute-statement", "--sql", "SELECT nonsense", *transaction)
    assert status != 0 and "DatabaseErrorException" in errors and "42703" in errors, errors
    status, answer, _ = aws("rollback-transaction", *transaction)
    assert answer["transactionStatus"] == "Rollback Complete"


def python_driver():
    rows = [{"id": n, "price": decimal.Decimal("1.10"), "day": datetime.date(2024, 2, 29),
             "name": "it's :x", "key": str(uuid.uuid4())} for n in range(50)]
    with aurora_data_api.connect(
            aurora_cluster_arn=CLUSTER, secret_arn=SECRET, database=DATABASE,
            rds_data_client=client) as connection:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS driver_rows")
            cursor.execute("CREATE TABLE driver_rows "
                           "(id int PRIMARY KEY, price numeric, day date, name text, key uuid)")
            cursor.executemany(
                "INSERT INTO driver_rows VALUES (:id, :price, :day, :name, CAST(:key AS uuid))", rows)
            cursor.execute("SELECT id, price, day, name FROM driver_rows ORDER BY id")
            found = cursor.fetchall()
            assert len(found) == 50 and found[7] == (
                7, decimal.Decimal("1.10"), datetime.date(2024, 2, 29), "it's :x"), found[7]
            cursor.execute("SELECT n, repeat('x', 100) FROM generate_series(1, 5000) AS n")
            assert len(cursor.fetchall()) == 5000
    try:
        with aurora_data_api.connect(
                aurora_cluster_arn=CLUSTER, secret_arn=SECRET, database=DATABASE,
            rds_data_client=client) as connection:
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM driver_rows")
                raise KeyError("stop")
    except KeyError:
        pass
    with aurora_data_api.connect(
            aurora_cluster_arn=CLUSTER, secret_arn=SECRET, database=DATABASE,
            rds_data_client=client) as connection:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM driver_rows")
            assert cursor.fetchone() == (50,)


def sqlalchemy_dialect():
    engine = create_engine(
        "postgresql+auroradataapi://:@/" + DATABASE,
        connect_args={"aurora_cluster_arn": CLUSTER, "secret_arn": SECRET, "rds_data_client": client})
    items = Table("dialect_items", MetaData(), Column("id", Integer, primary_key=True),
                  Column("name", Text), Column("price", Numeric))
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS dialect_items"))
        items.create(connection)
        connection.execute(items.insert(), [{"id": n, "name": "x", "price": n} for n in range(3)])
    with engine.connect() as connection:
        found = connection.execute(select(items).order_by(items.c.id)).fetchall()
        assert [row.id for row in found] == [0, 1, 2], found


for check in (command_line, python_driver, sqlalchemy_dialect):
    check()
    print(f"ok {check.__name__}", flush=True)
