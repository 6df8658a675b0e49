import Policies

/// What the policies commands give to programs.
struct PolicyPlanJSON: Encodable {
  struct File: Encodable {
    var name: String
    var state: String
  }

  struct Change: Encodable {
    var kind: String
    var subject: String
    var before: String?
    var after: String?
    var sql: [String]
  }

  struct Object: Encodable {
    var object: String
    /// `equal`, `tightens`, `loosens` or `can't tell`.
    var effect: String
    /// True when nothing gets through that was kept out before, proven.
    var neverLooser: Bool
    var changes: [Change]
  }

  struct Undecided: Encodable {
    var table: String
    var question: String
  }

  struct Drift: Encodable {
    var object: String
    var applied: String
    var now: String?
  }

  var upToDate: Bool
  var files: [File]
  var removed: [String]
  /// What was changed by hand of what SQL files made.
  var drift: [Drift]
  /// What the manifest changes; nil without one.
  var objects: [Object]?
  var undecided: [Undecided]?
  var missingIndexes: [String]?
  /// True when it was applied.
  var applied: Bool

  init(_ plan: PolicyPlan, done: PolicyReport? = nil) {
    upToDate = plan.isEmpty
    applied = done != nil
    files = plan.entries.map { File(name: $0.file.name, state: $0.state.rawValue) }
    removed = plan.removed
    drift = plan.drift.map { Drift(object: $0.object, applied: $0.applied, now: $0.now) }
    let changed = done.map(\.changed) ?? plan.difference?.objects
    objects = plan.difference == nil ? nil : changed?.map(Self.object)
    undecided = plan.difference?.undecided.map {
      Undecided(table: $0.table, question: $0.question)
    }
    missingIndexes = plan.difference?.missingIndexes
  }

  private static func object(_ object: ObjectChange) -> Object {
    Object(
      object: object.object, effect: object.effect.rawValue, neverLooser: object.isNeverLooser,
      changes: object.changes.map {
        Change(
          kind: $0.kind.rawValue, subject: $0.subject, before: $0.before, after: $0.after,
          sql: $0.statements)
      })
  }
}
