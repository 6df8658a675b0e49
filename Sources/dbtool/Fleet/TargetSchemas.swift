import Migrations
import Postgres
import Wording

/// Looks up which schemas the patterns of a target mean.
enum TargetSchemas {
  /// The target itself, or one for each of its schemas.
  ///
  /// A name without `*` and `?` is taken as it is, and its schema is made when it is migrated.
  ///
  /// - Throws: `UsageError` when no schema matches a pattern, and what connecting throws.
  static func expand(_ target: Target, environment: [String: String]) throws -> [Target] {
    guard !target.schemas.isEmpty else { return [target] }
    var names: [String] = []
    func add(_ name: String) {
      if !names.contains(name) { names.append(name) }
    }
    var known: [String]?
    for pattern in target.schemas {
      guard pattern.contains(where: { "*?".contains($0) }) else {
        add(pattern)
        continue
      }
      let all = try known ?? schemas(of: target, environment: environment)
      known = all
      let found = all.filter { NamePattern.matches(pattern, $0) }
      guard !found.isEmpty else {
        throw UsageError(
          "the target \(target.name) has no schema that matches \(pattern)",
          remedy: "name new schemas in full under schemas:, then they are made")
      }
      found.forEach(add)
    }
    return try names.map { name in
      var one = target
      one.name = target.name + "/" + name
      // What cannot be a name is told before anything is done.
      one.place = try LedgerPlace(schema: name)
      return one
    }
  }

  private static func schemas(
    of target: Target, environment: [String: String]
  ) throws -> [String] {
    let connection = try target.connect(environment: environment)
    defer { connection.close() }
    return try connection.execute(
      """
      SELECT nspname FROM pg_catalog.pg_namespace
      WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'dbtool') ORDER BY nspname
      """
    ).rows.map { $0.text(0) }
  }
}
