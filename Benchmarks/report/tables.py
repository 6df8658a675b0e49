"""What stands in docs/performance.md: its sections, and of each table what its tools are."""

from dataclasses import dataclass, field


@dataclass
class Table:
    id: str
    title: str
    own: str
    sizes: str = ""  # what there are so many of; "" for tables without sizes
    floors: list = field(default_factory=list)
    peers: list = field(default_factory=list)
    reasons: dict = field(default_factory=dict)  # why a peer is faster where it is
    above_floor: str = ""
    below_floor: str = ""
    always: str = ""
    plot: bool = True
    text: str = ""


@dataclass
class Section:
    part: str  # of the run
    title: str
    text: str
    tables: list


MIGRATORS = ["dbmate", "alembic", "yoyo", "pgmigrate", "sql-migrate", "sqitch"]

# Seen with log_statement = all.
AROUND = (
    "dbtool sends nine statements around the three of each migration (a check of the one before, timeouts, the "
    "ledger with the file's text, RESET) and notes the run"
)
LESS_AROUND = (
    f"{AROUND}; they send BEGIN, one INSERT and COMMIT, and dbmate each file as one message"
)
LESS_IDLE = (
    "their programs start faster, and they compare versions, not what was applied with the files"
)
WAITS = (
    "dbtool sends all migrations without waiting between them, psql and the peers wait for each "
    "statement's answer"
)

SEED_ABOVE = (
    "it also reads the catalog, and keeps a ledger of what was loaded with the file's digest"
)

SECTIONS = [
    Section(
        "start-up",
        "Start-up",
        (
            "`dbtool --version` is the program alone; `dbtool migrate up` has nothing to do, beside psql's "
            "`select 1` on the same server. The commands take turns."
        ),
        [
            Table(
                "startup",
                "Start-up",
                "dbtool migrate up",
                peers=["psql"],
                reasons={
                    "psql": "to load the program costs dbtool what `dbtool --version` takes, and it then reads its "
                    "configuration, connects and asks one question as psql does"
                },
                always="dbtool is not slower than psql.",
            ),
        ],
    ),
    Section(
        "migrations",
        "Migrations",
        (
            "Each migration makes a table and an index and inserts a row: three statements, one transaction "
            "a migration. Every run has a fresh database; tools take turns. The floor is `psql -1` with all "
            "statements in one file and one transaction, which keeps no ledger. With fsync off a COMMIT costs "
            "next to nothing: on a disk that is waited for, a tool that commits more often falls back further."
        ),
        [
            Table(
                "migrate-local",
                "migrate up on the same machine",
                "dbtool",
                "migrations",
                ["psql -1"],
                MIGRATORS,
                {"dbmate": LESS_AROUND, "sql-migrate": LESS_AROUND},
                AROUND,
                "psql waits for the answer to each statement, and its transaction holds all locks to the end",
                text="pgmigrate applies everything in one transaction, which is its default. The server has "
                "max_locks_per_transaction = 1000, since `psql -1` cannot hold the locks of so many "
                "tables with the default of 64.",
            ),
            Table(
                "migrate-10ms",
                "migrate up, link with a round trip of 10 ms",
                "dbtool",
                "migrations",
                ["psql -1"],
                MIGRATORS,
                {},
                "",
                WAITS,
            ),
            Table(
                "migrate-50ms",
                "migrate up, link with a round trip of 50 ms",
                "dbtool",
                "migrations",
                ["psql -1"],
                MIGRATORS,
                {},
                "",
                WAITS,
                text="`Benchmarks/delay-proxy` hands every byte on half the round trip later, in each "
                "direction; it limits no bytes a second.",
            ),
            Table(
                "migrate-nothing",
                "migrate up with nothing to do",
                "dbtool",
                "migrations",
                ["psql select 1"],
                MIGRATORS,
                {"dbmate": LESS_IDLE, "sql-migrate": LESS_IDLE},
                "to load the program takes longer (start-up, above), it looks at the size and time of every "
                "file, and the server computes a digest of the ledger",
                "",
                text="All migrations are applied already.",
            ),
        ],
    ),
    Section(
        "isolation",
        "verify-rls",
        (
            "Tables as an application has them (`Benchmarks/tenant_schema.py`): the tenant's column, foreign keys "
            "that carry it, CHECK constraints, one policy FOR ALL. Times are those of the whole command. The "
            "tools do not do the same: dbtool and rlsgrid try operations as the application's role, rlsautotest "
            "writes pgTAP tests and runs them, pgrls proves by Z3 from the catalog, trespass reads the SQL. pgrls "
            "gets policies without NULLIF, trespass policies in Supabase's dialect, since they decide little of "
            "others; it counts findings and not tables, and takes `customer_id` for a row's owner. What each finds "
            "is another question: [Benchmarks](../Benchmarks/README.md#isolation-peers)."
        ),
        [
            Table(
                "verify",
                "Whole command",
                "dbtool verify-rls",
                "tables",
                ["psql, as many round trips"],
                [
                    "rlsgrid fuzz",
                    "rlsautotest, pg_prove",
                    "pgrls verify",
                    "pgrls lint",
                    "trespass check",
                ],
                {
                    "rlsgrid fuzz": "it skips most of its probes (below), since it finds no rows for tables "
                    "with CHECK constraints",
                    "pgrls verify": "it reads policies and proves, and runs no statement on the tables",
                    "pgrls lint": "it reads the catalog, and runs no statement on the tables",
                    "trespass check": "it reads the SQL, and needs no server",
                },
                "it also reads the catalog, makes rows for every table and judges what comes back",
                "psql waits for each answer, and dbtool for none",
                text="The floor is psql, which sends a SAVEPOINT, a SELECT 1 and a ROLLBACK TO for each probe "
                "of dbtool.",
            ),
            Table(
                "verify-probe",
                "A probe, ms",
                "dbtool verify-rls",
                "tables",
                ["psql, as many round trips"],
                ["rlsgrid fuzz", "rlsautotest, pg_prove"],
                plot=False,
                text="Probes that a tool skipped do not count.",
            ),
            Table("verify-probes", "How many probes ran", "", "tables", plot=False),
            Table(
                "verify-far",
                "Through a link with a round trip of 50 ms",
                "dbtool verify-rls",
                always="All probes are one pipeline, so distance costs round trips that do not grow with "
                "the number of probes.",
            ),
        ],
    ),
    Section(
        "lint",
        "Lint",
        (
            "The files of the migrations above. Both report in JSON, and both find something in each file. "
            "Which rule of Squawk has which counterpart: [lint.md](lint.md#beside-squawk)."
        ),
        [
            Table(
                "lint",
                "Files to lint",
                "dbtool lint",
                "files",
                [],
                ["squawk"],
                {
                    "squawk": "dbtool also keeps a model of the schema over all files, which its rules ask"
                },
            ),
        ],
    ),
    Section(
        "seeds",
        "Seeds",
        (
            "Rows of ten columns. The floor is psql's `\\copy` of the same CSV file, as superuser. In the tenant's "
            "context dbtool acts as the application's role, and the policy checks each row."
        ),
        [
            Table(
                "seed",
                "All tenants' rows, as administrator",
                "dbtool seed, as administrator",
                "rows",
                ["psql \\copy"],
                ["dbtool seed, rows made up"],
                {
                    "dbtool seed, rows made up": "several connections load rows that it computes, and no file is read"
                },
                SEED_ABOVE,
            ),
            Table(
                "seed-tenant",
                "One tenant's rows, in its context",
                "dbtool seed, in the tenant's context",
                "rows",
                ["psql \\copy, one tenant's"],
                [],
                {},
                SEED_ABOVE + ", and the policy looks at each row",
            ),
            Table("seed-large", "Rows made up", "dbtool"),
        ],
    ),
    Section(
        "data-api",
        "Data API",
        (
            "dbtool's client and boto3 take turns on one `dbtool data-api serve` in front of a throwaway PostgreSQL "
            "on the same machine, whose processor they share; the same statements, one parameter, one row."
        ),
        [
            Table(
                "data-api",
                "Data API",
                "dbtool",
                peers=["boto3"],
                always="boto3 is better in none of them.",
            ),
        ],
    ),
    Section(
        "instrumentation",
        "Instrumentation",
        (
            "One session selects one row by its key over a local TCP connection, bare and recorded (the tenant, the "
            "ring, the thread that aggregates) in turns of a hundred; medians of pairs."
        ),
        [
            Table(
                "instrumentation",
                "Instrumentation",
                "recorded",
                floors=[],
                always="The bare transport is the floor; what recording adds is in the second row.",
            ),
        ],
    ),
]
