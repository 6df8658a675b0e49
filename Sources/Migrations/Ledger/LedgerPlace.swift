internal import Digests
internal import SQLSyntax

/// Where the ledger lies: in a schema of its own for a whole database or, for a schema that is
/// migrated by itself, in that schema, so that it goes with it.
package struct LedgerPlace: Sendable, Equatable {
  /// The schema that is migrated; nil for the whole database.
  package let schema: String?
  /// What stands before the name of each of the ledger's tables.
  let prefix: String
  /// The schema of the ledger as SQL writes it.
  let holder: String

  /// `dbtool.migrations`, for the whole database.
  package static let database = LedgerPlace()

  private init() {
    schema = nil
    prefix = "dbtool."
    holder = "dbtool"
  }

  /// `SCHEMA.dbtool_migrations`, for one schema.
  ///
  /// - Throws: `MigrationError` for what cannot be a name.
  package init(schema: String) throws(MigrationError) {
    do {
      holder = try SQLIdentifier.quoted(schema)
    } catch {
      throw MigrationError(.ledger, "\"\(schema)\" is no name of a schema: \(error.message)")
    }
    guard schema.utf8.count <= 63, !schema.isEmpty else {
      throw MigrationError(
        .ledger, "\"\(schema)\" is no name of a schema", remedy: "names have 1 to 63 bytes")
    }
    self.schema = schema
    prefix = holder + ".dbtool_"
  }

  /// The `search_path` of what is run for a schema: names without one are looked for, and made, there.
  var searchPath: String? { schema.map { _ in "\(holder), public" } }

  /// The ledger's table as messages call it.
  var ledger: String { prefix + "migrations" }

  /// The number of the advisory lock of those who apply migrations.
  ///
  /// Advisory locks belong to one database of a cluster, so one constant does for all databases:
  /// "dbtool" in ASCII, then 1 for migrations. Schemas have one each, which may be the same for two
  /// of them: they then wait for each other.
  var lockKey: Int64 {
    guard let schema else { return 0x6462_746F_6F6C_0001 }
    let digest = SHA256.hexDigest(of: Array(schema.utf8)).prefix(8)
    return 0x6462_746F << 32 | (Int64(digest, radix: 16) ?? 0)
  }

  /// A table's name as a literal, for `to_regclass`.
  func literal(_ table: String) -> String { Self.literal(prefix + table) }

  /// The schema's name as a literal, for `to_regnamespace`.
  var holderLiteral: String { Self.literal(holder) }

  /// A name without a NUL can always be quoted.
  private static func literal(_ text: String) -> String {
    (try? SQLLiteral.quoted(text)) ?? "''"
  }
}
