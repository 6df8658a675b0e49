/// How far work on a tenant's rows is.
package enum TenantDataProgress: Sendable, Equatable {
  /// A table is done, with the number of its rows.
  case table(String, rows: Int)
  /// What is being done now.
  case stage(String)
}
