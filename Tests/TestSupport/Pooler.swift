import Foundation
package import LocalPostgres

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A PgBouncer in transaction mode in front of a server, gone when it is no longer used.
package final class Pooler {
  /// Where the program lies; nil when it is not installed.
  package static let program: String? = {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let folders = path.split(separator: ":").map { String($0) } + ["/usr/sbin", "/usr/local/sbin"]
    return folders.map { $0 + "/pgbouncer" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  private let pooler: SpawnedProgram
  private let address: ServerAddress
  private let port: Int

  /// Starts one that gives its clients `sessions` sessions of the server.
  ///
  /// - Parameter folder: Where its configuration goes.
  package init(program: String, to address: ServerAddress, sessions: Int, folder: String) throws {
    self.address = address
    port = try Self.freePort()
    let configuration = """
      [databases]
      * = host=\(address.socketDirectory) port=\(address.port) user=\(address.user)
      [pgbouncer]
      listen_addr = 127.0.0.1
      listen_port = \(port)
      unix_socket_dir =
      auth_type = any
      pool_mode = transaction
      default_pool_size = \(sessions)
      max_client_conn = 200
      """
    let file = folder + "/pgbouncer.ini"
    try configuration.write(toFile: file, atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
    // It refuses to run as root.
    pooler = try SpawnedProgram(
      [program] + (geteuid() == 0 ? ["-u", address.user] : []) + ["-q", file])
    let port = port
    guard becomesTrue({ Self.isListening(port) }) else {
      throw TestSupportError(message: "pgbouncer does not listen")
    }
  }

  deinit {
    pooler.send(SIGKILL)
    _ = pooler.waitForEnd()
  }

  /// A connection string through it.
  package func conninfo(database: String) -> String {
    "host=127.0.0.1 port=\(port) user=\(address.user) dbname=\(database)"
  }

  private static func freePort() throws -> Int {
    let descriptor = try loopbackSocket()
    defer { close(descriptor) }
    var name = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bindToLoopback(descriptor, 0) == 0 ? getsockname(descriptor, pointer, &length) : -1
      }
    }
    guard status == 0 else { throw TestSupportError(message: "no port is free") }
    return Int(UInt16(bigEndian: name.sin_port))
  }

  private static func isListening(_ port: Int) -> Bool {
    guard let descriptor = try? loopbackSocket() else { return false }
    defer { close(descriptor) }
    var name = loopback(port)
    return withUnsafePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }

  private static func loopbackSocket() throws -> Int32 {
    #if canImport(Glibc)
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      let descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    guard descriptor >= 0 else { throw TestSupportError(message: "no socket is free") }
    return descriptor
  }

  private static func loopback(_ port: Int) -> sockaddr_in {
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = UInt16(port).bigEndian
    name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return name
  }

  private static func bindToLoopback(_ descriptor: Int32, _ port: Int) -> Int32 {
    var name = loopback(port)
    return withUnsafePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}
