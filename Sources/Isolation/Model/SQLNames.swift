internal import Postgres
internal import SQLSyntax

/// Names of the catalog as SQL writes them, for scripts and advice.
///
/// Quoting fails only for a name with a NUL, which the catalog cannot hold; should it fail all the
/// same, the text is a comment and not SQL.
enum SQLNames {
  static func of(_ name: String) -> String {
    (try? SQLIdentifier.readable(name)) ?? "-- a name that cannot be quoted"
  }

  static func of(_ relation: Relation) -> String { of(relation.schema) + "." + of(relation.name) }

  static func of(_ routine: Routine) -> String { of(routine.schema) + "." + of(routine.name) }

  static func of(_ role: RoleAttributes) -> String { of(role.name) }

  /// `text` as a string constant.
  static func literal(_ text: String) -> String { (try? SQLLiteral.quoted(text)) ?? "NULL" }
}
