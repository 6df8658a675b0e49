import Postgres
import TestSupport
import Testing

@testable import LocalPostgres

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("The template of new clusters")
struct ClusterTemplateTests {
  @Test("a start from the template is quicker than one with initdb")
  func templateIsQuicker() throws {
    try withTemporaryDirectory { directory in
      var options = try options(in: directory)
      options.cacheDirectory = directory + "/cache"
      let first = try startAndStop(options)
      let second = try startAndStop(options)
      #expect(second < first)
      #expect(second < .seconds(2))
    }
  }

  @Test(
    "a damaged template is found out and made again",
    arguments: ["complete", "data/global/pg_control", "data/PG_VERSION"])
  func damagedTemplate(_ file: String) throws {
    try withTemporaryDirectory { directory in
      var options = try options(in: directory)
      options.cacheDirectory = directory + "/cache"
      _ = try startAndStop(options)
      let template = try #require(try templates(options).first)
      let damaged = "\(options.cacheDirectory ?? "")/\(template)/\(file)"
      try FileSystem.overwrite(damaged, "")
      _ = try startAndStop(options)
      // Made again under the same name, so that the next start can use it.
      #expect(try templates(options) == [template])
      #expect(FileSystem.read(damaged)?.isEmpty == false)
    }
  }

  @Test("damage that no size shows is found out by the server")
  func subtlyDamagedTemplate() throws {
    try withTemporaryDirectory { directory in
      var options = try options(in: directory)
      options.cacheDirectory = directory + "/cache"
      _ = try startAndStop(options)
      let template = try #require(try templates(options).first)
      let control = "\(options.cacheDirectory ?? "")/\(template)/data/global/pg_control"
      try FileSystem.overwrite(control, String(repeating: "x", count: 8192))
      _ = try startAndStop(options)
      #expect(FileSystem.read(control)?.hasPrefix("xxx") == false)
    }
  }

  @Test("without a cache, or with one that can't be written, servers start all the same")
  func noCache() throws {
    try withTemporaryDirectory { directory in
      var options = try options(in: directory, cache: false)
      _ = try startAndStop(options)
      try FileSystem.replace(directory + "/file", with: "", mode: 0o600)
      options.cacheDirectory = directory + "/file/cache"
      _ = try startAndStop(options)
    }
  }

  private func startAndStop(_ options: ServerOptions) throws -> Duration {
    let clock = ContinuousClock()
    let begin = clock.now
    let server = try EphemeralServer.start(options)
    let connection = try LibPQConnection(conninfo: server.address.conninfo)
    #expect(try connection.execute("SELECT 1").scalar == "1")
    let duration = clock.now - begin
    connection.close()
    server.stop()
    return duration
  }

  private func templates(_ options: ServerOptions) throws -> [String] {
    FileSystem.names(in: try #require(options.cacheDirectory)).sorted()
  }

  @Test("of what initdb prints only the errors are told, with the folder")
  func complaint() throws {
    try withTemporaryDirectory { directory in
      var options = try options(in: directory, cache: false)
      let programs = [
        "initdb": "echo creating subdirectories; echo '2026 [1] FATAL:  the disk is full'; exit 1",
        "postgres": "echo 'postgres (PostgreSQL) 15.1'",
      ]
      for (name, script) in programs {
        let path = directory + "/" + name
        try FileSystem.replace(path, with: "#!/bin/sh\n" + script + "\n", mode: 0o755)
        chmod(path, 0o755)
      }
      options.binaries = try PostgresBinaries.find(
        environmentPath: directory, debianRoot: "/none", homebrewRoots: [])
      let error = #expect(throws: LocalPostgresError.self) { try EphemeralServer.start(options) }
      let message = try #require(error?.message)
      #expect(message.hasSuffix(": FATAL:  the disk is full"), "\(message)")
      #expect(message.contains(directory), "\(message)")
    }
  }
}
