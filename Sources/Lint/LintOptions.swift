/// What a lint is told beside the files.
package struct LintOptions: Sendable, Equatable {
  /// The column that says whose a row is.
  package var tenantColumn: String
  /// The roles of the application; empty when they are not known, and then every role may be one.
  package var roles: Set<String>
  /// Tables, as `schema.name`, that need no policy.
  package var exemptTables: Set<String>
  /// The severities that differ from the rules' own.
  package var levels: [String: LintSeverity]
  /// The rules that are turned off.
  package var disabled: Set<String>
  /// Files of migrations before this version are read but not judged.
  package var firstVersion: Int64?

  /// Options with their defaults.
  package init(
    tenantColumn: String = "tenant_id", roles: Set<String> = [], exemptTables: Set<String> = [],
    levels: [String: LintSeverity] = [:], disabled: Set<String> = [],
    firstVersion: Int64? = nil
  ) {
    self.tenantColumn = tenantColumn
    self.roles = roles
    self.exemptTables = exemptTables
    self.levels = levels
    self.disabled = disabled
    self.firstVersion = firstVersion
  }
}
