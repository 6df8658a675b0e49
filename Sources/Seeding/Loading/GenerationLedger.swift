internal import FoundationEssentials
internal import Postgres

/// The tables `dbtool.seed_generations` and `dbtool.seed_portions`, which remember which rows were made
/// up, and how far a run got.
enum GenerationLedger {
  /// What is remembered of the rows of one random seed.
  struct Entry {
    var digest: String
    var bases: GenerationBases
    var isFinished: Bool
    var portions: Set<String>
  }

  /// Makes the tables unless they are there.
  static let creation = LedgerTables.creation([
    "seed_generations": """
    seed text PRIMARY KEY,
    digest text NOT NULL,
    bases text NOT NULL,
    rows bigint NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    applied_by text NOT NULL DEFAULT session_user,
    tool_version text NOT NULL,
    run_id uuid
    """,
    "seed_portions": """
    seed text NOT NULL REFERENCES dbtool.seed_generations ON DELETE CASCADE,
    portion text NOT NULL,
    rows bigint NOT NULL,
    PRIMARY KEY (seed, portion)
    """,
  ])

  /// What is remembered of a seed; nil when nothing is.
  static func read(seed: UInt64, on connection: any Connection) throws -> Entry? {
    // Asked for by name, since a query of a table that is not there would end a transaction.
    guard
      try connection.execute("SELECT to_regclass('dbtool.seed_generations')::text").scalar != nil
    else { return nil }
    let row = try connection.execute(
      "SELECT digest, bases, finished_at IS NOT NULL FROM dbtool.seed_generations WHERE seed = $1",
      [.text(String(seed))]
    ).rows.first
    guard let row else { return nil }
    let bases: GenerationBases
    do {
      bases = try JSONDecoder().decode(GenerationBases.self, from: Data(row.text(1).utf8))
    } catch {
      throw SeedError(
        .generationDiffers, "the ledger dbtool.seed_generations cannot be read: \(error)",
        remedy: "dbtool seed --truncate makes a clean start.")
    }
    let portions = try connection.execute(
      "SELECT portion FROM dbtool.seed_portions WHERE seed = $1", [.text(String(seed))]
    ).rows.map { $0.text(0) }
    return Entry(
      digest: row.text(0), bases: bases, isFinished: row.bool(2) == true, portions: Set(portions))
  }

  /// Changes no row where one of the seed is noted.
  static func begin(
    _ plan: GenerationPlan, bases: GenerationBases, toolVersion: String, runID: String?
  ) throws -> PipelineStatement {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let text = String(decoding: try encoder.encode(bases), as: UTF8.self)
    return PipelineStatement(
      """
      INSERT INTO dbtool.seed_generations (seed, digest, bases, rows, tool_version, run_id)
      VALUES ($1, $2, $3, $4::bigint, $5, $6::uuid)
      ON CONFLICT (seed) DO NOTHING
      """,
      [
        .text(String(plan.seed)), .text(plan.digest), .text(text), .text(String(plan.rows)),
        .text(toolVersion), Parameter(runID),
      ])
  }

  /// Waits for who loads the portion at the moment; changes no row where it is there.
  static func note(_ portion: LoadPortion, of plan: GenerationPlan) -> PipelineStatement {
    PipelineStatement(
      """
      INSERT INTO dbtool.seed_portions (seed, portion, rows) VALUES ($1, $2, $3::bigint)
      ON CONFLICT (seed, portion) DO NOTHING
      """,
      [.text(String(plan.seed)), .text(portion.name), .text(String(portion.count))])
  }

  static func finish(_ plan: GenerationPlan) -> PipelineStatement {
    PipelineStatement(
      "UPDATE dbtool.seed_generations SET finished_at = now() WHERE seed = $1",
      [.text(String(plan.seed))])
  }
}
