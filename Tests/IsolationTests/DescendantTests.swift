import Isolation
import TestSupport
import Testing

@Suite("Tables that belong to tenants through others")
struct DescendantTests {
  @Test("a grandchild, and a child whose reference may be NULL, are probed too")
  func descendants() throws {
    let hole = """
      CREATE TABLE replies (id uuid PRIMARY KEY, note uuid NOT NULL REFERENCES notes (id));
      CREATE TABLE tags (id uuid PRIMARY KEY, note uuid REFERENCES notes (id));
      \(PlantedSchema.protect("replies", "EXISTS (SELECT FROM notes n WHERE n.id = replies.note)"))
      \(PlantedSchema.protect("tags", "EXISTS (SELECT FROM notes n WHERE n.id = tags.note)"))
      """
    try PlantedSchema.with(hole: hole) { schema in
      let report = try schema.verify()
      #expect(report.findings.map(\.evidence) == [])
      #expect(report.operations("public.replies") == .init(all: .isolated))
      #expect(report.operations("public.tags") == .init(all: .isolated))
      try schema.run("ALTER TABLE replies DISABLE ROW LEVEL SECURITY")
      try schema.run("CREATE POLICY untagged ON tags FOR DELETE USING (note IS NOT NULL)")
      let open = try schema.verify()
      #expect(open.operations("public.replies") == .init(all: .leak))
      #expect(open.operations("public.tags") == .init(.isolated, .isolated, .isolated, .leak))
    }
  }
}
