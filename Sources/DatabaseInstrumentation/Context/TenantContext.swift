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

  /// - Throws: `ContextError` for an id that names no tenant.
  func check() throws(ContextError) {
    guard !tenant.isEmpty else { throw .missingTenant }
    guard !tenant.utf8.contains(0) else { throw .malformedTenant }
  }

  /// True when PostgreSQL would see the same texts.
  ///
  /// Swift takes two spellings of an accented letter for the same text; to a policy they are two
  /// tenants.
  public static func == (left: TenantContext, right: TenantContext) -> Bool {
    func isSame(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }
    guard isSame(left.tenant, right.tenant), left.settings.count == right.settings.count,
      left.user.map({ Array($0.utf8) }) == right.user.map({ Array($0.utf8) })
    else { return false }
    return left.settings.allSatisfy { key, value in
      right.settings[key].map { isSame(value, $0) } ?? false
    }
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
