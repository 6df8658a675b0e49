internal import Postgres
internal import SQLSyntax

/// Writes policies and privileges as SQL.
enum PolicyText {
  static func table(_ relation: Relation) throws(SyntaxError) -> String {
    try SQLIdentifier.readable(schema: relation.schema, name: relation.name)
  }

  static func roles(_ roles: [String]) throws(SyntaxError) -> String {
    guard !roles.isEmpty else { return "PUBLIC" }
    var names: [String] = []
    for role in roles.sorted() { names.append(try SQLIdentifier.readable(role)) }
    return names.joined(separator: ", ")
  }

  static func create(
    _ policy: PolicyDefinition, on relation: Relation
  ) throws(SyntaxError) -> String {
    try "CREATE POLICY \(SQLIdentifier.readable(policy.name)) ON \(table(relation))"
      + definition(policy)
  }

  static func drop(
    _ policy: PolicyDefinition, on relation: Relation
  ) throws(SyntaxError) -> String {
    try "DROP POLICY \(SQLIdentifier.readable(policy.name)) ON \(table(relation))"
  }

  static func rename(
    _ policy: PolicyDefinition, to name: String, on relation: Relation
  ) throws(SyntaxError) -> String {
    try "ALTER POLICY \(SQLIdentifier.readable(policy.name)) ON \(table(relation))"
      + " RENAME TO \(SQLIdentifier.readable(name))"
  }

  static func alter(
    _ policy: PolicyDefinition, on relation: Relation
  ) throws(SyntaxError) -> String {
    try "ALTER POLICY \(SQLIdentifier.readable(policy.name)) ON \(table(relation))"
      + " TO \(roles(policy.roles))" + expressions(policy)
  }

  /// All of a policy but its name and table.
  static func definition(_ policy: PolicyDefinition) throws(SyntaxError) -> String {
    let kind = policy.isPermissive ? "" : " AS RESTRICTIVE"
    return try kind + " FOR \(policy.command) TO \(roles(policy.roles))" + expressions(policy)
  }

  /// The same on one line, for people.
  static func summary(_ policy: PolicyDefinition) -> String {
    let text = (try? definition(policy)) ?? ""
    return text.split(whereSeparator: \.isWhitespace).reduce("") { $0 + " " + $1 }
  }

  private static func expressions(_ policy: PolicyDefinition) -> String {
    (policy.using.map { " USING (\($0))" } ?? "")
      + (policy.check.map { " WITH CHECK (\($0))" } ?? "")
  }

  /// GRANT or REVOKE for privileges of one role, those on columns together.
  static func privileges(
    _ grants: [TableGrants.Grant], on relation: Relation, isGrant: Bool
  ) throws(SyntaxError) -> [(subject: String, statement: String)] {
    var result: [(String, String)] = []
    let byRole = Dictionary(grouping: grants, by: \.role)
    for (role, grants) in byRole.sorted(by: { $0.key < $1.key }) {
      var words: [String] = []
      for (privilege, grants) in Dictionary(grouping: grants, by: \.privilege)
        .sorted(by: { rank($0.key) < rank($1.key) })
      {
        var columns: [String] = []
        for column in grants.compactMap(\.column).sorted(by: {
          number($0, relation) < number($1, relation)
        }) {
          columns.append(try SQLIdentifier.readable(column))
        }
        if grants.contains(where: { $0.column == nil }) { words.append(privilege) }
        if !columns.isEmpty { words.append("\(privilege) (\(columns.joined(separator: ", ")))") }
      }
      let name = role.isEmpty ? "PUBLIC" : try SQLIdentifier.readable(role)
      let what = words.joined(separator: ", ")
      result.append(
        (
          isGrant ? "\(what) to \(name)" : "\(what) from \(name)",
          isGrant
            ? "GRANT \(what) ON \(try table(relation)) TO \(name)"
            : "REVOKE \(what) ON \(try table(relation)) FROM \(name)"
        ))
    }
    return result
  }

  private static func rank(_ privilege: String) -> String {
    let order = ["SELECT", "INSERT", "UPDATE", "DELETE"]
    return order.firstIndex(of: privilege).map { "\($0)" } ?? privilege
  }

  private static func number(_ column: String, _ relation: Relation) -> Int {
    relation.column(column)?.number ?? 0
  }
}
