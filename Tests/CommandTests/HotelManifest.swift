import Foundation
import Postgres
import TestSupport
import Testing

/// The manifest that does what the example's SQL files do.
let hotelManifest = """
  tenant: {setting: app.current_tenant_id, column: tenant_id}
  roles:
    application: [app_user]
    read-only: [app_readonly]
    provisioning: [app_owner]
  tables:
    users: {membership: memberships}
    memberships: {access: read-only}
    amenities: global
    bookings:
      access: [select, insert, update]
      insert: [tenant_id, reference, room_id, guest_id, stay, status, adults, children, total, currency]
      update: [reference, room_id, guest_id, stay, status, adults, children, total, currency]
    booking_notes: {update: [body]}
    payments: {access: [select, insert, update], update: [status, settled_at]}
    audit_events: {access: append-only, insert: [tenant_id, id, occurred_at, action, entity_type, entity_id, details]}
  """

/// The example with a manifest instead of its SQL files, migrated.
func withHotel(_ manifest: String = hotelManifest, _ body: (Project) throws -> Void) throws {
  try withExample { project in
    try project.remove("policies")
    try project.write("policies/isolation.yaml", manifest)
    #expect(try project.run("migrate", "up").status == 0)
    try body(project)
  }
}

func policyObjects(_ outcome: Outcome) throws -> [String: String] {
  let objects = try outcome.json()["objects"] as? [[String: Any]] ?? []
  return Dictionary(
    uniqueKeysWithValues: objects.map {
      ($0["object"] as? String ?? "", $0["effect"] as? String ?? "")
    })
}
