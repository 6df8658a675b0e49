/// What is known of how tenants are told apart, before the catalog is asked.
package struct TenancyOptions: Sendable, Equatable {
  /// The name of the column that holds the tenant's id.
  package var tenantColumn: String
  /// The setting that policies compare that column with.
  package var tenantSetting: String
  /// Tables that are exempt from isolation, with the reason, by `schema.name` or name.
  package var exempt: [String: String]
  /// How rows of tables belong to tenants, where somebody has decided on it, by `schema.name`.
  package var declared: [String: Tenancy]

  /// Options with the usual names.
  package init(
    tenantColumn: String = "tenant_id", tenantSetting: String = "app.current_tenant_id",
    exempt: [String: String] = [:], declared: [String: Tenancy] = [:]
  ) {
    self.tenantColumn = tenantColumn
    self.tenantSetting = tenantSetting
    self.exempt = exempt
    self.declared = declared
  }
}
