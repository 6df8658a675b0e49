internal import Postgres
internal import SQLSyntax

/// What happens to rows whose key is there already.
struct RowConflict: Equatable {
  /// What the rule says.
  var action: SeedFileRule.Conflict
  /// The columns of the key; none when any key counts.
  var key: [String] = []

  /// Nothing is looked at: a row that is there already is an error.
  static let refused = RowConflict(action: .error)

  /// What the rule of a file means for its table.
  ///
  /// - Parameter columns: The columns that get a value.
  /// - Throws: `SeedError` with the rule's line when the table has no such key.
  init(
    _ rule: SeedFileRule?, target: RowTarget, columns: [String], on connection: any Connection
  ) throws {
    action = rule?.conflict ?? .skip
    guard let rule, action == .update || !rule.key.isEmpty else { return }
    func failure(
      _ code: SeedError.Code, _ message: String, _ remedy: String
    ) -> SeedError {
      SeedError(
        code, message, file: rule.file, location: SourceLocation(line: rule.line, column: 1),
        remedy: remedy)
    }
    for name in rule.key where target.column(name) == nil {
      let known = target.columns.map(\.name).joined(separator: ", ")
      throw failure(
        .unknownColumn, "table \(target.name) has no column \(name.debugDescription)",
        "Its columns are: \(known).")
    }
    let keys = try Self.keys(of: target, on: connection)
    let known = keys.map { "(\($0.columns.joined(separator: ", ")))" }.joined(separator: ", ")
    let remedy =
      keys.isEmpty
      ? "It has no unique key at all: without one, rows can only be added."
      : "Its unique keys are: \(known)."
    let wanted = rule.key
    guard
      let found = keys.first(where: { key in
        wanted.isEmpty ? key.isPrimary : Set(key.columns) == Set(wanted)
      })
    else {
      throw failure(
        .unknownKey,
        wanted.isEmpty
          ? "table \(target.name) has no primary key"
          : "table \(target.name) has no unique key (\(wanted.joined(separator: ", ")))", remedy)
    }
    key = found.columns
    if let missing = key.first(where: { name in !columns.contains(name) }), action == .update {
      throw failure(
        .unknownKey, "the file gives no value to \(missing.debugDescription), a column of the key",
        "Add the column to the file, or name another key with key: […].")
    }
  }

  private init(action: SeedFileRule.Conflict) { self.action = action }

  /// `ON CONFLICT …` behind an INSERT of some columns.
  ///
  /// - Parameter settable: The columns that may be given a value.
  func clause(settable: [String]) throws -> String {
    let key = try key.map { try SQLIdentifier.quoted($0) }
    let target = key.isEmpty ? "" : " (\(key.joined(separator: ", ")))"
    switch action {
    case .error: return ""
    case .skip: return " ON CONFLICT\(target) DO NOTHING"
    case .update:
      let others = try settable.map { try SQLIdentifier.quoted($0) }.filter { !key.contains($0) }
      guard !others.isEmpty else { return " ON CONFLICT\(target) DO NOTHING" }
      let changes = others.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
      return " ON CONFLICT\(target) DO UPDATE SET \(changes)"
    }
  }

  private struct Key {
    var isPrimary: Bool
    var columns: [String]
  }

  /// The keys that ON CONFLICT can name, the primary key first.
  private static func keys(of target: RowTarget, on connection: any Connection) throws -> [Key] {
    let result = try connection.execute(
      """
      SELECT i.indexrelid::text, i.indisprimary::text, a.attname::text
      FROM pg_catalog.pg_index AS i
      CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place)
      JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.number
      WHERE i.indrelid = $1::oid AND i.indisunique AND i.indisvalid AND i.indimmediate
        AND i.indpred IS NULL AND i.indexprs IS NULL AND k.place <= i.indnkeyatts
      ORDER BY i.indisprimary DESC, i.indexrelid, k.place
      """, [.text(target.oid)])
    var keys: [Key] = []
    var last: String?
    for row in result.rows {
      if last != row.text(0) { keys.append(Key(isPrimary: row.text(1) == "true", columns: [])) }
      last = row.text(0)
      keys[keys.count - 1].columns.append(row.text(2))
    }
    return keys
  }
}
