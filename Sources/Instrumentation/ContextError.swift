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

  /// What is wrong and what to do.
  public var description: String {
    switch self {
    case .missingTenant:
      "no tenant: name one, or run administrative work through exempt(_:)"
    case .malformedTenant:
      "the tenant id contains a NUL character, which no PostgreSQL text can hold"
    case .nestedContext:
      "a context of another tenant is open: end it before this one begins"
    case .exemptInsideTenant:
      "a tenant's context is open: end it before exempt work begins"
    }
  }
}
