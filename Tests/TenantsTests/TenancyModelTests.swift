import Postgres
import Tenants
import TestSupport
import Testing

@Suite("How rows belong to tenants")
struct TenancyModelTests {
  @Test("root, column, parent, grandparent, nullable parent, self reference and global")
  func classification() throws {
    let schema = """
      CREATE TABLE tenants (id uuid PRIMARY KEY);
      CREATE TABLE own (tenant_id uuid NOT NULL REFERENCES tenants, id int PRIMARY KEY, other int);
      CREATE TABLE child (id int PRIMARY KEY, own int NOT NULL REFERENCES own);
      CREATE TABLE grandchild (id int PRIMARY KEY, child int NOT NULL REFERENCES child);
      CREATE TABLE loose (id int PRIMARY KEY, own int REFERENCES own);
      CREATE TABLE either (id int PRIMARY KEY, a int REFERENCES loose, b int NOT NULL REFERENCES own);
      CREATE TABLE tree (id int PRIMARY KEY, up int REFERENCES tree);
      CREATE TABLE leaf (id int PRIMARY KEY, up int REFERENCES leaf, own int NOT NULL REFERENCES own);
      CREATE TABLE lookup (code text PRIMARY KEY);
      CREATE TABLE refers_lookup (code text REFERENCES lookup);
      CREATE TABLE billing (id int PRIMARY KEY, customer uuid NOT NULL REFERENCES tenants);
      CREATE TABLE skipped (tenant_id uuid NOT NULL REFERENCES tenants);
      """
    try withDatabase { admin in
      try admin.runScript(schema)
      let catalog = try CatalogReader.read(from: admin)
      let model = TenancyModel(
        catalog: catalog, options: .init(exempt: ["skipped": "test"]))
      func tenancy(_ name: String) -> Tenancy? {
        catalog.sortedRelations.first { $0.name == name }.flatMap { model.tables[$0.oid] }
      }
      func parent(_ key: String, _ table: String) throws -> Tenancy {
        let oid = try #require(catalog.sortedRelations.first { $0.name == table }?.oid)
        return .parent(foreignKey: key, relation: oid)
      }
      let expected: [(String, Tenancy)] = [
        ("tenants", .root(column: "id")), ("own", .column("tenant_id")),
        ("child", try parent("child_own_fkey", "own")),
        ("grandchild", try parent("grandchild_child_fkey", "child")),
        ("loose", try parent("loose_own_fkey", "own")),
        ("either", try parent("either_b_fkey", "own")), ("tree", .global),
        ("leaf", try parent("leaf_own_fkey", "own")), ("lookup", .global),
        ("refers_lookup", .global), ("billing", try parent("billing_customer_fkey", "tenants")),
        ("skipped", .exempt(reason: "test")),
      ]
      for (name, wanted) in expected { #expect(tenancy(name) == wanted, "\(name)") }
    }
  }

  @Test("a table whose key is the tenant column, without foreign keys, holds the tenants")
  func rootByName() throws {
    let schema = """
      CREATE TABLE accounts (tenant_id int PRIMARY KEY, name text);
      CREATE TABLE things (tenant_id int NOT NULL, id int PRIMARY KEY);
      """
    try withDatabase { admin in
      try admin.runScript(schema)
      let catalog = try CatalogReader.read(from: admin)
      let model = TenancyModel(catalog: catalog, options: .init())
      let names = catalog.sortedRelations.map { model.tables[$0.oid]?.name }
      #expect(names == ["root", "column"])
    }
  }
}
