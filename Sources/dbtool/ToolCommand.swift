import ArgumentParser

/// A command that works on a project and a database.
protocol ToolCommand: ParsableCommand {
  var global: GlobalOptions { get }

  /// How its runs are remembered; nil for what touches no database.
  var memory: RunMemory? { get }

  /// The database where nothing names one; nil for that of DATABASE_URL or of the configuration.
  var defaultURL: String? { get }

  /// False where dbtool.yaml may be a stranger's: then it does not say where metrics go.
  var trustsConfiguration: Bool { get }

  /// The forms in which it can show its result.
  var formats: [OutputFormat] { get }

  /// Does the work.
  func run(in session: Session) throws -> ExitStatus
}

extension ToolCommand {
  var memory: RunMemory? { nil }

  var defaultURL: String? { nil }

  var trustsConfiguration: Bool { true }

  var formats: [OutputFormat] { [.text, .json] }

  func run() throws {
    Interrupts.install()
    guard formats.contains(global.format) else {
      let known = formats.map(\.rawValue).joined(separator: ", ")
      throw UsageError(
        "this command has no result in the format \(global.format.rawValue)",
        remedy: "it has \(known); dbtool gate, lint and verify-rls have all of them")
    }
    let session = try Session(
      global, defaultURL: defaultURL, trustsConfiguration: trustsConfiguration)
    defer { session.close() }
    let outcome = Result { try run(in: session) }
    if let memory { session.finish(memory, RunEnd(outcome)) }
    let status = try outcome.get()
    guard status == .good else { throw status }
  }
}
