"""Drives a local RDS Data API with boto3, whose service model validates every answer.

The groups are those of the contract that the server keeps. Prints a line for each group, and ends
with 1 if one fails.

    python3 conformance.py MAIN SIGNED FAULTY

MAIN checks no signatures, ends calls after 1 second and transactions after 2 idle seconds. SIGNED
wants the keys AKIDTEST and "secret" with the token "token". FAULTY goes wrong: its calls 1 and 2 meet
a cluster that resumes, 3 is throttled, 4 is turned away, 5 is carried out without an answer, 6 answers
500, 7 answers 504 and was carried out, 8 is slow.
"""

import base64
import http.client
import json
import struct
import sys
import threading
import time
import traceback
import urllib.parse
import uuid

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError, ConnectionClosedError

MAIN, SIGNED, FAULTY = sys.argv[1:4]
REGION = "us-east-1"
CLUSTER = f"arn:aws:rds:{REGION}:123456789012:cluster:local"
SECRET = f"arn:aws:secretsmanager:{REGION}:123456789012:secret:local"
WHERE = {"resourceArn": CLUSTER, "secretArn": SECRET}


def make_client(endpoint=MAIN, attempts=1, key="any", secret="any", token=None, region=REGION):
    return boto3.client(
        "rds-data", endpoint_url=endpoint, region_name=region, aws_access_key_id=key,
        aws_secret_access_key=secret, aws_session_token=token,
        config=Config(retries={"total_max_attempts": attempts, "mode": "standard"}))


client = make_client()
groups = []


def group(number, title):
    def register(body):
        groups.append((number, title, body))
        return body
    return register


def execute(sql, parameters=(), on=None, **more):
    return (on or client).execute_statement(
        **{**WHERE, **more}, sql=sql, parameters=list(parameters))


def value(sql, parameters=(), **more):
    """The one cell of a result, as a Field."""
    return execute(sql, parameters, **more)["records"][0][0]


def p(name, field, hint=None):
    parameter = {"name": name, "value": field}
    if hint:
        parameter["typeHint"] = hint
    return parameter


def text(name, content, hint=None):
    return p(name, {"stringValue": content}, hint)


def begin(**more):
    return client.begin_transaction(**{**WHERE, **more})["transactionId"]


def commit(transaction):
    return client.commit_transaction(**WHERE, transactionId=transaction)["transactionStatus"]


def rollback(transaction):
    return client.rollback_transaction(**WHERE, transactionId=transaction)["transactionStatus"]


class Refused:
    def __init__(self, error):
        self.code = error.response["Error"]["Code"]
        self.message = error.response["Error"]["Message"]
        self.status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        self.body = error.response

    def __repr__(self):
        return f"{self.status} {self.code}: {self.message}"


def refused(body, code, status=None, containing=""):
    """`body` must fail with that error."""
    try:
        outcome = body()
    except ClientError as error:
        found = Refused(error)
        assert found.code == code, found
        assert status is None or found.status == status, found
        assert containing in found.message, found
        return found
    raise AssertionError(f"not refused: {outcome}")


def same(found, expected):
    assert found == expected, f"{found!r} instead of {expected!r}"


def post(path, body, headers=(), method="POST", endpoint=MAIN):
    """A request that botocore would not make."""
    address = urllib.parse.urlparse(endpoint)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=20)
    connection.request(method, path, body, {"Content-Type": "application/json", **dict(headers)})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, answer.getheader("x-amzn-ErrorType"), content


@group(1, "each scalar type is the right member of a Field")
def scalars():
    for sql, field in [
        ("true", {"booleanValue": True}),
        ("1::int2", {"longValue": 1}),
        ("-2::int4", {"longValue": -2}),
        ("1.5::float8", {"doubleValue": 1.5}),
        ("0.25::real", {"doubleValue": 0.25}),
        ("'a'::text", {"stringValue": "a"}),
        ("'a'::varchar(3)", {"stringValue": "a"}),
        ("'a'::char(3)", {"stringValue": "a  "}),
        ("'a'::name", {"stringValue": "a"}),
        ("'2024-02-29'::date", {"stringValue": "2024-02-29"}),
        ("'10:11:12.5'::time", {"stringValue": "10:11:12.5"}),
        ("'2024-02-29 10:11:12.123456'::timestamp", {"stringValue": "2024-02-29 10:11:12.123456"}),
        ("'2024-02-29 10:11:12+02'::timestamptz", {"stringValue": "2024-02-29 08:11:12"}),
        ("'{\"a\": 1}'::json", {"stringValue": '{"a": 1}'}),
        ("'{\"a\":1}'::jsonb", {"stringValue": '{"a": 1}'}),
        ("'10.0.0.1'::inet", {"stringValue": "10.0.0.1"}),
        ("'10.0.0.0/8'::cidr", {"stringValue": "10.0.0.0/8"}),
        ("'11111111-2222-4333-8444-555555555555'::uuid",
         {"stringValue": "11111111-2222-4333-8444-555555555555"}),
        ("'\\x0102'::bytea", {"blobValue": b"\x01\x02"}),
        ("NULL::int", {"isNull": True}),
        ("NULL", {"isNull": True}),
        ("'NaN'::float8", None),
    ]:
        found = value(f"SELECT {sql}")
        if field is not None:
            same(found, field)
        same(len(found), 1)
    execute("DROP TYPE IF EXISTS conformance_mood CASCADE")
    execute("CREATE TYPE conformance_mood AS ENUM ('good', 'bad')")
    same(value("SELECT 'bad'::conformance_mood"), {"stringValue": "bad"})


@group(2, "numeric keeps its digits, or becomes a number when that is asked for")
def numerics():
    same(value("SELECT 1.10"), {"stringValue": "1.10"})
    digits = "123456789012345678901234567890.123456789"
    same(value(f"SELECT {digits}"), {"stringValue": digits})
    numbers = {"resultSetOptions": {"decimalReturnType": "DOUBLE_OR_LONG"}}
    same(value("SELECT 1.10", **numbers), {"doubleValue": 1.1})
    same(value("SELECT 7::numeric(5,0)", **numbers), {"longValue": 7})
    same(value("SELECT 7::int8", resultSetOptions={"longReturnType": "STRING"}), {"stringValue": "7"})


@group(3, "int8 to both its ends")
def longs():
    for number in (2**63 - 1, -(2**63)):
        same(value(f"SELECT ('{number}')::int8"), {"longValue": number})
        same(value("SELECT :n", [p("n", {"longValue": number})]), {"longValue": number})


@group(4, "bytea with all 256 bytes, there and back")
def blobs():
    blob = bytes(range(256))
    same(value("SELECT :b", [p("b", {"blobValue": blob})]), {"blobValue": blob})
    same(value("SELECT :b", [p("b", {"blobValue": b""})]), {"blobValue": b""})


@group(5, "arrays of one dimension")
def arrays():
    for sql, member, elements in [
        ("ARRAY[true, NULL, false]", "booleanValues", [True, None, False]),
        ("ARRAY[1, NULL, 2]::int2[]", "longValues", [1, None, 2]),
        ("ARRAY[1, NULL, 2]::int4[]", "longValues", [1, None, 2]),
        ("ARRAY[1, NULL, 2]::int8[]", "longValues", [1, None, 2]),
        ("ARRAY[1.5, NULL]::float8[]", "doubleValues", [1.5, None]),
        ("ARRAY[1.5]::real[]", "doubleValues", [1.5]),
        ("ARRAY[1.10, NULL]::numeric[]", "stringValues", ["1.10", None]),
        ("ARRAY['a,\"b\"\\c', NULL, '', 'NULL']::text[]", "stringValues",
         ['a,"b"\\c', None, "", "NULL"]),
        ("ARRAY['a']::varchar[]", "stringValues", ["a"]),
        ("ARRAY['a']::char(2)[]", "stringValues", ["a "]),
        ("ARRAY['a']::name[]", "stringValues", ["a"]),
        ("ARRAY['2024-02-29']::date[]", "stringValues", ["2024-02-29"]),
        ("ARRAY['10:11:12']::time[]", "stringValues", ["10:11:12"]),
        ("ARRAY['2024-02-29 10:11:12']::timestamp[]", "stringValues", ["2024-02-29 10:11:12"]),
        ("ARRAY['{}']::json[]", "stringValues", ["{}"]),
        ("ARRAY[B'101']::bit(3)[]", "stringValues", ["101"]),
        ("ARRAY['11111111-2222-4333-8444-555555555555']::uuid[]", "stringValues",
         ["11111111-2222-4333-8444-555555555555"]),
        ("'{}'::int4[]", "longValues", []),
        ("'{}'::text[]", "stringValues", []),
    ]:
        same(value(f"SELECT {sql}"), {"arrayValue": {member: elements}})
    refused(lambda: execute("SELECT ARRAY[[1, 2], [3, 4]]"), "UnsupportedResultException", 400)


@group(6, "types that have no member are refused by name, and work as text")
def unsupported():
    for sql, name, plain in [
        ("'pg_class'::regclass", "REGCLASS", "pg_class"),
        ("'r'::\"char\"", "CHAR", "r"),
        ("'1 day'::interval", "INTERVAL", "1 day"),
        ("'1'::money", "MONEY", "$1.00"),
        ("'(1,2)'::point", "POINT", "(1,2)"),
        ("1::oid", "OID", "1"),
        ("'[1,2)'::int4range", "INT4RANGE", "[1,3)"),
        ("'10:11:12+02'::timetz", "TIMETZ", "10:11:12+02"),
        ("'a'::tsvector", "TSVECTOR", "'a'"),
    ]:
        refused(lambda: execute(f"SELECT {sql}"), "UnsupportedResultException", 400, name)
        if name not in ("MONEY", "INT4RANGE"):
            same(value(f"SELECT ({sql})::text"), {"stringValue": plain})


@group(7, "a time without end is an InternalFailure without a message")
def infinity():
    for sql in ("'infinity'::timestamp", "'-infinity'::timestamptz", "'infinity'::date"):
        found = refused(lambda: execute(f"SELECT {sql}"), "InternalFailure", 500)
        same(found.message, "")


@group(8, "type hints, what does not fit them, and text without one")
def hints():
    identifier = "11111111-2222-4333-8444-555555555555"
    for hint, content, sql, expected in [
        ("UUID", identifier, "pg_typeof(:x)::text", "uuid"),
        ("JSON", '{"a": 1}', "(:x)::text", '{"a": 1}'),
        ("TIMESTAMP", "2024-02-29 10:11:12.123", "(:x)::text", "2024-02-29 10:11:12.123"),
        ("DATE", "2024-02-29", "pg_typeof(:x)::text", "date"),
        ("TIME", "10:11:12.123", "(:x)::text", "10:11:12.123"),
        ("DECIMAL", "1.10", "(:x)::text", "1.10"),
    ]:
        same(value(f"SELECT {sql}", [text("x", content, hint)]), {"stringValue": expected})
    for hint, content in [
        ("UUID", "nonsense"), ("TIMESTAMP", "2024-02-29T10:11:12Z"), ("DATE", "29.02.2024"),
        ("TIME", "ten"), ("DECIMAL", "much"),
    ]:
        refused(lambda: execute("SELECT :x", [text("x", content, hint)]), "BadRequestException", 400)
    refused(lambda: execute("SELECT :x", [text("x", "{", "JSON")]), "DatabaseErrorException", 400, "22P02")
    execute("DROP TABLE IF EXISTS conformance_hints")
    execute("CREATE TABLE conformance_hints (id uuid PRIMARY KEY, mood conformance_mood)")
    refused(
        lambda: execute("SELECT FROM conformance_hints WHERE id = :x", [text("x", identifier)]),
        "DatabaseErrorException", 400, "SQLState: 42883")
    refused(
        lambda: execute("INSERT INTO conformance_hints VALUES (CAST(:i AS uuid), :m)",
                        [text("i", identifier), text("m", "good")]),
        "DatabaseErrorException", 400, "SQLState: 42804")
    execute("INSERT INTO conformance_hints VALUES (:i, CAST(:m AS conformance_mood))",
            [text("i", identifier, "UUID"), text("m", "good")])
    same(execute("SELECT 1 FROM conformance_hints WHERE id = :i",
                 [text("i", identifier, "UUID")])["records"], [[{"longValue": 1}]])
    same(value("SELECT :n::int IS NULL", [p("n", {"isNull": True})]), {"booleanValue": True})


@group(9, "what is a placeholder, and what only looks like one")
def placeholders():
    one = [p("x", {"longValue": 7})]
    same(value("SELECT :x::text", one), {"stringValue": "7"})
    same(value("SELECT 'a:x'", one), {"stringValue": "a:x"})
    same(value("SELECT E'\\':x'", one), {"stringValue": "':x"})
    same(value("SELECT $$ :x $$", one), {"stringValue": " :x "})
    same(value("SELECT $t$ :x $$ $t$", one), {"stringValue": " :x $$ "})
    same(value("SELECT 1 --:x", one), {"longValue": 1})
    same(value("SELECT 1 /* :x /* :y */ */", one), {"longValue": 1})
    same(execute('SELECT 1 AS "a:x"', one, includeResultMetadata=True)["columnMetadata"][0]["name"], "a:x")
    same(value("SELECT (ARRAY[5, 6, 7])[1:2]", one), {"arrayValue": {"longValues": [5, 6]}})
    same(value("SELECT (ARRAY[5, 6, 7])[n:m] FROM (VALUES (2, 3)) AS v(n, m)"),
         {"arrayValue": {"longValues": [6, 7]}})
    same(value("SELECT n::int FROM (VALUES ('3')) AS v(n)"), {"longValue": 3})
    same(value("SELECT :x + :x", one), {"longValue": 14})
    same(value("SELECT :1", [p("1", {"longValue": 3})]), {"longValue": 3})
    same(value("SELECT :größe", [p("größe", {"longValue": 3})]), {"longValue": 3})
    same(value("SELECT :user", [text("user", "me")]), {"stringValue": "me"})
    same(value("SELECT 1", one), {"longValue": 1})
    refused(lambda: execute("SELECT :x, :y", one), "BadRequestException", 400, "y")


@group(10, "hostile values stay values")
def injection():
    execute("DROP TABLE IF EXISTS conformance_victims")
    execute("CREATE TABLE conformance_victims (name text)")
    for content in ("'; DROP TABLE conformance_victims; --", "\\'", "a\\'b", "$$", "\"", "\u2028", "x" * 100_000):
        execute("INSERT INTO conformance_victims VALUES (:n)", [text("n", content)])
        same(value("SELECT count(*) FROM conformance_victims WHERE name = :n", [text("n", content)]),
             {"longValue": 1})
    same(value("SELECT :n", [text("n", "a\\'b")]), {"stringValue": "a\\'b"})
    refused(lambda: execute("SELECT :n", [text("n", "a\0b")]), "DatabaseErrorException", 400, "22021")
    refused(lambda: execute("SELECT 'a\0b'"), "BadRequestException", 400)


@group(11, "array parameters are refused")
def array_parameters():
    refused(lambda: execute("SELECT :a", [p("a", {"arrayValue": {"longValues": [1]}})]),
            "BadRequestException", 400, "Array parameters are not supported")


@group(12, "a Field with two members is refused")
def two_members():
    body = {**WHERE, "sql": "SELECT :a",
            "parameters": [{"name": "a", "value": {"longValue": 1, "stringValue": "1"}}]}
    status, error, _ = post("/Execute", json.dumps(body))
    same((status, error), (400, "SerializationException"))
    body["parameters"][0]["value"] = {}
    same(post("/Execute", json.dumps(body))[0], 400)


@group(13, "one statement a call")
def one_statement():
    refused(lambda: execute("SELECT 1; SELECT 2"), "ValidationException", 400,
            "Multistatements aren't supported")
    same(value("SELECT 1;"), {"longValue": 1})
    same(value(" -- first\n SELECT 1 ; -- last"), {"longValue": 1})
    execute("DO $$ BEGIN PERFORM 1; PERFORM 2; END $$")
    refused(lambda: execute("-- nothing"), "ValidationException", 400)
    refused(lambda: execute(";"), "ValidationException", 400)


@group(14, "the parameter schema is refused")
def no_schema():
    for body in (lambda: execute("SELECT 1", schema="public"), lambda: begin(schema="public"),
                 lambda: client.batch_execute_statement(**WHERE, sql="SELECT 1", schema="public")):
        refused(body, "ValidationException", 400, "schema parameter isn't supported")


@group(15, "65,536 characters of SQL, and the long ARN of a managed secret")
def lengths():
    sql = "SELECT length('" + "ü" * (65_536 - len("SELECT length('')")) + "')"
    same(len(sql), 65_536)
    same(value(sql), {"longValue": 65_536 - len("SELECT length('')")})
    refused(lambda: execute(sql + " "), "ValidationException", 400)
    managed = f"arn:aws:secretsmanager:{REGION}:123456789012:secret:rds!cluster-{uuid.uuid4()}-AbCdEf"
    assert len(managed) > 100
    same(execute("SELECT 1", secretArn=managed)["records"], [[{"longValue": 1}]])


@group(16, "1 MiB an answer, 64 KB a row, 10 MB of JSON")
def sizes():
    assert execute("SELECT repeat('x', 60000) FROM generate_series(1, 16)")["records"]
    refused(lambda: execute("SELECT repeat('x', 60000) FROM generate_series(1, 20)"),
            "UnsupportedResultException", 400, "size limit")
    assert value("SELECT repeat('x', 65536)")
    refused(lambda: execute("SELECT repeat('x', 65537)"), "DatabaseErrorException", 400, "too large")
    rows = "SELECT repeat('x', 60000) AS x FROM generate_series(1, {})"
    assert len(execute(rows.format(100), formatRecordsAs="JSON")["formattedRecords"]) > 5_000_000
    refused(lambda: execute(rows.format(200), formatRecordsAs="JSON"), "UnsupportedResultException", 400)


@group(17, "4 MiB a request")
def request_size():
    assert value("SELECT length(:x)", [text("x", "x" * 4_000_000)]) == {"longValue": 4_000_000}
    found = refused(lambda: execute("SELECT :x", [text("x", "x" * 4_300_000)]),
                    "RequestEntityTooLargeException")
    same(found.status, 413)


@group(18, "a statement that takes too long is stopped, or goes on when that is asked for")
def timeouts():
    execute("DROP TABLE IF EXISTS conformance_slow")
    execute("CREATE TABLE conformance_slow (a int)")
    start = time.monotonic()
    found = refused(lambda: execute("INSERT INTO conformance_slow SELECT 1 FROM pg_sleep(5)"),
                    "StatementTimeoutException", 400)
    assert time.monotonic() - start < 4
    assert found.body["dbConnectionId"] > 0
    assert value("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(5)%' "
                 "AND state = 'active' AND pid <> pg_backend_pid()") == {"longValue": 0}
    refused(lambda: execute("INSERT INTO conformance_slow SELECT 2 FROM pg_sleep(2)",
                            continueAfterTimeout=True), "StatementTimeoutException", 400)
    for _ in range(100):
        if execute("SELECT a FROM conformance_slow")["records"]:
            break
        time.sleep(0.1)
    same(execute("SELECT a FROM conformance_slow")["records"], [[{"longValue": 2}]])


@group(19, "how transactions end")
def transactions():
    same(commit(begin()), "Transaction Committed")
    same(rollback(begin()), "Rollback Complete")
    execute("DROP TABLE IF EXISTS conformance_kept")
    execute("CREATE TABLE conformance_kept (a int)")
    kept = begin()
    execute("INSERT INTO conformance_kept VALUES (1)", transactionId=kept)
    same(execute("SELECT FROM conformance_kept")["records"], [])
    same(commit(kept), "Transaction Committed")
    same(value("SELECT count(*) FROM conformance_kept"), {"longValue": 1})
    for gone in (kept, "unknown"):
        refused(lambda: commit(gone), "TransactionNotFoundException", 404)
        refused(lambda: rollback(gone), "TransactionNotFoundException", 404)
        refused(lambda: execute("SELECT 1", transactionId=gone), "TransactionNotFoundException", 404)
    idle = begin()
    execute("INSERT INTO conformance_kept VALUES (2)", transactionId=idle)
    time.sleep(3.5)
    refused(lambda: commit(idle), "TransactionNotFoundException", 404)
    same(value("SELECT count(*) FROM conformance_kept"), {"longValue": 1})
    alive = begin()
    for _ in range(4):
        time.sleep(0.9)
        execute("SELECT 1", transactionId=alive)
    same(rollback(alive), "Rollback Complete")


@group(20, "one call at a time in a transaction")
def concurrency():
    transaction = begin()
    other = make_client()
    thread = threading.Thread(
        target=lambda: execute("SELECT pg_sleep(0.7)", on=other, transactionId=transaction))
    thread.start()
    time.sleep(0.3)
    refused(lambda: execute("SELECT 1", transactionId=transaction), "DatabaseErrorException", 400,
            "Transaction is still running a query")
    refused(lambda: commit(transaction), "DatabaseErrorException", 400, "still running")
    thread.join()
    same(rollback(transaction), "Rollback Complete")


@group(21, "an error in a transaction, and the way back")
def failed_transactions():
    transaction = begin()
    execute("SAVEPOINT here", transactionId=transaction)
    refused(lambda: execute("SELECT nonsense", transactionId=transaction), "DatabaseErrorException",
            400, "SQLState: 42703")
    refused(lambda: execute("SELECT 1", transactionId=transaction), "DatabaseErrorException", 400,
            "current transaction is aborted, commands ignored until end of transaction block; "
            "SQLState: 25P02")
    execute("ROLLBACK TO SAVEPOINT here", transactionId=transaction)
    same(value("SELECT 1", transactionId=transaction), {"longValue": 1})
    same(commit(transaction), "Transaction Committed")
    broken = begin()
    refused(lambda: execute("SELECT nonsense", transactionId=broken), "DatabaseErrorException")
    assert commit(broken) != "Transaction Committed"


    ended = begin()
    process = value("SELECT pg_backend_pid()", transactionId=ended)["longValue"]
    execute("SELECT pg_terminate_backend(:p::int)", [p("p", {"longValue": process})])
    time.sleep(0.2)
    try:
        execute("CREATE TABLE conformance_stray (a int)", transactionId=ended)
    except ClientError:
        pass
    refused(lambda: execute("CREATE TABLE conformance_stray (a int)", transactionId=ended),
            "TransactionNotFoundException", 404)
    same(value("SELECT to_regclass('conformance_stray') IS NULL"), {"booleanValue": True})


@group(22, "a transaction belongs to its cluster and its secret")
def ownership():
    transaction = begin()
    refused(lambda: execute("SELECT 1", transactionId=transaction, secretArn=SECRET + "-other"),
            "BadRequestException", 400)
    refused(lambda: execute("SELECT 1", transactionId=transaction, resourceArn=CLUSTER + "-other"),
            "BadRequestException", 400)
    rollback(transaction)


@group(23, "nothing of a session lasts")
def sessions():
    transaction = begin()
    execute("SELECT set_config('app.tenant', 'a', true)", transactionId=transaction)
    same(value("SELECT current_setting('app.tenant', true)", transactionId=transaction),
         {"stringValue": "a"})
    commit(transaction)
    for _ in range(5):
        execute("SELECT set_config('app.tenant', 'a', false)")
        same(value("SELECT current_setting('app.tenant', true)"), {"isNull": True})
        execute("SET search_path = pg_temp")
        assert value("SHOW search_path") != {"stringValue": "pg_temp"}
        execute("CREATE TEMPORARY TABLE conformance_temporary (a int)")
        refused(lambda: execute("SELECT FROM conformance_temporary"), "DatabaseErrorException", 400, "42P01")
        execute("SELECT pg_advisory_lock(4711)")
        time.sleep(0.05)
        same(value("SELECT pg_try_advisory_xact_lock(4711)"), {"booleanValue": True})
    refused(lambda: execute("DROP ROLE conformance_role"), "DatabaseErrorException")
    execute("CREATE ROLE conformance_role")
    for _ in range(5):
        execute("SET ROLE conformance_role")
        assert value("SELECT current_user::text") != {"stringValue": "conformance_role"}
    execute("DROP ROLE conformance_role")


@group(24, "statements that take no transaction")
def lone_statements():
    execute("DROP TABLE IF EXISTS conformance_lone")
    execute("CREATE TABLE conformance_lone (a int)")
    execute("CREATE INDEX CONCURRENTLY conformance_index ON conformance_lone (a)")
    execute("VACUUM conformance_lone")
    execute("ALTER TYPE conformance_mood ADD VALUE IF NOT EXISTS 'so-so'")
    transaction = begin()
    refused(lambda: execute("CREATE INDEX CONCURRENTLY ON conformance_lone (a)",
                            transactionId=transaction), "DatabaseErrorException", 400, "SQLState: 25001")
    rollback(transaction)


@group(25, "definitions roll back")
def definitions():
    transaction = begin()
    execute("CREATE TABLE conformance_gone (a int)", transactionId=transaction)
    execute("CREATE ROLE conformance_gone", transactionId=transaction)
    execute("GRANT SELECT ON conformance_gone TO conformance_gone", transactionId=transaction)
    rollback(transaction)
    same(value("SELECT to_regclass('conformance_gone') IS NULL"), {"booleanValue": True})
    same(value("SELECT count(*) FROM pg_roles WHERE rolname = 'conformance_gone'"), {"longValue": 0})


@group(26, "how many rows changed, and RETURNING")
def changes():
    execute("DROP TABLE IF EXISTS conformance_changes")
    found = execute("CREATE TABLE conformance_changes (a int)")
    same(found["numberOfRecordsUpdated"], 0)
    found = execute("INSERT INTO conformance_changes VALUES (1), (2), (3)")
    same((found["numberOfRecordsUpdated"], found["generatedFields"]), (3, []))
    assert "records" not in found
    found = execute("INSERT INTO conformance_changes VALUES (4) RETURNING a, a * 2")
    same(found["records"], [[{"longValue": 4}, {"longValue": 8}]])
    same(execute("UPDATE conformance_changes SET a = a + 1 WHERE a < 3")["numberOfRecordsUpdated"], 2)
    same(execute("SELECT a FROM conformance_changes")["numberOfRecordsUpdated"], 0)
    same(execute("DELETE FROM conformance_changes")["numberOfRecordsUpdated"], 4)


@group(27, "batches: all sets or none")
def batches():
    execute("DROP TABLE IF EXISTS conformance_batch")
    execute("CREATE TABLE conformance_batch (a int PRIMARY KEY)")

    def batch(sets, **more):
        return client.batch_execute_statement(
            **WHERE, sql="INSERT INTO conformance_batch VALUES (:a)",
            parameterSets=[[p("a", {"longValue": n})] for n in sets], **more)["updateResults"]

    found = batch([1, 2, 3])
    same(len(found), 3)
    assert all(result.get("generatedFields", []) == [] for result in found)
    same(client.batch_execute_statement(**WHERE, sql="SELECT 1", parameterSets=[])["updateResults"], [])
    refused(lambda: batch([4, 1]), "DatabaseErrorException", 400, "SQLState: 23505")
    same(value("SELECT count(*) FROM conformance_batch"), {"longValue": 3})
    transaction = begin()
    batch([5, 6], transactionId=transaction)
    rollback(transaction)
    same(value("SELECT count(*) FROM conformance_batch"), {"longValue": 3})
    same(len(batch(range(1_000, 3_000))), 2_000)


@group(28, "metadata of results")
def metadata():
    execute("DROP TABLE IF EXISTS conformance_columns")
    execute("CREATE TABLE conformance_columns (a int NOT NULL, b numeric(7, 2), c varchar(9))")
    found = execute("SELECT a, b AS x, c, 1 AS one FROM conformance_columns", includeResultMetadata=True)
    same(found["records"], [])
    a, b, c, one = found["columnMetadata"]
    same((a["name"], a["typeName"], a["type"], a["tableName"], a["schemaName"], a["nullable"]),
         ("a", "int4", 4, "conformance_columns", "public", 0))
    same((b["label"], b["type"], b["precision"], b["scale"], b["nullable"]), ("x", 2, 7, 2, 1))
    same((c["typeName"], c["type"], c["precision"]), ("varchar", 12, 9))
    same((one["tableName"], one["nullable"]), ("", 2))
    for column in found["columnMetadata"]:
        same(len(column), 14)
    assert "columnMetadata" not in execute("SELECT 1")
    assert "columnMetadata" not in execute("DELETE FROM conformance_columns", includeResultMetadata=True)
    same(execute("SELECT FROM generate_series(1, 2)")["records"], [[], []])
    array = execute("SELECT ARRAY[1]", includeResultMetadata=True)["columnMetadata"][0]
    same((array["typeName"], array["type"], array["arrayBaseColumnType"]), ("_int4", 2003, 4))


@group(29, "records as JSON")
def formatted():
    found = execute("SELECT 1 AS a, 'x'::text AS b, NULL::int AS c, ARRAY[1, 2] AS d, 1.5::float8 AS e",
                    formatRecordsAs="JSON", includeResultMetadata=True)
    same(json.loads(found["formattedRecords"]), [{"a": 1, "b": "x", "c": None, "d": [1, 2], "e": 1.5}])
    assert not found.get("records") and not found.get("columnMetadata")
    same(json.loads(execute("SELECT 1 WHERE false", formatRecordsAs="JSON")["formattedRecords"]), [])
    refused(lambda: execute("SELECT 1 AS a, 2 AS a", formatRecordsAs="JSON"), "BadRequestException", 400)


@group(30, "what goes wrong on purpose")
def faults():
    faulty = make_client(FAULTY)
    execute("DROP TABLE IF EXISTS conformance_faults")
    execute("CREATE TABLE conformance_faults (a int)")

    def insert(number):
        return execute(f"INSERT INTO conformance_faults VALUES ({number})", on=faulty)

    def kept():
        return [row[0]["longValue"] for row in
                execute("SELECT a FROM conformance_faults ORDER BY a")["records"]]

    for number in (1, 2):
        refused(lambda: insert(number), "DatabaseResumingException", 400, "resuming")
    refused(lambda: insert(3), "ThrottlingException", 400)
    refused(lambda: insert(4), "ServiceUnavailableError", 503)
    try:
        insert(5)
        raise AssertionError("an answer came")
    except ConnectionClosedError:
        pass
    refused(lambda: insert(6), "InternalServerErrorException", 500)
    refused(lambda: insert(7), "DatabaseUnavailableException", 504)
    same(kept(), [5, 7])
    start = time.monotonic()
    insert(8)
    assert time.monotonic() - start >= 0.5
    same(kept(), [5, 7, 8])


@group(31, "signatures")
def signatures():
    keys = {"key": "AKIDTEST", "secret": "secret", "token": "token"}

    def select(**more):
        return execute("SELECT 1", on=make_client(SIGNED, **{**keys, **more}))

    same(select()["records"], [[{"longValue": 1}]])
    refused(lambda: select(secret="wrong"), "InvalidSignatureException", 403)
    refused(lambda: select(key="AKIDOTHER"), "UnrecognizedClientException", 403)
    refused(lambda: select(token="wrong"), "UnrecognizedClientException", 403)
    refused(lambda: select(token=None), "UnrecognizedClientException", 403)
    refused(lambda: select(region="eu-west-1"), "InvalidSignatureException", 403, "region")
    body = json.dumps({**WHERE, "sql": "SELECT 1"})
    same(post("/Execute", body, endpoint=SIGNED)[:2], (403, "MissingAuthenticationTokenException"))
    same(post("/Execute", body, {"Authorization": "Bearer x"}, endpoint=SIGNED)[:2],
         (403, "IncompleteSignatureException"))

    def by_hand(service="rds-data", change=None):
        request = AWSRequest("POST", SIGNED + "/Execute", data=body,
                             headers={"Content-Type": "application/json"})
        SigV4Auth(Credentials("AKIDTEST", "secret", "token"), service, REGION).add_auth(request)
        prepared = request.prepare()
        headers = {name: content.decode() if isinstance(content, bytes) else content
                   for name, content in prepared.headers.items()}
        sent = body
        if change:
            headers, sent = change(headers, sent)
        return post("/Execute", sent, headers, endpoint=SIGNED)

    same(by_hand()[0], 200)
    same(by_hand(service="rds")[:2], (403, "InvalidSignatureException"))
    same(by_hand(change=lambda headers, sent: (headers, sent.replace("1", "2")))[:2],
         (403, "InvalidSignatureException"))
    same(by_hand(change=lambda headers, sent: ({**headers, "X-Amz-Date": "20200101T000000Z"}, sent))[:2],
         (403, "InvalidSignatureException"))


@group(32, "requests that are none")
def strange_requests():
    same(post("/Nowhere", "{}")[:2], (404, "UnknownOperationException"))
    assert post("/Execute", None, method="GET")[0] in (404, 405)
    same(post("/Execute", "{")[:2], (400, "SerializationException"))
    same(post("/Execute", "[]")[:2], (400, "SerializationException"))
    same(post("/Execute", json.dumps({**WHERE, "sql": 1}))[:2], (400, "SerializationException"))
    same(post("/Execute", "{}")[:2], (400, "ValidationException"))
    same(post("/Execute", json.dumps({**WHERE, "sql": "SELECT 1", "unknown": [1]}))[0], 200)
    same(post("/ExecuteSql", "{}")[0], 400)


@group(33, "ARNs that are none")
def strange_names():
    for resource in ("nonsense-nonsense", f"arn:aws:rds:{REGION}:123456789012:db:local"):
        refused(lambda: execute("SELECT 1", resourceArn=resource), "BadRequestException", 400)
    refused(lambda: execute("SELECT 1", secretArn="nonsense-nonsense"), "BadRequestException", 400)
    refused(lambda: execute("SELECT 1", database="nowhere"), "DatabaseErrorException", 400,
            "SQLState: 3D000")


@group(34, "the form of an error's text")
def messages():
    found = refused(lambda: execute("SELECT nam FROM conformance_victims"), "DatabaseErrorException", 400)
    assert found.message.startswith('ERROR: column "nam" does not exist; Hint: '), found
    assert found.message.endswith("; Position: 8; SQLState: 42703"), found
    found = refused(lambda: execute("SELECT :x, nam FROM conformance_victims", [text("x", "1")]),
                    "DatabaseErrorException", 400)
    assert "; Position: 12; " in found.message, found
    found = refused(lambda: execute("DO $$ BEGIN RAISE 'a; b: c' USING ERRCODE = 'DB001'; END $$"),
                    "DatabaseErrorException", 400)
    assert found.message.startswith("ERROR: a; b: c; Where: PL/pgSQL"), found
    assert found.message.endswith("; SQLState: DB001"), found


failures = 0
for number, title, body in groups:
    try:
        body()
        print(f"ok {number} - {title}", flush=True)
    except Exception:
        failures += 1
        print(f"not ok {number} - {title}", flush=True)
        traceback.print_exc(file=sys.stdout)
print(f"{len(groups) - failures} of {len(groups)} groups hold")
sys.exit(1 if failures else 0)
