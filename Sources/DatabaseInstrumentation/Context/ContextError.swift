/// A tenant context that must not be used as it was asked for.
public enum ContextError: Error, Sendable, Equatable, CustomStringConvertible {
  /// No tenant was named.
  case missingTenant
  /// The tenant's id cannot be a PostgreSQL text.
  case malformedTenant
  /// Work for one tenant was asked for inside another one's context.
  case nestedContext
  /// Exempt work was asked for inside a tenant's context.
  case exemptInsideTenant
  /// A statement would change, or changed, the tenant, the user or the role of the context.
  case changedContext
  /// A statement would end the transaction in which the context holds.
  case endedTransaction
  /// The work returned although a statement of it had failed, so nothing of it was kept.
  case rolledBack

  /// What is wrong and what to do.
  public var description: String {
    switch self {
    case .missingTenant:
      "no tenant: work through withRLS(tenant:), or run administrative work through exempt(_:)"
    case .malformedTenant:
      "the tenant id contains a NUL character, which no PostgreSQL text can hold"
    case .nestedContext:
      "a context of another tenant is open: end it before this one begins"
    case .exemptInsideTenant:
      "a tenant's context is open: end it before exempt work begins"
    case .changedContext:
      "SQL inside a tenant's context sets another tenant, user or role: end the context first"
    case .endedTransaction:
      "SQL inside a tenant's context ends its transaction: return to commit, throw to roll back"
    case .rolledBack:
      "nothing was kept: a statement had failed, and the work went on as if it had not"
    }
  }
}
