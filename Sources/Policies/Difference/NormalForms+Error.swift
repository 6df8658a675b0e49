internal import Postgres
internal import SQLSyntax

extension NormalForms {
  /// The first expression that the server refuses, with its place in the manifest; nil when there is
  /// none.
  func error(in manifest: PolicyManifest, catalog: Catalog) -> PolicyError? {
    let first = refused.min { ($0.key.relation, $0.key.sql) < ($1.key.relation, $1.key.sql) }
    guard let (expression, words) = first else { return nil }
    let table = catalog.relations[expression.relation]?.displayName ?? "?"
    for rule in manifest.rules {
      for policy in rule.policies where [policy.using, policy.check].contains(expression.sql) {
        return PolicyError(
          .unresolved, "tables.\(rule.pattern).policies.\(policy.name) on \(table): \(words)",
          file: manifest.path, location: SourceLocation(line: policy.line, column: 1),
          statement: expression.sql)
      }
    }
    return PolicyError(
      .unresolved, "the policy of \(table) does not fit: \(words)", file: manifest.path,
      statement: expression.sql,
      remedy: "Look at tenant.type and the types of columns; {raw: …} writes a policy out.")
  }
}
