import Seeding
import Testing

@Suite("Profiles of seeds")
struct SeedProfileTests {
  private static func withFolders(_ body: (SeedFolder) throws -> Void) throws {
    try SeedFolder.withFolder { folder in
      for name in ["base", "dev", "demo"] { folder.makeFolder(name) }
      try folder.write("020_top.sql", "SELECT 1")
      try folder.write("base/010_common.sql", "SELECT 1")
      try folder.write("base/005_words.csv", "word\n")
      try folder.write("dev/001_rooms.csv", "id\n")
      try folder.write("demo/001_rooms.csv", "id\n")
      try body(folder)
    }
  }

  @Test("files of the folder run first, then base, then the profiles in the order they are named")
  func order() throws {
    try Self.withFolders { folder in
      let common = ["020_top.sql", "base/005_words.csv", "base/010_common.sql"]
      let plain = try folder.load().files.map(\.name)
      #expect(plain == common)
      let both = try folder.load(["demo", "dev", "demo", "base"]).files.map(\.name)
      #expect(both == common + ["demo/001_rooms.csv", "dev/001_rooms.csv"])
    }
  }

  @Test("a profile that is not there is an error that lists those that are")
  func unknown() throws {
    try Self.withFolders { folder in
      let error = #expect(throws: SeedError.self) { try folder.load(["prod"]) }
      #expect(error?.code == .unknownProfile)
      #expect(error?.remedy == "There are: demo, dev.")
    }
  }

  @Test(
    "a profile whose name leads elsewhere is refused",
    arguments: ["../x", "..", ".", "", "/etc", "dev/../dev", "a\\b", ".hidden", "a\nb", "dev/"])
  func path(name: String) throws {
    try Self.withFolders { folder in
      folder.makeFolder(".hidden")
      let error = #expect(throws: SeedError.self) { try folder.load([name]) }
      #expect(error?.code == .unknownProfile)
      #expect(error?.message.contains("cannot be called") == true)
    }
  }

  @Test("what a profile's YAML says counts before what base says, and that before the folder's")
  func manifests() throws {
    try Self.withFolders { folder in
      try folder.write("seed.yaml", "tenants: {count: 1}\ntables: {rooms: {rows: 1}}\n")
      try folder.write("base/seed.yaml", "tables: {rooms: {rows: 2}}\n")
      try folder.write("dev/seed.yaml", "tenants: {count: 3}\n")
      let base = try folder.load().manifest
      #expect(base.tenants.count == 1)
      #expect(base.tables["rooms"]?.rows == .perTenant(2))
      let dev = try folder.load(["dev"]).manifest
      #expect(dev.tenants.count == 3)
      #expect(dev.tables["rooms"]?.rows == .perTenant(2))
    }
  }

  @Test("a rule in a profile's folder is about the file beside it")
  func rules() throws {
    try Self.withFolders { folder in
      try folder.write("dev/seed.yaml", "files: {001_rooms.csv: {as-admin: true}}\n")
      try folder.write("seed.yaml", "files:\n  demo/001_rooms.csv: {on-conflict: update}\n")
      let files = try folder.load(["dev"]).files
      #expect(files.last?.scope == .administrator)
      #expect(files.dropLast().allSatisfy { $0.scope == .tenant })
      let demo = try folder.load(["demo"]).files.last
      #expect(demo?.rule?.conflict == .update && demo?.scope == .tenant)
    }
  }

  @Test(
    "a rule about a file that is not there is an error with its line",
    arguments: ["nothing.csv", "dev/nothing.csv", "../010.csv", "base", "a/b/c.csv"])
  func ruleWithoutFile(name: String) throws {
    try Self.withFolders { folder in
      try folder.write("seed.yaml", "\nfiles:\n  \(name): {on-conflict: skip}\n")
      let error = #expect(throws: SeedError.self) { try folder.load(["dev"]) }
      #expect(error?.code == .unknownFile)
      #expect(error?.file == folder.path + "/seed.yaml" && error?.line == 3)
    }
  }

  @Test("on-conflict is no rule for a file of SQL")
  func ruleForSQL() throws {
    try Self.withFolders { folder in
      try folder.write("seed.yaml", "files:\n  020_top.sql: {on-conflict: update}\n")
      let error = #expect(throws: SeedError.self) { try folder.load() }
      #expect(error?.code == .invalidManifest && error?.line == 2)
    }
  }

  @Test("patterns name files that run once, of SQL and of rows, and one that fits none is an error")
  func administrative() throws {
    try Self.withFolders { folder in
      let files = try folder.load(["dev"], administrative: ["dev/*", "*_top.sql"]).files
      #expect(
        files.filter { $0.scope == .administrator }.map(\.name)
          == ["020_top.sql", "dev/001_rooms.csv"])
      let error = #expect(throws: SeedError.self) { try folder.load(administrative: ["dev/*"]) }
      #expect(error?.code == .unknownFile)
      #expect(error?.message == "no seed file is called \"dev/*\"")
    }
  }
}
