internal import SQLSyntax

/// Writes a schema as a script for people and for psql.
enum SchemaScript {
  static func text(of snapshot: SchemaSnapshot) -> String {
    var text = """
      -- The schema as dbtool schema dump writes it: sorted, without rows, and the same for the same
      -- schema, so that it can be kept under version control.

      SET check_function_bodies = off;
      SET search_path = '';

      """
    var kind: SchemaObject.Kind?
    for object in snapshot.objects {
      let isPart = object.kind == .column || object.isInline
      if isPart { continue }
      if object.kind != kind || spaced.contains(object.kind) { text += "\n" }
      kind = object.kind
      let statement = statement(creating: object, in: snapshot)
      text += statement + (object.kind == .other ? "\n" : ";\n")
    }
    return text
  }

  /// Kinds whose statements are of several lines.
  private static let spaced: Set<SchemaObject.Kind> = [.function, .table, .view, .policy]

  /// The statement that makes an object; for a table, with its columns and constraints.
  static func statement(creating object: SchemaObject, in snapshot: SchemaSnapshot) -> String {
    switch object.kind {
    case .role:
      // Roles belong to the server: another database may have brought this one. The body is a
      // string, not in dollar quotes: a name may hold what would end those.
      let body = """
        BEGIN
          IF pg_catalog.to_regrole(\(quoted(object.name))) IS NULL THEN
            \(object.definition);
          END IF;
        END
        """
      return "DO \(quoted(body))"
    case .table:
      let parts = snapshot.objects.filter {
        $0.table == object.name && ($0.kind == .column || $0.isInline)
      }
      // A partition without columns of its own takes no parentheses.
      let isPartition = object.definition.contains("TABLE \(object.name) PARTITION OF ")
      let body = parts.map { "  " + $0.definition }.joined(separator: ",\n")
      let columns = parts.isEmpty ? (isPartition ? "" : " ()") : " (\n\(body)\n)"
      return object.definition + columns + object.tail
    case .column, .constraint, .foreignKey:
      guard let table = object.table else { return object.definition }
      let verb = object.kind == .column ? "ADD COLUMN" : "ADD"
      return "ALTER TABLE \(table) \(verb) \(object.definition)"
    default: return object.definition
    }
  }

  /// Only a NUL cannot be quoted, and nothing in the catalog has one.
  private static func quoted(_ text: String) -> String {
    (try? SQLLiteral.quoted(text)) ?? "''"
  }
}
