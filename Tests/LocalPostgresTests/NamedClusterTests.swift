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

@Suite("Named clusters")
struct NamedClusterTests {
  @Test("a named cluster keeps its data, port and password from start to start")
  func keepsData() throws {
    try withCluster { cluster in
      #expect(!cluster.isRunning)
      #expect(cluster.address == nil)
      let first = try cluster.start()
      #expect(cluster.isRunning)
      #expect(cluster.address == first)
      #expect(try cluster.start() == first)
      try query(first, "CREATE TABLE kept AS SELECT 42 AS answer")

      #expect(try cluster.stop())
      #expect(!cluster.isRunning)
      #expect(cluster.address == nil)
      #expect(!FileSystem.exists(first.socketDirectory))
      #expect(try !cluster.stop())

      let second = try cluster.start()
      #expect(second.password == first.password)
      #expect(second.port == first.port)
      #expect(try query(second, "SELECT answer FROM kept") == "42")
      let overTCP = try LibPQConnection(conninfo: second.url())
      #expect(try overTCP.execute("SELECT answer FROM kept").scalar == "42")
    }
  }

  @Test("a named cluster comes back after its server was killed with -9")
  func survivesKill() throws {
    try withCluster { cluster in
      let first = try cluster.start()
      try query(first, "CREATE TABLE kept AS SELECT 42 AS answer")
      let pid = try #require(cluster.processID)
      kill(pid, SIGKILL)
      #expect(becomesTrue { !cluster.isRunning })
      let second = try cluster.start()
      #expect(cluster.processID != pid)
      #expect(try query(second, "SELECT answer FROM kept") == "42")
    }
  }

  @Test("a process id that another program has now keeps no cluster from starting")
  func recycledProcess() throws {
    try withCluster { cluster in
      _ = try cluster.start()
      let data = try #require(try state(cluster)).dataDirectory
      try cluster.stop()
      let stranger = try ChildProcess.start(["sleep", "60"], log: "/dev/null", isDetached: false)
      defer {
        kill(stranger, SIGKILL)
        _ = ChildProcess.wait(stranger)
      }
      try FileSystem.replace(
        data + "/postmaster.pid", with: "\(stranger)\n\(data)\n0\n5432\n\n\n\nready\n",
        mode: 0o644)
      #expect(!cluster.isRunning)
      #expect(try query(cluster.start(), "SELECT 1") == "1")
      #expect(becomesTrue { isProcess(stranger) })
    }
  }

  @Test("two starts at once give the same server")
  func startedTogether() async throws {
    let directory =
      "\(TestServer.temporaryDirectory)/dbtool-test-named-\(RandomToken.name(count: 6))"
    try FileSystem.makeDirectory(directory, mode: 0o711)
    defer { try? FileSystem.removeTree(directory) }
    let cluster = try NamedCluster(
      "dev", projectDirectory: directory, options: options(in: directory))
    defer { try? cluster.remove() }
    async let first = Task.detached { try cluster.start() }.value
    async let second = Task.detached { try cluster.start() }.value
    let addresses = try await (first, second)
    #expect(addresses.0 == addresses.1)
  }

  @Test("the state file is private, and version control does not see it")
  func stateIsPrivate() throws {
    try withCluster { cluster in
      let address = try cluster.start()
      var info = stat()
      #expect(lstat(cluster.directory + "/server.json", &info) == 0)
      #expect(info.st_mode & 0o777 == 0o600)
      #expect(try state(cluster)?.address == address)
      #expect(FileSystem.read(FileSystem.parent(of: cluster.directory) + "/.gitignore") == "*\n")
    }
  }

  @Test("removing a named cluster ends its server and removes its files")
  func remove() throws {
    try withCluster { cluster in
      let address = try cluster.start()
      let pid = try #require(cluster.processID)
      try cluster.remove()
      #expect(!isProcess(pid))
      #expect(!FileSystem.exists(cluster.directory))
      #expect(!FileSystem.exists(address.socketDirectory))
      try cluster.remove()
    }
  }

  @Test("a state file can't have other directories removed")
  func hostileState() throws {
    try withCluster { cluster in
      _ = try cluster.start()
      var state = try #require(try state(cluster))
      try cluster.stop()
      let victim = FileSystem.parent(of: FileSystem.parent(of: cluster.directory)) + "/victim"
      try FileSystem.makeDirectory(victim, mode: 0o700)
      state.socketDirectory = victim
      state.dataDirectory = victim
      try state.save(cluster.directory + "/server.json")
      try cluster.remove()
      #expect(FileSystem.exists(victim))
    }
  }

  @Test(
    "root keeps the data elsewhere when the server's account can't enter the project",
    .enabled(if: geteuid() == 0, "only root lends its servers another account"))
  func closedProject() throws {
    try withTemporaryDirectory { directory in
      let options = try options(in: directory)
      let project = directory + "/project"
      try FileSystem.makeDirectory(project, mode: 0o700)
      let cluster = try NamedCluster("dev", projectDirectory: project, options: options)
      defer { try? cluster.remove() }
      let address = try cluster.start()
      #expect(try query(address, "SELECT 1") == "1")
      let data = try #require(try state(cluster)).dataDirectory
      #expect(data.hasPrefix("\(directory)/dbtool-0/dev-"))
      try cluster.stop()
      #expect(try query(cluster.start(), "SELECT 1") == "1")
      try cluster.remove()
      #expect(!FileSystem.exists(FileSystem.parent(of: data)))
    }
  }

  @Test(
    "names that are no plain words are refused",
    arguments: ["", ".", "..", "../x", "a/b", "A", "a b", "é", "a\0b", "a.b"]
      + [String(repeating: "a", count: 41)])
  func hostileNames(_ name: String) throws {
    let options = try TestServer.options()
    let error = #expect(throws: LocalPostgresError.self) {
      try NamedCluster(name, projectDirectory: "/tmp", options: options)
    }
    #expect(error?.code == .invalidName)
  }

  // MARK: - Helpers

  private func withCluster(_ body: (NamedCluster) throws -> Void) throws {
    try withTemporaryDirectory { directory in
      let cluster = try NamedCluster(
        "dev", projectDirectory: directory, options: options(in: directory))
      defer { try? cluster.remove() }
      try body(cluster)
    }
  }

  private func state(_ cluster: NamedCluster) throws -> ServerState? {
    ServerState(file: cluster.directory + "/server.json")
  }

  @discardableResult
  private func query(_ address: ServerAddress, _ sql: String) throws -> String? {
    let connection = try LibPQConnection(conninfo: address.conninfo)
    defer { connection.close() }
    return try connection.execute(sql).scalar
  }
}
