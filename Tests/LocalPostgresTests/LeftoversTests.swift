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

@Suite("What a killed process leaves behind")
struct LeftoversTests {
  @Test("the next start removes a killed owner's server and leaves a living owner's alone")
  func killedOwner() async throws {
    let directory =
      "\(TestServer.temporaryDirectory)/dbtool-test-killed-\(RandomToken.name(count: 6))"
    try FileSystem.makeDirectory(directory, mode: 0o711)
    defer { try? FileSystem.removeTree(directory) }
    let living = try EphemeralServer.start(options(in: directory))
    let livingName = clusters(in: directory)

    // A process of its own, which starts a server and is killed as `kill -9` would.
    await #expect(processExitsWith: .signal(SIGKILL)) { [directory = directory as String] in
      let server = try EphemeralServer.start(options(in: directory))
      try withExtendedLifetime(server) { _ in
        _ = try LibPQConnection(conninfo: server.address.conninfo).execute("SELECT 1")
        kill(getpid(), SIGKILL)
      }
    }
    let left = try #require(clusters(in: directory).first { !livingName.contains($0) })
    let data = "\(directory)/dbtool-\(geteuid())/\(left)/data"
    let orphan = try #require(Postmaster.find(dataDirectory: data))
    #expect(orphan.isAlive)

    let next = try EphemeralServer.start(options(in: directory))
    #expect(!orphan.isAlive)
    #expect(!clusters(in: directory).contains(left))
    #expect(clusters(in: directory).count == 2)
    let connection = try LibPQConnection(conninfo: living.address.conninfo)
    #expect(try connection.execute("SELECT 1").scalar == "1")
    connection.close()
    next.stop()
    living.stop()
    #expect(clusters(in: directory).isEmpty)
  }

  @Test("a process that got the process id of a dead server is not ended")
  func recycledProcess() throws {
    try withTemporaryDirectory { directory in
      let options = try options(in: directory)
      #expect(try EphemeralServer.removeLeftovers(options) == 0)
      let cluster = "\(directory)/dbtool-\(geteuid())/e-recycled"
      try FileSystem.makeDirectories(cluster + "/data", mode: 0o700)
      let stranger = try ChildProcess.start(["sleep", "60"], log: "/dev/null", isDetached: false)
      defer {
        kill(stranger, SIGKILL)
        _ = ChildProcess.wait(stranger)
      }
      try FileSystem.replace(
        cluster + "/data/postmaster.pid", with: "\(stranger)\n\(cluster)/data\n", mode: 0o600)
      #expect(try EphemeralServer.removeLeftovers(options) == 1)
      #expect(!FileSystem.exists(cluster))
      // Right after its start a process may have no command line yet.
      #expect(becomesTrue { isProcess(stranger) })
    }
  }

  @Test("a directory in /tmp that someone prepared is refused")
  func preparedDirectory() throws {
    try withTemporaryDirectory { directory in
      let base = "\(directory)/dbtool-\(geteuid())"
      let options = try options(in: directory)
      try FileSystem.makeDirectory(base, mode: 0o777)
      var error = #expect(throws: LocalPostgresError.self) { try EphemeralServer.start(options) }
      #expect(error?.code == .unsafeDirectory)
      try FileSystem.removeTree(base)
      symlink("/tmp", base)
      error = #expect(throws: LocalPostgresError.self) { try EphemeralServer.start(options) }
      #expect(error?.code == .unsafeDirectory)
    }
  }

  @Test("removing a tree does not follow symbolic links")
  func removalStaysInside() throws {
    try withTemporaryDirectory { directory in
      let (kept, tree) = (directory + "/kept", directory + "/tree")
      try FileSystem.makeDirectories(kept + "/inner", mode: 0o700)
      try FileSystem.makeDirectories(tree + "/inner", mode: 0o700)
      symlink(kept, tree + "/inner/link")
      try FileSystem.removeTree(tree)
      #expect(!FileSystem.exists(tree))
      #expect(FileSystem.exists(kept + "/inner"))
    }
  }
}
