internal import Postgres

/// Migrations of Payload CMS that have to be applied before ours.
///
/// `payload_migrations` is read and never written: Payload owns it. A batch of -1 is no migration but
/// a schema that was pushed in development.
struct PayloadRequirements {
  /// Checks what the steps of `plan` need.
  ///
  /// - Throws: `MigrationError` of code `missingRequirement`; nothing has been done then.
  static func check(_ plan: MigrationPlan, on connection: any Connection) throws(MigrationError) {
    let needs = plan.steps.filter { $0.direction == .up }.flatMap { step in
      step.script.directives.requirements.map { (step.script.file, $0) }
    }
    guard !needs.isEmpty else { return }
    let applied = try names(on: connection)
    for (file, requirement) in needs where applied?.contains(requirement.name) != true {
      var error = MigrationError(
        .missingRequirement,
        applied == nil
          ? "the table payload_migrations is not there, which this migration requires"
          : "Payload's migration \(requirement.name) is not applied, which this one requires",
        file: file, remedy: "run Payload's own migrations first: payload migrate")
      error.line = requirement.line
      throw error
    }
  }

  /// The names in the ledger; nil without one.
  private static func names(on connection: any Connection) throws(MigrationError) -> Set<String>? {
    do {
      let table = try connection.execute(
        """
        SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relname = 'payload_migrations' AND c.relkind = 'r'
        ORDER BY pg_catalog.pg_table_is_visible(c.oid) DESC, n.nspname LIMIT 1
        """
      ).scalar
      guard let table else { return nil }
      let rows = try connection.execute("SELECT name FROM \(table) WHERE batch > 0").rows
      return Set(rows.map { $0.text(0) })
    } catch {
      throw MigrationError(.database, "payload_migrations cannot be read: \(error)")
    }
  }
}
