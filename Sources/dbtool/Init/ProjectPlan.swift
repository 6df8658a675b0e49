import ArgumentParser
import Databases

/// What a new project is to be like: answers that were found fit.
struct ProjectPlan: Equatable {
  /// Where CI runs.
  enum CI: String, CaseIterable, ExpressibleByArgument {
    case github
    case gitlab
    case none
  }

  var column = "tenant_id"
  var setting = "app.current_tenant_id"
  var type = TenantIDType.uuid
  var role = "app_user"
  var url = "ephemeral:dev"
  var ci = CI.none

  /// The names that the first migration gives to columns of its own.
  private static let ownColumns = ["id", "title", "created_at"]
  /// The columns that every table has (PostgreSQL manual, section 5.5).
  private static let systemColumns = ["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"]

  /// Takes a name as the tenant column.
  mutating func set(column name: String) throws {
    try Self.check(name, "column")
    if Self.systemColumns.contains(name) {
      throw UsageError("every table has a column \(name) of PostgreSQL's own")
    }
    if Self.ownColumns.contains(name) {
      throw UsageError(
        "the first table has a column \(name) already",
        remedy: "the tenant column holds the tenant's id beside it: tenant_id, org_id, account_id")
    }
    column = name
  }

  /// Takes a name as the setting that says who the tenant is.
  mutating func set(setting name: String) throws {
    // Those of applications need a prefix (PostgreSQL manual, section 20.16).
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    let isFit = parts.allSatisfy { part in
      part.first.map { $0.isASCII && ($0.isLetter || $0 == "_") } == true
        && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_$".contains($0)) }
    }
    guard isFit, parts.count >= 2, name.utf8.count <= 63 else {
      throw UsageError(
        "\(Self.shown(name)) cannot be a setting of an application",
        remedy: "it is two words joined by a point, such as app.current_tenant_id: letters, digits "
          + "and _, 63 at most")
    }
    setting = name
  }

  /// Takes a name as the application's role.
  mutating func set(role name: String) throws {
    try Self.check(name, "role")
    if name.hasPrefix("pg_") || ["public", "none"].contains(name) {
      throw UsageError("PostgreSQL keeps the role name \(name) for itself")
    }
    role = name
  }

  /// Takes a text as the database's URL.
  mutating func set(url text: String) throws {
    do {
      _ = try DatabaseURL(text)
    } catch let error as DatabaseURLError {
      throw UsageError(error.message, remedy: error.remedy)
    }
    url = text
  }

  /// Takes what a `dbtool.yaml` says that is there.
  mutating func take(_ known: Configuration) throws {
    try set(column: known.tenancy.column)
    try set(setting: known.tenancy.setting)
    if let name = known.tenancy.type {
      guard let type = TenantIDType(rawValue: name) else {
        throw UsageError(
          "dbtool.yaml says tenancy.type \(name), for which init has no first migration",
          remedy: "write it with dbtool new tenants")
      }
      self.type = type
    }
    if let role = known.tenancy.roles.first { try set(role: role) }
    if let url = known.url { self.url = url }
  }

  private static func check(_ name: String, _ what: String) throws {
    let isControl = { (scalar: Unicode.Scalar) in
      scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
        || scalar.value == 0x2028 || scalar.value == 0x2029
    }
    // More bytes PostgreSQL cuts off, and then the files name something else.
    if name.isEmpty || name.utf8.count > 63 {
      throw UsageError(
        "\(shown(name)) cannot be a \(what): names are 1 to 63 bytes long")
    }
    if name.unicodeScalars.contains(where: isControl) {
      throw UsageError("\(shown(name)) cannot be a \(what): it holds invisible characters")
    }
    if name.contains("${") {
      throw UsageError("\(shown(name)) cannot be a \(what): ${…} is a variable in seeds")
    }
  }

  private static func shown(_ name: String) -> String {
    name.count > 80 ? "\"\(name.prefix(79))…\"" : "\"\(name)\""
  }
}
