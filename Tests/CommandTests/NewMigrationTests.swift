import Testing

@Suite("New migrations")
struct NewMigrationTests {
  @Test("come after the newest file, also one of the future, and plain numbers go on")
  func versions() throws {
    try withBareProject { project in
      #expect(try project.run("new", "first").status == 0)
      try project.write("migrations/20990101000000_later.up.sql", "SELECT 1")
      let next = try project.run("new", "next")
      #expect(next.stdout.contains("20990101000001_next.up.sql"), "\(next)")
    }
    try withBareProject { project in
      try project.write("dbtool.yaml", "layout: goose\n")
      try project.write("migrations/00007_a.sql", "-- +goose Up\nSELECT 1;\n")
      let next = try project.run("new", "b")
      #expect(next.stdout == "created migrations/8_b.sql\n", "\(next)")
      #expect(try project.read("migrations/8_b.sql").contains("-- +goose Down"))
    }
  }
}
