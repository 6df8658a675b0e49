/// What holds where a manifest says nothing: what `dbtool.yaml` says of tenancy.
package struct ManifestDefaults: Sendable, Equatable {
  /// The column that holds the tenant's id.
  package var tenantColumn: String
  /// The setting that it is compared with.
  package var tenantSetting: String
  /// The type of tenant ids; nil takes the columns'.
  package var tenantType: String?
  /// The application's roles.
  package var roles: [String]

  /// Defaults with the usual names.
  package init(
    tenantColumn: String = "tenant_id", tenantSetting: String = "app.current_tenant_id",
    tenantType: String? = nil, roles: [String] = []
  ) {
    self.tenantColumn = tenantColumn
    self.tenantSetting = tenantSetting
    self.tenantType = tenantType
    self.roles = roles
  }
}
