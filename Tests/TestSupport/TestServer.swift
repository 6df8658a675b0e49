package import LocalPostgres
package import Postgres
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A PostgreSQL server for tests, gone when the test process ends.
package final class TestServer: Sendable {
  private let server: EphemeralServer
  private let administrators: [Administrator]
  private let templates = Mutex<Set<String>>([])

  private init() throws {
    server = try EphemeralServer.start(Self.options())
    let conninfo = server.address.conninfo(database: "postgres")
    administrators = (0..<4).map { _ in Administrator(conninfo: conninfo) }
  }

  /// How to reach it.
  package var address: ServerAddress { server.address }

  // MARK: - Servers

  /// The server that all tests of this process share, started when it is first asked for.
  ///
  /// Roles belong to the whole server: a test that changes any but its own asks for `dedicated`.
  ///
  /// - Throws: Why it could not be started, the same error each time.
  package static var shared: TestServer {
    get throws { try sharedResult.get() }
  }

  private static let sharedResult: Result<TestServer, any Error> = Result {
    // Static values are never destroyed, so the server would outlive the process.
    atexit { EphemeralServer.stopAll(refusesNew: true) }
    return try TestServer()
  }

  /// A server for one test alone, gone with the last reference to it.
  package static func dedicated() throws -> TestServer { try TestServer() }

  /// The options that test servers start with.
  ///
  /// They are the installed binaries, the user's cache, and
  /// `temporaryDirectory`.
  package static func options() throws -> ServerOptions {
    let names = ["PATH", "HOME", "XDG_CACHE_HOME"]
    var environment: [String: String] = [:]
    for name in names { environment[name] = getenv(name).map { String(cString: $0) } }
    var options = try ServerOptions(environment: environment)
    options.temporaryDirectory = temporaryDirectory
    return options
  }

  /// The path of a program that is installed with the server, for example `psql`.
  ///
  /// Not the one that `PATH` finds: Debian's is a Perl script, which takes five times as long to start.
  package static func program(_ name: String) throws -> String {
    try binaries.get() + "/" + name
  }

  private static let binaries = Result { try options().binaries.directory }

  /// Where test servers keep their data: in memory where there is enough of it.
  ///
  /// Tests make and remove many thousand files, and ext4 becomes slow at that: it will not use an
  /// inode again for some seconds, and searches long for another one.
  package static let temporaryDirectory: String = {
    let memory = "/dev/shm"
    var info = statvfs()
    guard access(memory, W_OK) == 0, statvfs(memory, &info) == 0,
      UInt64(info.f_bavail) * UInt64(info.f_frsize) > 2 << 30
    else { return "/tmp" }
    return memory
  }()

  // MARK: - Databases and roles

  /// Creates a database with a name of its own, empty unless it is a copy of `template`.
  package func makeDatabase(template: String = "template0") throws -> TestDatabase {
    var generator = SystemRandomNumberGenerator()
    let number = UInt64.random(in: .min ... .max, using: &generator)
    let name = "test_" + String(number, radix: 36)
    let administrator = administrators[Int(number % 4)]
    try create(name, template: template, by: administrator)
    return TestDatabase(name: name, address: address, administrator: administrator)
  }

  private func create(
    _ name: String, template: String, by administrator: Administrator
  ) throws {
    try administrator.run { version in
      // Copying a template's files is quicker than writing them to the log, which is what PostgreSQL
      // 15 and later do if not told otherwise. Nobody connects to the template, who would stand in
      // the way of a copy.
      let strategy = version >= 150_000 ? " STRATEGY file_copy" : ""
      return "CREATE DATABASE \(name) TEMPLATE \(template)\(strategy)"
    }
  }

  /// The name of a template that holds what `fill` does with a superuser's connection to it.
  ///
  /// It is made once for each `name`: a schema is copied much quicker than it is made anew.
  package func template(
    _ name: String, fill: (LibPQConnection) throws -> Void
  ) throws -> String {
    try templates.withLock { made in
      guard !made.contains(name) else { return }
      try create(name, template: "template0", by: administrators[0])
      let connection = try LibPQConnection(conninfo: address.conninfo(database: name))
      defer { connection.close() }
      try fill(connection)
      made.insert(name)
    }
    return name
  }

  /// Creates a database as `makeDatabase` does, runs `body` with a superuser's connection to it, and drops it.
  ///
  /// - Throws: What `body` throws, or what creating the database threw.
  package func withDatabase<Result>(
    template: String = "template0",
    _ body: (_ connection: LibPQConnection, _ database: TestDatabase) throws -> Result
  ) throws -> Result {
    let database = try makeDatabase(template: template)
    defer { try? database.drop() }
    let connection = try database.connect()
    defer { connection.close() }
    return try body(connection, database)
  }

  /// Creates the roles of the example application unless they exist.
  ///
  /// `app_owner` owns the schema, `app_user` is the application, `app_readonly` reads. All may log
  /// in; none is a superuser or bypasses row-level security.
  package func ensureRoles() throws {
    try withAdministrator { connection in
      try connection.transaction {
        // Two tests at once would both see that a role is missing.
        try connection.execute("SELECT pg_advisory_xact_lock(hashtext('TestServer.ensureRoles'))")
        for role in ["app_owner", "app_user", "app_readonly"] {
          let found = try connection.execute(
            "SELECT rolcanlogin FROM pg_roles WHERE rolname = $1", [.text(role)])
          // A test may have made it by a schema that says nothing of logins.
          switch found.scalar {
          case nil: try connection.execute("CREATE ROLE \(role) LOGIN")
          case "f": try connection.execute("ALTER ROLE \(role) LOGIN")
          default: break
          }
        }
      }
    }
  }

  /// Runs `body` with a superuser's connection to the database `postgres`.
  package func withAdministrator<Result>(
    _ body: (LibPQConnection) throws -> Result
  ) throws -> Result {
    let connection = try LibPQConnection(conninfo: address.conninfo(database: "postgres"))
    defer { connection.close() }
    return try body(connection)
  }
}

/// Creates a database on the shared server, runs `body` with a connection to it, and drops it.
///
/// - Throws: What `body` throws, or why there is no server.
package func withDatabase<Result>(
  _ body: (_ connection: LibPQConnection) throws -> Result
) throws -> Result {
  try TestServer.shared.withDatabase { connection, _ in try body(connection) }
}
