import Foundation
import Testing

extension Project {
  /// A small project that passes the gate: tenants, rooms, policies and seeds.
  func writeShop() throws {
    try write(
      "dbtool.yaml",
      """
      tenancy:
        roles: [app_user]
      seed:
        tenants: [11111111-1111-4111-8111-111111111111]
      environments:
        live: {url: "postgres://nobody@127.0.0.1:1/live", protected: true}

      """)
    try migration(
      "1_tenants",
      """
      DO $$ BEGIN CREATE ROLE app_user NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
      CREATE TABLE tenants (id uuid PRIMARY KEY, name text NOT NULL);
      """)
    try write("migrations/1_tenants.down.sql", "DROP TABLE tenants;\nDROP ROLE app_user;\n")
    try migration(
      "2_rooms",
      """
      CREATE TABLE rooms (
        tenant_id uuid NOT NULL REFERENCES tenants, id bigint NOT NULL, number text NOT NULL,
        PRIMARY KEY (tenant_id, id));
      """)
    try write("migrations/2_rooms.down.sql", "DROP TABLE rooms;\n")
    try write(
      "policies/isolation.yaml",
      """
      tenant:
        column: tenant_id
        setting: app.current_tenant_id
      roles:
        application: [app_user]
      tables:
        tenants: root
        rooms: {column: tenant_id}

      """)
    try write(
      "seeds/010_tenants.sql",
      """
      -- dbtool: as-admin
      INSERT INTO tenants VALUES ('11111111-1111-4111-8111-111111111111', 'Aurora');
      """)
    try write("seeds/020_rooms.csv", "tenant_id,id,number\n${tenant_id},1,101\n")
  }

  /// Makes the folder a git repository whose branch `main` has everything that is there now.
  func commit() throws {
    try write(".gitignore", ".dbtool/\n")
    let outcome = try shell(
      """
      git init -q -b main . && git add -A \
      && git -c user.name=a -c user.email=a@example.com commit -q -m all
      """)
    guard outcome.status == 0 else { throw GateProjectError(text: outcome.text) }
  }
}

struct GateProjectError: Error {
  var text: String
}

extension Outcome {
  /// The findings of a gate's JSON that count, or all of them.
  func findings(all: Bool = false) throws -> [[String: Any]] {
    let findings = try json()["findings"] as? [[String: Any]] ?? []
    return all
      ? findings : findings.filter { $0["accepted"] == nil && $0["effect"] as? String != "none" }
  }

  /// The outcome of each stage, in order.
  func stages() throws -> [String] {
    let stages = try json()["stages"] as? [[String: Any]] ?? []
    return stages.map { "\($0["name"] ?? "") \($0["outcome"] ?? "")" }
  }
}
