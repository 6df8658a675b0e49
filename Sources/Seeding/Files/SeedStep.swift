/// One file for one tenant, or one file as the administrator: what runs in one transaction.
package struct SeedStep: Sendable, Equatable, CustomStringConvertible {
  /// How a step relates to the ledger.
  package enum State: String, Sendable, Equatable {
    /// It never ran here.
    case new
    /// It ran with other contents.
    case changed
    /// It ran as it is.
    case unchanged
  }

  /// The file.
  package var file: SeedFile
  /// The tenant; nil for the administrator.
  package var tenant: String?
  /// How it relates to the ledger.
  package var state: State

  /// The file and for whom it runs.
  package var description: String {
    file.name + (tenant.map { " for tenant \($0.debugDescription)" } ?? " as administrator")
  }

  /// Its key in the ledger.
  var key: SeedLedger.Key { SeedLedger.Key(file: file.name, tenant: tenant ?? "") }
}
