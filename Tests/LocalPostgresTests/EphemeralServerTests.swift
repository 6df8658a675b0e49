import Postgres
import Processes
import TestSupport
import Testing

@testable import LocalPostgres

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("Throwaway servers")
struct EphemeralServerTests {
  @Test("a server answers, and stopping it leaves neither a directory nor a process")
  func startQueryStop() throws {
    try withTemporaryDirectory { directory in
      let server = try EphemeralServer.start(options(in: directory))
      let pid = try #require(server.processID)
      let connection = try LibPQConnection(conninfo: server.address.conninfo)
      #expect(try connection.execute("SELECT current_database()").scalar == "app")
      #expect(try connection.execute("SELECT current_user").scalar == "postgres")
      #expect(isProcess(pid))
      #expect(clusters(in: directory).count == 1)

      server.stop()
      server.stop()
      #expect(!isProcess(pid))
      #expect(!FileSystem.exists(server.directory))
      #expect(throws: PostgresError.self) { try connection.execute("SELECT 1") }
    }
  }

  @Test("the last reference to a server ends it")
  func deinitStops() throws {
    try withTemporaryDirectory { directory in
      var server: EphemeralServer? = try EphemeralServer.start(options(in: directory))
      let pid = try #require(server?.processID)
      server = nil
      #expect(!isProcess(pid))
      #expect(clusters(in: directory).isEmpty)
    }
  }

  @Test("two servers run at once, each with its own data")
  func twoAtOnce() throws {
    let options = try TestServer.options()
    let first = try EphemeralServer.start(options)
    let second = try EphemeralServer.start(options)
    #expect(first.address.port != second.address.port)
    #expect(first.address.password != second.address.password)
    try LibPQConnection(conninfo: first.address.conninfo).execute("CREATE TABLE mark ()")
    let other = try LibPQConnection(conninfo: second.address.conninfo)
    #expect(try other.execute("SELECT to_regclass('mark')").scalar == nil)
    first.stop()
    #expect(try other.execute("SELECT 1").scalar == "1")
    other.close()
    second.stop()
  }

  @Test("servers that start at the same moment all come up")
  func startedTogether() async throws {
    let options = try TestServer.options()
    let answers = try await withThrowingTaskGroup(of: String?.self) { group in
      for number in 0..<3 {
        group.addTask {
          let server = try EphemeralServer.start(options)
          defer { server.stop() }
          let connection = try LibPQConnection(conninfo: server.address.conninfo)
          return try connection.execute("SELECT \(number)").scalar
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(answers.compactMap(\.self).sorted() == ["0", "1", "2"])
  }

  @Test("over TCP the password is required, and it is neither in the log nor in an argument list")
  func password() throws {
    try withTemporaryDirectory { directory in
      let server = try EphemeralServer.start(options(in: directory))
      let address = server.address
      let connection = try LibPQConnection(conninfo: address.url())
      #expect(try connection.execute("SELECT current_database()").scalar == "app")

      let tcp = "host=127.0.0.1 port=\(address.port) dbname=app user=postgres passfile=/nowhere"
      for password in ["", "password=wrong"] {
        let error = #expect(throws: PostgresError.self) {
          try LibPQConnection(conninfo: "\(tcp) \(password)")
        }
        #expect(error?.code == .cannotConnect)
      }

      let log = try #require(FileSystem.read(server.directory + "/server.log"))
      #expect(log.contains("ready to accept connections"))
      #expect(!log.contains(address.password))
      let pid = try #require(server.processID)
      let arguments = try ChildProcess.run(["ps", "-ww", "-o", "args=", "-p", "\(pid)"]).output
      #expect(arguments.contains(address.socketDirectory))
      #expect(!arguments.contains(address.password))
      server.stop()
    }
  }

  @Test("only the owner can enter the socket's directory")
  func socketDirectoryIsPrivate() throws {
    try withTemporaryDirectory { directory in
      let server = try EphemeralServer.start(options(in: directory))
      var info = stat()
      #expect(lstat(server.address.socketDirectory, &info) == 0)
      #expect(info.st_mode & 0o777 == 0o700)
      server.stop()
    }
  }

  @Test("a server that can't start says why, and leaves nothing")
  func earlyDeath() throws {
    try withTemporaryDirectory { directory in
      // A copy of the installation with a postgres that gives up at once.
      let bin = directory + "/bin"
      try FileSystem.makeDirectory(bin, mode: 0o755)
      let real = try TestServer.options().binaries
      for (name, script) in [
        ("initdb", "exec \(real.initdb) \"$@\""),
        (
          "postgres",
          """
          case "$1" in --version|--single) exec \(real.postgres) "$@";; esac
          echo "FATAL: the moon is in the wrong phase" >&2; exit 1
          """
        ),
      ] {
        try FileSystem.replace("\(bin)/\(name)", with: "#!/bin/sh\n\(script)\n", mode: 0o755)
      }
      var options = try options(in: directory, cache: false)
      options.binaries = try PostgresBinaries.find(environmentPath: bin)
      let error = #expect(throws: LocalPostgresError.self) { try EphemeralServer.start(options) }
      #expect(error?.code == .startFailed)
      #expect(error?.message.contains("the moon is in the wrong phase") == true)
      #expect(clusters(in: directory).isEmpty)
    }
  }
}
