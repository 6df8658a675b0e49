/// Which metrics there are, and by what each is told apart.
///
/// CloudWatch bills each different set of a name and dimension values, so this decides what it costs.
public struct MetricLayout: Sendable, Equatable {
  /// How operations, tenants and statuses are combined.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// Operations by operation and status, and by tenant: the sum of both numbers.
    case split
    /// Everything by tenant, operation and status: their product.
    case full
  }

  /// What stands for a status.
  public enum Statuses: String, Sendable, Codable, CaseIterable {
    /// `OK`, `Denied`, `Conflict`, `Timeout`, `Client`, `Server` and `Skipped`.
    case classes
    /// The SQLSTATE itself, of which there are more than 200.
    case sqlstates
  }

  /// How operations, tenants and statuses are combined.
  public var kind: Kind
  /// What stands for a status.
  public var statuses: Statuses
  /// Tenants that have metrics of their own; those that come later share `other`.
  public var maximumTenants: Int

  /// A layout; by default the one that costs least.
  public init(
    _ kind: Kind = .split, statuses: Statuses = .classes, maximumTenants: Int = 500
  ) {
    self.kind = kind
    self.statuses = statuses
    self.maximumTenants = maximumTenants
  }

  /// A record's status as this layout has it.
  package func code(_ status: String) -> String {
    statuses == .sqlstates ? status : StatusClass(status: status).rawValue
  }
}
