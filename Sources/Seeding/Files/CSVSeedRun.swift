internal import Digests
internal import Postgres
internal import SQLSyntax
internal import SourceFiles

/// Loads a CSV file inside an open transaction, in the context of a tenant.
///
/// PostgreSQL has no COPY FROM into a table with row-level security, so the rows go into a
/// temporary table first and from there with INSERT, where policies, defaults and triggers apply.
/// The temporary table has the types of the target, so that a bad value is refused with its line.
/// Rows whose key exists already are left alone.
struct CSVSeedRun {
  let seed: CSVSeed
  let step: SeedStep
  /// The column that gets the tenant's id when the table has it and the file does not.
  let tenantColumn: String?
  let progress: (SeedProgress) -> Void

  private static let table = "dbtool_seed_rows"
  private var path: String { step.file.path }

  /// The rows that were written, and those of the file that were left out because their key exists.
  func run(on connection: any Connection) throws -> (rows: Int, existing: Int) {
    let target = try CSVTarget(of: seed, path: path, on: connection)
    let columns = try seed.columns.map { try SQLIdentifier.quoted($0) }
    let types = seed.columns.map { target.types[$0] ?? "text" }
    try makeTemporaryTable(columns, types: types, connection)
    let copied = try copy(columns, connection)
    var names = columns
    var values = columns
    var parameters: [Parameter] = []
    if let tenantColumn, let tenant = step.tenant, let type = target.types[tenantColumn],
      !seed.columns.contains(tenantColumn)
    {
      names.append(try SQLIdentifier.quoted(tenantColumn))
      // Without the cast the server would take the parameter for a text.
      values.append("$1::\(type)")
      parameters.append(.text(tenant))
    }
    do {
      let inserted = try connection.execute(
        """
        INSERT INTO \(target.name) (\(names.joined(separator: ", ")))
        SELECT \(values.joined(separator: ", ")) FROM pg_temp.\(Self.table)
        ON CONFLICT DO NOTHING
        """, parameters
      ).rowCount
      return (inserted, copied - inserted)
    } catch let error as PostgresError where error.code == .server {
      throw SeedError(
        .rowsRefused, error.message, file: path, cause: error,
        remedy: error.isPolicyRefusal
          ? "The application's role may not write these rows in this tenant's context." : nil)
    }
  }

  private func makeTemporaryTable(
    _ columns: [String], types: [String], _ connection: any Connection
  ) throws {
    let definitions = zip(columns, types).map { "\($0) \($1)" }.joined(separator: ", ")
    do {
      try connection.execute(
        "CREATE TEMPORARY TABLE \(Self.table) (\(definitions)) ON COMMIT DROP")
    } catch let error as PostgresError where error.sqlState == .insufficientPrivilege {
      throw SeedError(
        .transactionFailed, error.message, file: path, cause: error,
        remedy: "Loading CSV needs the privilege TEMPORARY: GRANT TEMPORARY ON DATABASE … TO the"
          + " application's role.")
    }
  }

  private func copy(_ columns: [String], _ connection: any Connection) throws -> Int {
    let stream = try ByteStream(path: path)
    let digest = SHA256Stream()
    var sent = 0
    do {
      return try connection.copyIn(
        """
        COPY pg_temp.\(Self.table) (\(columns.joined(separator: ", "))) \
        FROM STDIN WITH (FORMAT csv, HEADER, ENCODING 'UTF8')
        """
      ) {
        guard let chunk = try stream.next() else {
          // What is committed must be what the ledger's checksum says.
          guard digest.finish() == step.file.checksum else {
            throw SeedError(
              .fileChanged, "the file changed while it was being loaded", file: path,
              remedy: "Run it again.")
          }
          return nil
        }
        digest.update(chunk)
        let isFirst = sent == 0
        sent += chunk.count
        progress(.sent(step, bytes: sent, of: seed.size))
        return isFirst ? Array(SourceText.body(of: chunk)) : chunk
      }
    } catch let error as PostgresError where error.code == .server {
      throw refusal(error)
    }
  }

  private func refusal(_ error: PostgresError) -> SeedError {
    var refusal = SeedError(.rowsRefused, error.message, file: path, cause: error)
    if let context = error.context,
      let place = CopyContext(context, table: Self.table, columns: seed.columns)
    {
      refusal.line = place.line
      refusal.field = place.column
      refusal.value = place.value
    }
    return refusal
  }
}
