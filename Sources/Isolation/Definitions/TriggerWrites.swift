internal import Postgres
internal import SQLSyntax
internal import Synthesis

/// Writes of a tenant's own rows that fire a trigger: whoever may write calls its function.
struct TriggerWrites {
  var survey: Survey

  /// Statements of tenant A that `actor` may run and that fire triggers with `routine`.
  func writes(by actor: Actor, firing routine: CallableRoutine) throws -> [String] {
    try survey.surroundings.triggers.filter { $0.function == routine.displayName }.flatMap {
      trigger -> [String] in
      guard let table = try survey.stage.table(trigger.relation) else { return [] }
      let privileges = actor.privileges(on: trigger.relation)
      var writes: [String] = []
      if trigger.firesOnInsert, !privileges.insert.isEmpty, var row = table.spare[0] {
        row.values = row.values.filter { privileges.insert.contains($0.key) }
        writes.append(try ScriptWriter.inlined(try row.insertion(into: table.relation)))
      }
      // A trigger may fire for some columns only.
      let columns = table.relation.columns.filter {
        $0.generation == .none && privileges.update.contains($0.name)
          && !table.keyColumns.contains($0.name)
      }.map { SQLNames.of($0.name) }
      if trigger.firesOnUpdate, !columns.isEmpty {
        let assignments = columns.map { "\($0) = \($0)" }.joined(separator: ", ")
        writes.append("UPDATE \(table.sqlName) SET \(assignments)")
      }
      if trigger.firesOnDelete, privileges.delete {
        writes.append("DELETE FROM \(table.sqlName)")
      }
      return writes
    }
  }
}
