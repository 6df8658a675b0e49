/// How to reach a local server.
package struct ServerAddress: Sendable, Equatable {
  /// The directory of the unix socket; whoever may enter it needs no password.
  package var socketDirectory: String
  /// The TCP port on 127.0.0.1, and the number in the socket's name.
  package var port: Int
  /// Who connects.
  package var user: String
  /// The user's password, which TCP asks for.
  package var password: String
  /// The default database.
  package var database: String

  /// An address from its parts.
  package init(
    socketDirectory: String, port: Int, user: String, password: String, database: String
  ) {
    self.socketDirectory = socketDirectory
    self.port = port
    self.user = user
    self.password = password
    self.database = database
  }

  /// A libpq connection string over the unix socket, to the default database as the user.
  package var conninfo: String { conninfo() }

  /// A libpq connection string over the unix socket.
  ///
  /// - Parameters:
  ///   - database: The database, or nil for the default one.
  ///   - user: The role, or nil for the user; the socket asks no role for a password.
  package func conninfo(database: String? = nil, user: String? = nil) -> String {
    let settings = [
      ("host", socketDirectory), ("port", String(port)), ("user", user ?? self.user),
      ("dbname", database ?? self.database),
    ]
    return settings.map { "\($0)=\(Self.conninfoValue($1))" }.joined(separator: " ")
  }

  /// A `postgres://` URL over TCP with the user's password, for other programs.
  package func url(database: String? = nil) -> String {
    let name = Self.percentEncoded(database ?? self.database)
    let account = "\(Self.percentEncoded(user)):\(Self.percentEncoded(password))"
    return "postgres://\(account)@127.0.0.1:\(port)/\(name)"
  }

  /// PostgreSQL manual, section 34.1.1.1 "Keyword/Value Connection Strings".
  private static func conninfoValue(_ value: String) -> String {
    let isPlain = value.utf8.allSatisfy { isUnreserved($0) || $0 == UInt8(ascii: "/") }
    if isPlain, !value.isEmpty { return value }
    var quoted = "'"
    for scalar in value.unicodeScalars {
      if scalar == "'" || scalar == "\\" { quoted += "\\" }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "'"
  }

  /// RFC 3986, section 2.1: every byte outside the unreserved set becomes `%XX`.
  private static func percentEncoded(_ text: String) -> String {
    text.utf8.map { byte in
      if isUnreserved(byte) { return String(UnicodeScalar(byte)) }
      let digits = String(byte, radix: 16, uppercase: true)
      return "%" + (digits.count == 1 ? "0" : "") + digits
    }.joined()
  }

  /// RFC 3986, section 2.3.
  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch UnicodeScalar(byte) {
    case "a"..."z", "A"..."Z", "0"..."9", "-", ".", "_", "~": true
    default: false
    }
  }
}
