package import Tenants
internal import Wording

/// What `verify-rls` is told about an application.
package struct IsolationOptions: Sendable, Equatable {
  /// The application's roles.
  package var roles: [String]
  /// The name of the column that holds the tenant's id.
  package var tenantColumn: String
  /// The setting that policies compare that column with.
  package var tenantSetting: String
  /// The setting that holds the acting user's id.
  package var userSetting: String
  /// The type of tenant ids, for example `uuid`; nil takes it from the columns.
  package var tenantType: String?
  /// Only tables whose `schema.name` or name matches one of these patterns (`*` and `?`); empty
  /// means all.
  package var tables: [String]
  /// Tables that are exempt from isolation, with the reason.
  package var exempt: [String: String]
  /// How rows of tables belong to tenants, where somebody has decided on it, by `schema.name`.
  package var declared: [String: Tenancy] = [:]
  /// True when the schema is to be weakened to see whether the probes notice.
  package var mutates = false
  /// True when policies are to be tried over rows of many tenants, for what makes queries slow.
  package var measuresPerformance = false
  /// True when the report is to tell what was tried on each table.
  package var tellsProbes = false
  /// Findings that are accepted.
  package var suppressions: [Suppression] = []
  /// The day on which suppressions are judged, as `YYYY-MM-DD`.
  package var today = ""
  /// True to probe the roles that the named ones can become as well.
  package var probesReachableRoles = true
  /// The limits of a run beside an application at work; nil for a run that need not take care.
  package var live: LiveLimits?
  /// Further settings of a tenant's context, by name; `{tenant}` and `{user}` in a value stand for ids.
  package var context: [String: String] = [:]
  /// When to give up, for a run inside a transaction that keeps others waiting; nil for no limit.
  package var deadline: ContinuousClock.Instant?
  /// Values that fit a column, by `schema.table.column` or `table.column`.
  package var values: [String: [String]] = [:]

  /// Options with the usual names.
  package init(
    roles: [String], tenantColumn: String = "tenant_id",
    tenantSetting: String = "app.current_tenant_id",
    userSetting: String = "app.current_user_id", tenantType: String? = nil,
    tables: [String] = [], exempt: [String: String] = [:]
  ) {
    self.roles = roles
    self.tenantColumn = tenantColumn
    self.tenantSetting = tenantSetting
    self.userSetting = userSetting
    self.tenantType = tenantType
    self.tables = tables
    self.exempt = exempt
  }

  /// What of it says how tenants are told apart.
  var tenancy: TenancyOptions {
    TenancyOptions(
      tenantColumn: tenantColumn, tenantSetting: tenantSetting, exempt: exempt, declared: declared)
  }

  /// True when a relation is to be verified.
  func includes(schema: String, name: String) -> Bool {
    tables.isEmpty
      || tables.contains {
        NamePattern.matches($0, name) || NamePattern.matches($0, schema + "." + name)
      }
  }
}
