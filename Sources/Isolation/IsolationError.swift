/// Why `verify-rls` could not begin.
package enum IsolationError: Error, Sendable, Equatable, CustomStringConvertible {
  /// No role was named.
  case noRole
  /// There is no such role in the cluster.
  case unknownRole(String)
  /// The session's role cannot become the application's role.
  case cannotBecome(role: String, session: String)
  /// No table has the tenant column.
  case noTenantColumn(String)
  /// A setting's name is not of the form `prefix.name`.
  case invalidSetting(String)
  /// The session's role is bound by row-level security, so it cannot see what the probes do.
  case boundByRowSecurity(session: String)
  /// The server takes no rows, because it repeats what another one does.
  case standby
  /// The session's role owns some of the tables, but these bind it.
  case boundOnTables(session: String, tables: [String])
  /// There is no such type in the database.
  case unknownType(String)
  /// Values were given for a column that is not there.
  case unknownColumn(String)
  /// No table matches the patterns.
  case noMatchingTable([String])
  /// The time that was given is over.
  case tooSlow

  /// What is wrong and what to do.
  package var description: String {
    switch self {
    case .noRole:
      "no application role: name one with --role or as tenancy.roles in dbtool.yaml"
    case .unknownRole(let role):
      "role \"\(role)\" does not exist: check --role, or create it with a migration"
    case .cannotBecome(let role, let session):
      "role \"\(session)\" may not SET ROLE \"\(role)\": run GRANT \(role) TO \(session), or connect as an administrator"
    case .noTenantColumn(let column):
      "no table has a column \"\(column)\": name the tenant column with --tenant-column"
    case .invalidSetting(let name):
      "\"\(name)\" cannot be a custom setting: PostgreSQL wants the form prefix.name, for example app.current_tenant_id"
    case .boundByRowSecurity(let session):
      "role \"\(session)\" is bound by row-level security, so it cannot see what the probes reach: connect as a superuser or a role with BYPASSRLS"
    case .standby:
      "this server is a standby, which takes no rows to probe with: connect to the primary"
    case .boundOnTables(let session, let tables):
      "role \"\(session)\" is bound by row-level security on \(tables.joined(separator: ", ")), so it cannot see what the probes reach there: connect as a superuser, a role with BYPASSRLS, or the owner of all tables with tenants' rows where none has FORCE ROW LEVEL SECURITY"
    case .unknownType(let type):
      "\"\(type)\" is no type of this database: name the type of tenant ids with --tenant-type, for example uuid, or leave it out"
    case .unknownColumn(let name):
      "there is no column \(name): tenancy.values in dbtool.yaml takes schema.table.column"
    case .tooSlow:
      "the time that others may be kept waiting was over before everything was probed"
    case .noMatchingTable(let patterns):
      "no table matches \(patterns.map { "\"\($0)\"" }.joined(separator: ", ")): patterns are compared with name and schema.name"
    }
  }
}
