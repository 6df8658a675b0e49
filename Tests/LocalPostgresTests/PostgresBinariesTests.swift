import TestSupport
import Testing

@testable import LocalPostgres

@Suite("Finding PostgreSQL")
struct PostgresBinariesTests {
  @Test("without an installation the error says what to install")
  func notInstalled() {
    let error = #expect(throws: LocalPostgresError.self) {
      try PostgresBinaries.find(
        environmentPath: "/nowhere:relative", debianRoot: "/nowhere", homebrewRoots: ["/nowhere"])
    }
    #expect(error?.code == .binariesNotFound)
    #expect(error?.description.contains("apt-get install postgresql") == true)
    #expect(error?.description.contains("brew install postgresql") == true)
  }

  @Test("PATH wins, and of the rest the newest version")
  func order() throws {
    try withTemporaryDirectory { directory in
      let directory = try #require(FileSystem.realPath(directory))
      for version in ["debian/9.6/bin", "debian/15/bin", "debian/17/bin", "path"] {
        try install(in: "\(directory)/\(version)")
      }
      let newest = try find("/nowhere", directory)
      #expect(newest.directory == "\(directory)/debian/17/bin")
      let first = try find("/nowhere:\(directory)/path", directory)
      #expect(first.postgres == "\(directory)/path/postgres")
    }
  }

  @Test("initdb and postgres must come from one directory, and pg_config can name it")
  func oneDirectory() throws {
    try withTemporaryDirectory { directory in
      let directory = try #require(FileSystem.realPath(directory))
      try install(in: "\(directory)/half", ["initdb"])
      try install(in: "\(directory)/other", ["postgres"])
      let path = "\(directory)/half:\(directory)/other"
      #expect(throws: LocalPostgresError.self) { try find(path, directory) }

      try install(in: "\(directory)/private")
      try install(
        in: "\(directory)/tools", ["pg_config"], script: "echo '\(directory)/private'")
      let found = try find("\(path):\(directory)/tools", directory)
      #expect(found.directory == "\(directory)/private")
    }
  }

  private func find(_ path: String, _ directory: String) throws -> PostgresBinaries {
    try PostgresBinaries.find(
      environmentPath: path, debianRoot: directory + "/debian", homebrewRoots: [])
  }

  private func install(
    in directory: String, _ names: [String] = ["initdb", "postgres"], script: String = "exit 0"
  ) throws {
    try FileSystem.makeDirectories(directory, mode: 0o755)
    for name in names {
      try FileSystem.replace(
        "\(directory)/\(name)", with: "#!/bin/sh\n\(script)\n", mode: 0o755)
    }
  }
}
