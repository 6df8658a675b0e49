import DatabaseInstrumentation
import Postgres
import Synthesis
import TestSupport
import Testing

@Suite("The tenant that SQL sets")
struct TenantTrackerTests {
  /// Runs texts one after the other, and compares after each with what the server says.
  struct Session {
    let base: LibPQConnection
    let connection: InstrumentedConnection

    init(_ database: TestDatabase, applicationName: String? = nil) throws {
      base = try database.connect()
      if let applicationName {
        try base.execute(
          "SELECT set_config('application_name', $1, false)", [.text(applicationName)])
      }
      connection = InstrumentedConnection(base, mode: .lenient, sink: OperationSummary())
    }

    /// The tenant by the server's own words; nil where a failed transaction keeps it from talking.
    func truth() throws -> String?? {
      guard base.transactionStatus == .idle || base.transactionStatus == .inTransaction else {
        return nil
      }
      let row = try base.execute(
        """
        SELECT current_setting('app.current_tenant_id', true), current_setting('application_name')
        """
      ).rows.first
      if let id = row?[0], !id.isEmpty { return .some(id) }
      guard let name = row?[1], name.utf8.starts(with: "tenant-".utf8) else { return .some(nil) }
      let id = name.dropFirst("tenant-".count)
      return .some(id.isEmpty ? nil : String(id))
    }

    func expectTruth(after text: String, _ history: [String] = []) throws {
      guard case .some(let truth) = try truth() else { return }
      #expect(
        connection.tenant.map { Array($0.utf8) } == truth.map { Array($0.utf8) },
        "after: \(history.suffix(25).joined(separator: "; ")); \(text)")
    }
  }

  @Test("is what SHOW says after each text, outside a transaction and inside one")
  func texts() throws {
    let texts = TenantTexts.settings + TenantTexts.calls + TenantTexts.mentions
    #expect(texts.count + TenantTexts.transactions.count >= 190)
    try TestServer.shared.withDatabase { _, database in
      for isInside in [false, true] {
        for text in texts {
          let session = try Session(database)
          defer { session.base.close() }
          try session.connection.execute("SET app.current_tenant_id = 'before'")
          if isInside { try session.connection.execute("BEGIN") }
          _ = try? session.connection.execute(text)
          try session.expectTruth(after: text)
          if isInside {
            _ = try? session.connection.execute("COMMIT")
            try session.expectTruth(after: text + "; COMMIT")
          }
        }
      }
    }
  }

  @Test(
    "is what SHOW says after any sequence of texts, savepoints and errors", arguments: 1...12)
  func sequences(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    try TestServer.shared.withDatabase { _, database in
      let session = try Session(database)
      defer { session.base.close() }
      var history: [String] = []
      for _ in 0..<150 {
        let list =
          Int.random(in: 0..<10, using: &random) < 5
          ? TenantTexts.transactions
          : [TenantTexts.settings, TenantTexts.calls, TenantTexts.mentions]
            .randomElement(using: &random) ?? []
        guard let text = list.randomElement(using: &random) else { continue }
        _ = try? session.connection.execute(text)
        try session.expectTruth(after: text, history)
        history.append(text)
      }
    }
  }

  @Test("is what SHOW says after pipelines, with errors anywhere in them", arguments: 1...12)
  func pipelines(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed &* 977)
    try TestServer.shared.withDatabase { _, database in
      let session = try Session(database)
      defer { session.base.close() }
      var history: [String] = []
      for _ in 0..<60 {
        var pipeline: [PipelineStatement] = []
        for _ in 0..<Int.random(in: 1...5, using: &random) {
          let list =
            Bool.random(using: &random)
            ? TenantTexts.transactions.filter { !$0.contains("PREPARE") } : TenantTexts.settings
          guard let text = list.randomElement(using: &random) else { continue }
          pipeline.append(
            PipelineStatement(text, synchronizes: Int.random(in: 0..<3, using: &random) == 0))
        }
        _ = try? session.connection.pipeline(pipeline)
        let text = pipeline.map { $0.sql + ($0.synchronizes ? " |" : "") }.joined(separator: "; ")
        try session.expectTruth(after: text, history)
        history.append(text)
        guard session.base.transactionStatus != .unknown else { return }
      }
    }
  }

  @Test(
    "comes from parameters, of the name as well",
    arguments: ["true", "t", "on", "1", "false", "no", " off "], [true, false])
  func parameters(isLocal: String, isInside: Bool) throws {
    try TestServer.shared.withDatabase { _, database in
      let session = try Session(database)
      defer { session.base.close() }
      if isInside { try session.connection.execute("BEGIN") }
      let text = "SELECT set_config($1, $2::text, $3::boolean)"
      try session.connection.execute(
        text, [.text("App.current_tenant_id"), "p'; --", .text(isLocal)])
      try session.expectTruth(after: "\(text) \(isLocal)")
      if isInside { try session.connection.execute("COMMIT") }
      try session.expectTruth(after: "\(text) \(isLocal); COMMIT")
    }
  }

  @Test("is taken from the name that the session began with")
  func beginning() throws {
    try TestServer.shared.withDatabase { _, database in
      let session = try Session(database, applicationName: "tenant-first")
      defer { session.base.close() }
      #expect(session.connection.tenant == "first")
      try session.connection.execute("SET application_name = 'x'")
      try session.expectTruth(after: "SET")
    }
  }

  @Test("is written down with the operations that it concerns")
  func records() throws {
    try TestServer.shared.withDatabase { _, database in
      let base = try database.connect()
      defer { base.close() }
      let recorder = Recorder()
      let connection = InstrumentedConnection(base, mode: .lenient, sink: recorder)
      for text in [
        "SELECT 1", "BEGIN", "SET LOCAL app.current_tenant_id = 'a'", "SELECT 2", "COMMIT",
        "SELECT 3",
      ] { try connection.execute(text) }
      #expect(recorder.records.map(\.tenant) == [nil, nil, "a", "a", "a", nil])
    }
  }
}
