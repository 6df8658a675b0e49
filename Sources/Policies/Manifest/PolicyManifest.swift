/// What isolation should be, in the words of the domain: a file `policies/*.yaml`, read.
package struct PolicyManifest: Sendable, Equatable {
  /// A part of the context that the application sets for each transaction, and what holds it in
  /// tables.
  package struct Context: Sendable, Equatable {
    /// The setting, for example `app.current_tenant_id`.
    package var setting: String
    /// The column that is compared with it.
    package var column: String
    /// The type that the setting is cast to; nil takes the column's.
    package var type: String?
    /// The members that lead to the value in a setting that holds JSON, as the claims of a token;
    /// empty for a setting that is the value.
    package var claim: [String] = []

    /// A context from its parts.
    package init(setting: String, column: String, type: String? = nil, claim: [String] = []) {
      self.setting = setting
      self.column = column
      self.type = type
      self.claim = claim
    }
  }

  /// A narrower context inside a tenant, such as a property or a user.
  package struct NarrowContext: Sendable, Equatable {
    /// Its name, which is also part of its policies' names.
    package var name: String
    /// What is compared.
    package var context: Context
    /// True when rows of the whole tenant are there while the setting is not.
    package var isOptional: Bool
    /// Patterns of the tables it holds for; empty for all that have the column.
    package var tables: [String]
  }

  /// The roles and what they are for.
  package struct Roles: Sendable, Equatable {
    /// Those that the application works as.
    package var application: [String] = []
    /// Those that only read, as a tenant.
    package var readOnly: [String] = []
    /// Those that see and change every tenant's rows, in every table.
    package var administration: [String] = []
    /// The same, only in tables that the application itself may not write.
    package var provisioning: [String] = []

    /// Those that work inside a tenant.
    package var bound: [String] { application + readOnly }
    /// All of them.
    package var all: [String] { bound + administration + provisioning }
  }

  /// People of the operator who may look into a tenant for a limited time.
  package struct Support: Sendable, Equatable {
    /// The role they work as.
    package var role: String
    /// The table in which each row is one such permission, and so the record of it.
    package var table: String
    /// Its columns: the tenant, who, from when, until when.
    package var tenantColumn = "tenant_id"
    package var staffColumn = "staff"
    package var fromColumn = "granted_at"
    package var untilColumn = "expires_at"
    /// The setting that says who it is; nil for the name of the session's user.
    package var staffSetting: String?
  }

  /// The file's path, for messages.
  package var path: String
  /// The schemas whose tables it is about.
  package var schemas: [String]
  /// How tenants are told apart.
  package var tenant: Context
  /// A setting that holds the ids of several tenants, separated by commas, whose rows may be read.
  package var tenantListSetting: String?
  /// Narrower contexts.
  package var within: [NarrowContext]
  /// The roles.
  package var roles: Roles
  /// Access for support; nil when there is none.
  package var support: Support?
  /// False to leave privileges as they are.
  package var managesGrants: Bool
  /// False when tables that nobody has decided on are only a warning.
  package var isStrict: Bool
  /// What is said of tables, in the file's order.
  package var rules: [TableRule]
  /// Views that stay as they are, with the reason.
  package var exemptViews: [String: String]
  /// Functions that stay as they are, with the reason.
  package var exemptFunctions: [String: String]

  /// A table's name as it is used here: without the first schema, which needs no name.
  func shortName(_ name: String) -> String {
    guard let first = schemas.first, name.hasPrefix(first + ".") else { return name }
    return String(name.dropFirst(first.count + 1))
  }

  /// A manifest with usual settings.
  package init(path: String, tenant: Context, roles: Roles = Roles(), rules: [TableRule] = []) {
    self.path = path
    schemas = ["public"]
    self.tenant = tenant
    within = []
    self.roles = roles
    managesGrants = true
    isStrict = true
    self.rules = rules
    exemptViews = [:]
    exemptFunctions = [:]
  }
}
