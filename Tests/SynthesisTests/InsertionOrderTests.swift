import Postgres
import Synthesis
import TestSupport
import Testing

@Suite("The order in which tables are filled")
struct InsertionOrderTests {
  private func order(_ schema: String) throws -> (names: [String], broken: [String]) {
    var result: ([String], [String]) = ([], [])
    try Workshop.with(schema) { catalog, _ in
      let order = InsertionOrder(catalog.sortedRelations.map(\.oid), catalog: catalog)
      result = (
        order.relations.compactMap { catalog.relations[$0]?.name },
        order.broken.map(\.name).sorted()
      )
    }
    return result
  }

  @Test("what is referred to comes first")
  func chain() throws {
    let found = try order(
      """
      CREATE TABLE c (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY, c int REFERENCES c);
      CREATE TABLE a (id int PRIMARY KEY, b int REFERENCES b, c int REFERENCES c, a int REFERENCES a)
      """)
    #expect(found.names == ["c", "b", "a"])
    #expect(found.broken.isEmpty)
  }

  @Test("a circle is broken at a key that may be NULL")
  func nullable() throws {
    let found = try order(
      """
      CREATE TABLE a (id int PRIMARY KEY, b int NOT NULL);
      CREATE TABLE b (id int PRIMARY KEY, a int CONSTRAINT weak REFERENCES a);
      ALTER TABLE a ADD CONSTRAINT strong FOREIGN KEY (b) REFERENCES b DEFERRABLE
      """)
    #expect(found.names == ["b", "a"])
    #expect(found.broken == ["weak"])
  }

  @Test("else at one that can wait, and a longer circle only once")
  func deferrable() throws {
    let found = try order(
      """
      CREATE TABLE a (id int PRIMARY KEY, n int NOT NULL);
      CREATE TABLE b (id int PRIMARY KEY, n int NOT NULL CONSTRAINT late REFERENCES a DEFERRABLE);
      CREATE TABLE c (id int PRIMARY KEY, n int NOT NULL CONSTRAINT firm REFERENCES b);
      ALTER TABLE a ADD CONSTRAINT back FOREIGN KEY (n) REFERENCES c
      """)
    #expect(found.names.count == 3)
    #expect(found.broken == ["late"])
  }

  @Test("every table has its place even where no key is weak")
  func firm() throws {
    let found = try order(
      """
      CREATE TABLE a (id int PRIMARY KEY, n int NOT NULL);
      CREATE TABLE b (id int PRIMARY KEY, n int NOT NULL REFERENCES a);
      ALTER TABLE a ADD FOREIGN KEY (n) REFERENCES b; CREATE TABLE z (n int REFERENCES a)
      """)
    #expect(Set(found.names) == ["a", "b", "z"])
    #expect(found.broken.count == 1)
  }
}
