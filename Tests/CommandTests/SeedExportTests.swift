import Foundation
import Postgres
import TestSupport
import Testing

@Suite("seed export from the command line", .besideOthers, .overBothTransports)
struct SeedExportTests {
  private static let tenantA = SeedRemoveTests.tenantA
  private static let masks = """
    tables:
      guests: {columns: {email: {mask: email}, full_name: {mask: name}, phone: {mask: phone}}}
      users: {columns: {email: {mask: email}, display_name: {mask: name}}}
      bookings: {columns: {stay: {mask: date(30)}}}
    """

  private static let counts = """
    SELECT concat_ws(' ', (SELECT count(*) FROM tenants), (SELECT count(*) FROM properties),
      (SELECT count(*) FROM rooms), (SELECT count(*) FROM guests), (SELECT count(*) FROM bookings),
      (SELECT count(*) FROM booking_notes), (SELECT count(*) FROM payments),
      (SELECT count(*) FROM property_amenities), (SELECT count(*) FROM audit_events))
    """

  @Test("the example's tenant is taken out with masks, and seed loads it into an empty database")
  func roundTrip() throws {
    try SeedRemoveTests.withSeededExample { project in
      try project.write("seeds/masks.yaml", Self.masks)
      // Masks alone are no wish for more rows.
      #expect(try project.run("seed").stdout.contains("nothing to do"))
      try project.execute(
        "UPDATE booking_notes SET body = 'a ${tenant_id} of an application''s own template';")
      let outcome = try project.run(
        "seed", "export", "--tenant", Self.tenantA, "--output-folder", "out", "--strict",
        "--format",
        "json")
      #expect(outcome.status == 0, "\(outcome)")
      let json = try outcome.json()
      #expect(json["schema"] as? String == "dbtool.seed-export/1")
      #expect(json["rows"] as? Int == 138 && (json["unmasked"] as? [String]) == [])
      // Rows of customers are for who asked for them.
      for (path, mode) in [("out", 0o700), ("out/060_public.guests.csv", 0o600)] {
        let attributes = try FileManager.default.attributesOfItem(
          atPath: "\(project.directory)/\(path)")
        #expect(attributes[.posixPermissions] as? Int == mode, "\(path)")
      }
      let guests = try project.read("out/060_public.guests.csv")
      #expect(guests.contains("@example.test") && !guests.contains("alder.brook@example.test"))
      let mine = try project.query(
        """
        SELECT string_agg(email, ',') FROM (SELECT email FROM guests UNION SELECT email FROM users) x
        """)
      try withExample { other in
        for command in [["migrate", "up"], ["policies", "apply", "--allow-loosening"]] {
          let outcome = try other.run(command)
          #expect(outcome.status == 0, "\(outcome)")
        }
        try FileManager.default.removeItem(atPath: other.directory + "/seeds")
        try FileManager.default.copyItem(
          atPath: project.directory + "/out", toPath: other.directory + "/seeds")
        let loaded = try other.run("seed")
        #expect(loaded.status == 0, "\(loaded)")
        #expect(try other.query(Self.counts) == "1 3 12 20 30 7 29 10 12")
        let masked = try other.query(
          """
          SELECT string_agg(email, ',') FROM (SELECT email FROM guests UNION SELECT email FROM users) x
          """)
        for real in mine?.split(separator: ",") ?? [] {
          #expect(masked?.contains(real) == false, "\(real)")
        }
        #expect(
          try other.query("SELECT count(*) FROM memberships m JOIN users u ON u.id = m.user_id")
            == "3")
        #expect(
          try other.query("SELECT count(*) FROM booking_notes WHERE body LIKE 'a ${tenant_id} of%'")
            == "7")
        let again = try other.run("seed")
        #expect(again.status == 0 && again.stdout.contains("nothing to do"), "\(again)")
        let removed = try other.run("seed", "remove", "--tenant", Self.tenantA, "--yes")
        #expect(removed.status == 0, "\(removed)")
        #expect(try other.query(Self.counts) == "0 0 0 0 0 0 0 0 0")
      }
    }
  }

  @Test("an export over the Data API has the same bytes as one over libpq")
  func equality() throws {
    guard Transport.current == .dataAPI else { return }
    try SeedRemoveTests.withSeededExample { project in
      try project.write("seeds/masks.yaml", Self.masks)
      let url = try #require(project.database?.url)
      for (folder, extra) in [("a", []), ("b", ["--url", url])] {
        let outcome = try project.run(
          [
            "seed", "export", "--tenant", Self.tenantA, "--mask-seed", "s", "--output-folder",
            folder,
          ]
            + extra)
        #expect(outcome.status == 0, "\(outcome)")
      }
      let names = try FileManager.default.contentsOfDirectory(atPath: project.directory + "/a")
      #expect(names.count == 14)
      for name in names {
        let (here, there) = (try project.read("a/\(name)"), try project.read("b/\(name)"))
        #expect(here == there, "\(name)")
      }
    }
  }

  @Test("what is not right is told with file and line, and leaves no folder")
  func refusals() throws {
    try SeedRemoveTests.withSeededExample { project in
      let strict = try project.run("seed", "export", "--tenant", Self.tenantA, "--strict")
      #expect(strict.status == 1 && strict.stderr.contains("public.guests.email"), "\(strict)")
      try project.write(
        "seeds/masks.yaml", "tables:\n  guests: {columns: {emial: {mask: email}}}\n")
      let column = try project.run("seed", "export", "--tenant", Self.tenantA)
      #expect(column.status == 2 && column.stderr.contains("seeds/masks.yaml:2"), "\(column)")
      try project.write(
        "seeds/masks.yaml", "tables:\n  guests: {columns: {phone: {mask: fixed(nobody)}}}\n")
      let check = try project.run("seed", "export", "--tenant", Self.tenantA)
      #expect(check.status == 2 && check.stderr.contains("guests_phone_check"), "\(check)")
      try project.remove("seeds/masks.yaml")
      let hostile = try project.run("seed", "export", "--tenant", "../../x'; --")
      #expect(hostile.status == 2, "\(hostile)")
      let names = try FileManager.default.contentsOfDirectory(atPath: project.directory)
      #expect(Set(names) == ["migrations", "policies", "seeds", "dbtool.yaml"], "\(names)")
      let plain = try project.run("seed", "export", "--tenant", Self.tenantA)
      #expect(plain.status == 0 && plain.stderr.contains("not masked"), "\(plain)")
      #expect(project.exists("tenant-\(Self.tenantA)/export.yaml"))
    }
  }
}
