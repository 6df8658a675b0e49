import ArgumentParser

/// A command that works on a project and a database.
protocol ToolCommand: ParsableCommand {
  var global: GlobalOptions { get }

  /// How its runs are remembered; nil for what touches no database.
  var memory: RunMemory? { get }

  /// Does the work.
  func run(in session: Session) throws -> ExitStatus
}

extension ToolCommand {
  var memory: RunMemory? { nil }

  func run() throws {
    Interrupts.install()
    let session = try Session(global)
    defer { session.close() }
    let outcome = Result { try run(in: session) }
    if let memory { session.finish(memory, RunEnd(outcome)) }
    let status = try outcome.get()
    guard status == .good else { throw status }
  }
}
