import LocalPostgres
import Migrations
import Policies
import Postgres
import Reports
import SQLSyntax
import Seeding

/// What came out of one stage of the gate.
struct StageResult: Sendable {
  /// What came out, in one line.
  var summary: String
  var findings: [CheckReport.Finding] = []
  /// True when there was nothing to do.
  var isSkipped = false
  /// True when what builds on it cannot go on.
  var isObstacle = false
  /// Why it could not be carried out.
  var failure: Failure?

  init(_ summary: String, findings: [CheckReport.Finding] = []) {
    self.summary = summary
    self.findings = findings
  }

  /// Nothing was done, for this reason.
  static func skipped(_ reason: String) -> StageResult {
    var result = StageResult(reason)
    result.isSkipped = true
    return result
  }

  /// It could not be carried out.
  static func failed(_ error: any Error) -> StageResult {
    let failure =
      Interrupts.limit.map {
        Failure(
          "the time limit of \($0) was over", status: .inconclusive,
          remedy: "see what takes so long, or give it more time with --timeout")
      } ?? Failure(error)
    var result = StageResult(failure.summary)
    result.failure = failure
    return result
  }

  /// The outcome, by the findings that count.
  func outcome(_ findings: [CheckReport.Finding]) -> CheckReport.Stage.Outcome {
    if failure != nil { return .error }
    if isSkipped { return .skipped }
    let counting = findings.filter(\.counts)
    if counting.contains(where: { $0.effect == .fails }) { return .failed }
    return counting.isEmpty ? .passed : .inconclusive
  }
}

extension StageResult {
  /// What a stage throws because the project's files are wrong is what the gate is there to find; nil for
  /// what keeps it from looking, such as a server that is gone.
  ///
  /// - Parameter rights: What the files might do on the server.
  static func found(
    _ error: any Error, _ rule: CheckReport.Rule, stage: GateStage, _ rights: ServerRights
  ) -> StageResult? {
    let place: CheckReport.Location?
    let cause: PostgresError?
    let (message, remedy): (String, String?)
    switch error {
    case let error as MigrationError:
      guard let file = error.file else { return nil }
      place = .init(file: file, line: error.line ?? 1, column: error.column ?? 1)
      (message, remedy, cause) = (error.summary, error.remedy, error.postgres)
    case let error as PolicyError:
      guard let file = error.file else { return nil }
      place = .init(
        file: file, line: error.location?.line ?? 1, column: error.location?.column ?? 1)
      (message, remedy, cause) = (Failure(error).summary, error.remedy, error.cause)
    case let error as SeedError:
      guard let file = error.file else { return nil }
      place = .init(file: file, line: error.line ?? 1, column: error.column ?? 1)
      (message, remedy, cause) = (Failure(error).summary, error.remedy, error.cause)
    default: return nil
    }
    if let cause, keepsFromLooking(cause) { return nil }
    if Interrupts.cancellation.isRequested { return nil }
    let missing = cause.flatMap { MissingRights.remedy(for: $0, rights) }
    let finding = CheckReport.Finding(
      id: Fingerprint.of([stage.rawValue, rule.name, place?.file ?? ""]), stage: stage.rawValue,
      rule: rule.name,
      severity: .error, effect: .fails, object: "", message: ErrorText.withoutPasswords(message),
      evidence: cause.map { [$0.detail, $0.hint].compactMap(\.self).joined(separator: "; ") }
        .flatMap { $0.isEmpty ? nil : $0 }, fix: missing ?? remedy, location: place)
    return StageResult(ErrorText.withoutPasswords(message), findings: [finding])
  }

  /// True for what says nothing about the files: a server in trouble, or other sessions in the way.
  private static func keepsFromLooking(_ cause: PostgresError) -> Bool {
    if cause.code != .server || cause.isServerTrouble { return true }
    return [.queryCanceled, .lockNotAvailable, .deadlockDetected].contains(cause.sqlState)
  }
}
