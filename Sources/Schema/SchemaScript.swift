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
      text += statement(creating: object, in: snapshot) + ";\n"
    }
    return text
  }

  /// Kinds whose statements are of several lines.
  private static let spaced: Set<SchemaObject.Kind> = [.function, .table, .view, .policy]

  /// The statement that makes an object; for a table, with its columns and constraints.
  static func statement(creating object: SchemaObject, in snapshot: SchemaSnapshot) -> String {
    switch object.kind {
    case .role:
      // Roles belong to the server: another database may have brought this one.
      let name =
        object.name.hasPrefix("\"")
        ? String(object.name.dropFirst().dropLast())
          .replacing("\"\"", with: "\"") : object.name
      let literal = name.replacing("'", with: "''")
      return """
        DO $$ BEGIN
          IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = '\(literal)') THEN
            \(object.definition);
          END IF;
        END $$
        """
    case .table:
      let parts = snapshot.objects.filter {
        $0.table == object.name && ($0.kind == .column || $0.isInline)
      }
      let body =
        parts.isEmpty ? "()" : "(\n  \(parts.map(\.definition).joined(separator: ",\n  "))\n)"
      // A partition without columns of its own takes no parentheses.
      let isPartition = object.definition.contains(" PARTITION OF ")
      let columns = isPartition && parts.isEmpty ? "" : body
      return object.definition.replacing("%COLUMNS%", with: columns).replacing(
        "  FOR", with: " FOR")
    case .column, .constraint, .foreignKey:
      guard let table = object.table else { return object.definition }
      let verb = object.kind == .column ? "ADD COLUMN" : "ADD"
      return "ALTER TABLE \(table) \(verb) \(object.definition)"
    default: return object.definition
    }
  }
}
