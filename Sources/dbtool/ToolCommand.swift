import ArgumentParser

/// A command that works on a project and a database.
protocol ToolCommand: ParsableCommand {
  var global: GlobalOptions { get }

  /// Does the work.
  func run(in session: Session) throws -> ExitStatus
}

extension ToolCommand {
  func run() throws {
    Interrupts.install()
    let session = try Session(global)
    defer { session.close() }
    let status = try run(in: session)
    guard status == .good else { throw status }
  }
}
