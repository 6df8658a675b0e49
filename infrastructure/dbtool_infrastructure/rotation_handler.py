"""Replaces a database user's password over the Data API, as a SCRAM verifier (RFC 5802); makes the
user when it is missing."""
import base64, hashlib, hmac, json, os, secrets, time
import boto3

CLUSTER, DATABASE = os.environ["CLUSTER"], os.environ["DATABASE"]
MASTER = os.environ["MASTER_SECRET"]
USERS = json.loads(os.environ["USERS"])  # by secret
store, data = boto3.client("secretsmanager"), boto3.client("rds-data")

# Both users' first rotations may meet.
CHANGE = """DO $$
DECLARE who text = current_setting('my.who');
BEGIN
PERFORM pg_advisory_xact_lock(7265);
IF to_regrole(who) IS NULL THEN
 EXECUTE format('CREATE ROLE %I', who);
 IF who = 'dbtool_owner' THEN
  ALTER ROLE dbtool_owner CREATEROLE;
  GRANT dbtool_owner TO CURRENT_USER;
  EXECUTE format('ALTER DATABASE %I OWNER TO dbtool_owner', current_database());
 END IF;
 IF to_regrole('app_user') <> to_regrole('dbtool_owner') THEN
  GRANT app_user TO dbtool_owner WITH ADMIN OPTION;
 END IF;
END IF;
IF EXISTS (SELECT FROM pg_roles r WHERE pg_has_role(who, oid, 'MEMBER') AND (rolsuper OR
 rolbypassrls OR rolname = 'rds_superuser' OR who = 'app_user' AND (rolcreaterole OR
 EXISTS (SELECT FROM pg_class WHERE relowner = r.oid AND relrowsecurity)))) THEN
 RAISE '% can bypass row-level security', who;
END IF;
EXECUTE format('ALTER ROLE %I LOGIN PASSWORD %L', who, current_setting('my.scram'));
END $$"""


def verifier(password):
    salt = os.urandom(16)
    key = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 4096)
    client, server = (hmac.digest(key, b"%s Key" % s, "sha256") for s in (b"Client", b"Server"))
    parts = salt, hashlib.sha256(client).digest(), server
    return "SCRAM-SHA-256$4096:%s$%s:%s" % tuple(base64.b64encode(p).decode() for p in parts)


def call(action, secret=MASTER, **arguments):
    for _ in range(24):
        try:
            return action(resourceArn=CLUSTER, secretArn=secret, **arguments)
        except data.exceptions.ClientError as error:
            if "DatabaseResuming" not in str(error):
                raise
            time.sleep(5)
    raise TimeoutError("the cluster stays paused")


def run(sql, **arguments):
    call(data.execute_statement, database=DATABASE, sql=sql, **arguments)


def read(arn, **version):
    return json.loads(store.get_secret_value(SecretId=arn, **version)["SecretString"])


def create(arn, token):
    try:
        read(arn, VersionId=token)
    except store.exceptions.ResourceNotFoundException:
        new = read(arn) | {"username": USERS[arn], "password": secrets.token_urlsafe(32)}
        store.put_secret_value(SecretId=arn, ClientRequestToken=token,
            SecretString=json.dumps(new), VersionStages=["AWSPENDING"])


def change(arn, token):
    scram = verifier(read(arn, VersionId=token)["password"])
    id = call(data.begin_transaction, database=DATABASE)["transactionId"]
    run("SELECT set_config('my.who', :w, true), set_config('my.scram', :s, true)",
        transactionId=id, parameters=[{"name": k, "value": {"stringValue": v}}
            for k, v in (("w", USERS[arn]), ("s", scram))])
    run(CHANGE, transactionId=id)
    call(data.commit_transaction, transactionId=id)


def handler(event, context):
    arn, token, step = event["SecretId"], event["ClientRequestToken"], event["Step"]
    stages = store.describe_secret(SecretId=arn)["VersionIdsToStages"]
    current = next(v for v in stages if "AWSCURRENT" in stages[v])
    # No former password comes back.
    if arn not in USERS or token != current and "AWSPENDING" not in stages.get(token, ()):
        raise ValueError("not rotated here")
    if step == "createSecret" and token != current:
        create(arn, token)
    if step == "setSecret" and token != current:
        change(arn, token)
    if step == "finishSecret":
        if token != current:
            change(arn, token)
            store.update_secret_version_stage(SecretId=arn, VersionStage="AWSCURRENT",
                MoveToVersionId=token, RemoveFromVersionId=current)
        # The Data API logs in with current versions alone.
        run("SELECT 1", secret=arn)
