/// What the name of a migration file says.
struct MigrationFileName: Equatable {
  /// What a file is for.
  enum Role: String, CaseIterable {
    case up, down, verify
  }

  /// Why a name is refused.
  struct Flaw: Error, Equatable {
    var reason: String
  }

  var version: Int64
  var name: String
  var role: Role

  /// Reads `VERSION_name.ROLE.sql`.
  init(parsing fileName: String) throws(Flaw) {
    // Names go into terminals and reports: no escape sequences from there.
    guard !fileName.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else { throw Flaw(reason: "its name contains a control character") }
    guard let role = Role.allCases.first(where: { fileName.hasSuffix(".\($0.rawValue).sql") })
    else { throw Flaw(reason: "its name ends in none of .up.sql, .down.sql and .verify.sql") }
    let stem = fileName.dropLast(role.rawValue.count + ".".count + ".sql".count)
    let digits = stem.prefix { $0.isASCII && $0.isNumber }
    guard !digits.isEmpty else { throw Flaw(reason: "its name does not begin with a version") }
    guard let version = Int64(digits) else {
      throw Flaw(reason: "its version does not fit a 64-bit integer")
    }
    // `down --to 0` means "everything", so 0 cannot be a version.
    guard version > 0 else { throw Flaw(reason: "its version is 0, and the lowest one is 1") }
    let rest = stem.dropFirst(digits.count)
    guard rest.first == "_", rest.count > 1 else {
      throw Flaw(reason: "its name has no _name after the version")
    }
    self.version = version
    self.name = String(rest.dropFirst())
    self.role = role
  }
}
