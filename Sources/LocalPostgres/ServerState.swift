#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What `server.json` says about a named cluster.
///
/// It is data from a project directory, so nothing in it is obeyed unchecked: no path in it is
/// removed and no process in it is ended because it stands there.
struct ServerState: Codable, Equatable, Sendable {
  /// The TCP port, also while the server is stopped: it gets the same one again if it can.
  var port: Int
  /// The superuser.
  var user: String
  /// The superuser's password, the same from start to start.
  var password: String
  /// The default database.
  var database: String
  /// The directory of the unix socket.
  var socketDirectory: String
  /// The data directory, for people who look for it.
  var dataDirectory: String
  /// The main server process; absent while it is stopped.
  var pid: Int32?

  /// The state of a running server.
  init(address: ServerAddress, dataDirectory: String, pid: Int32) {
    port = address.port
    user = address.user
    password = address.password
    database = address.database
    socketDirectory = address.socketDirectory
    self.dataDirectory = dataDirectory
    self.pid = pid
  }

  /// The state that a file holds; nil when it holds none that makes sense.
  init?(file: String) {
    guard let text = FileSystem.read(file),
      let state = try? JSONDecoder().decode(ServerState.self, from: Data(text.utf8)),
      (1...65_535).contains(state.port), Self.isHarmless(state.password),
      state.user == ServerSettings.user, state.database == ServerSettings.database
    else { return nil }
    self = state
  }

  /// Writes the file, readable by its owner only.
  func save(_ file: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(self), as: UTF8.self)
    try FileSystem.replace(file, with: text + "\n", mode: 0o600)
  }

  /// How to reach the server.
  var address: ServerAddress {
    ServerAddress(
      socketDirectory: socketDirectory, port: port, user: user, password: password,
      database: database)
  }

  /// The password becomes SQL text, where letters and digits need no quoting.
  private static func isHarmless(_ password: String) -> Bool {
    !password.isEmpty
      && password.utf8.allSatisfy { byte in
        switch UnicodeScalar(byte) {
        case "a"..."z", "A"..."Z", "0"..."9": true
        default: false
        }
      }
  }
}
