/// Whose data a piece of work may touch.
public struct TenantContext: Sendable, Equatable {
  /// The tenant's id, in the text form that the policies compare with.
  public var tenant: String
  /// The user who acts, when policies or triggers ask for one.
  public var user: String?
  /// Further settings that are made for the transaction, by name.
  public var settings: [String: String]

  /// The context of a tenant and, where it matters, of one of its users.
  public init(tenant: String, user: String? = nil, settings: [String: String] = [:]) {
    self.tenant = tenant
    self.user = user
    self.settings = settings
  }
}

/// The names of the settings that row-level security policies read.
public struct ContextSettings: Sendable, Equatable {
  /// The setting that holds the tenant's id.
  public var tenant: String
  /// The setting that holds the user's id.
  public var user: String

  /// The names of the settings, by default those of the examples.
  public init(tenant: String = "app.current_tenant_id", user: String = "app.current_user_id") {
    self.tenant = tenant
    self.user = user
  }
}
