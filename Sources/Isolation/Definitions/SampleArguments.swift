internal import Postgres
internal import Synthesis
internal import Tenants

/// Values to call a function with: such that lie in the tables, so that conditions compare
/// something.
struct SampleArguments {
  var stage: Stage
  /// The number of the tenant whose values they are.
  var tenant: Int

  /// The arguments of `routine` as SQL.
  func of(_ routine: CallableRoutine) -> String {
    routine.argumentTypes.map(value).joined(separator: ", ")
  }

  /// A value of a type, as SQL; NULL where none is known.
  private func value(_ type: String) -> String {
    if type == "boolean" { return "true" }
    if tenantTypes.contains(type) || ["text", "character varying"].contains(type) {
      return "\(SQLNames.literal(stage.tenants[tenant]))::\(type)"
    }
    for row in stage.synthesizer.insertions where row.owner == .tenant(tenant) {
      for column in stage.catalog.relations[row.relation]?.columns ?? []
      where column.type.sql == type || column.type.baseSQL == type {
        if let value = row.values[column.name] ?? nil {
          return "\(SQLNames.literal(value))::\(type)"
        }
      }
    }
    if ["integer", "bigint", "smallint", "numeric"].contains(type) { return "'1'::\(type)" }
    return "NULL::\(type)"
  }

  /// The types of the columns that hold tenants' ids, domains as well.
  private var tenantTypes: Set<String> {
    Set(
      stage.model.tables.flatMap { oid, tenancy -> [String] in
        switch tenancy {
        case .root(let column), .column(let column):
          stage.catalog.relations[oid]?.column(column).map { [$0.type.sql, $0.type.baseSQL] } ?? []
        default: []
        }
      })
  }
}
