import TestSupport
import Testing

@Suite("Both transports", .besideOthers)
struct EqualityTests {
  /// What a project leaves and tells, without times.
  private func outcome(over transport: Transport) throws -> [String: String] {
    var found: [String: String] = [:]
    try Transport.$current.withValue(transport) {
      try withExample { project in
        #expect(try project.run("migrate", "up").status == 0)
        #expect(try project.run("policies", "apply").status == 0)
        let seed = try project.run("seed", "--format", "json")
        found["seed"] = seed.stdout
        found["schema"] = try project.run("schema", "dump").stdout
        for options in [[], ["--live"]] {
          let report = try project.run(["verify-rls", "--format", "json"] + options)
          #expect(report.status == 0, "\(report)")
          found["verify \(options)"] = report.stdout
        }
        for table in ["tenants", "guests", "properties", "rooms", "amenities"] {
          found[table] = try project.query(
            """
            SELECT string_agg((to_jsonb(r) - 'created_at')::text, chr(10)
              ORDER BY (to_jsonb(r) - 'created_at')::text) FROM \(table) AS r
            """)
        }
      }
    }
    return found.mapValues { text in
      text.replacing(/"(seconds|milliseconds|durationMilliseconds)" : [0-9.e-]+/, with: "")
    }
  }

  @Test("migrate up, policies, seed and verify-rls end in equal schemas, rows and reports")
  func equality() async throws {
    try await onOwnThread {
      let libpq = try outcome(over: .libpq)
      let api = try outcome(over: .dataAPI)
      #expect(libpq.keys.sorted() == api.keys.sorted())
      for (key, text) in libpq {
        #expect(api[key] == text, "\(key)")
      }
    }
  }
}
