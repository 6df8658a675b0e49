import ArgumentParser

/// One thing that the gate does.
enum GateStage: String, CaseIterable, ExpressibleByArgument, Sendable {
  case lint
  case up
  case down
  case locks
  case policies
  case seed
  case verify = "verify-rls"
  case drift
  case pending

  /// What it does, in a few words.
  var title: String {
    switch self {
    case .lint: "judge the files"
    case .up: "apply all migrations"
    case .down: "take migrations back and apply them again"
    case .locks: "trace locks and changes of isolation"
    case .policies: "plan, apply and check the policies"
    case .seed: "load the seeds"
    case .verify: "try to reach other tenants' rows"
    case .drift: "compare the target with what was built"
    case .pending: "what the target has not applied yet"
    }
  }
}
