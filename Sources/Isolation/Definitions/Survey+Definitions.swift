internal import Postgres
internal import Tenants

extension Survey {
  /// The tables whose rows belong to tenants, in order of schema and name.
  var ownedTables: [Relation] { included.filter { model.tables[$0.oid]?.isOwned == true } }

  /// The roles that row-level security binds; for the others one finding says everything.
  var boundActors: [Actor] {
    actors.filter { !$0.role.isSuperuser && !$0.role.bypassesRowSecurity }
  }
}

extension CallableRoutine {
  /// Its name and arguments as ALTER FUNCTION takes them.
  var signature: String {
    let arguments = argumentTypes.joined(separator: ", ")
    return "\(SQLNames.of(schema)).\(SQLNames.of(name))(\(arguments))"
  }
}
