internal import DatabaseInstrumentation
internal import Postgres

/// One trial of the application's role, and how to judge it.
struct Probe: Sendable {
  /// What the probe is for.
  enum Purpose: Sendable, Equatable {
    /// The tenant does it to its own rows: it must succeed.
    case control
    /// The tenant, or nobody, does it to another tenant's rows: it must fail.
    case attack
    /// One statement without WHERE is both: own rows must be reached, the other's not.
    case blind
  }

  /// How another tenant could be harmed.
  enum Method: String, Sendable {
    /// Reading rows.
    case read
    /// Inserting a row that belongs to it.
    case insert
    /// Changing its rows.
    case update
    /// Giving it a row of one's own.
    case move
    /// Deleting its rows.
    case delete
  }

  /// The table's OID.
  var table: UInt32
  /// The operation it counts for.
  var operation: ProbedOperation
  /// What it is for.
  var purpose: Purpose
  /// What it does.
  var method: Method
  /// The number of the tenant that acts; nil for nobody.
  var actor: Int?
  /// The number of the tenant that is acted upon.
  var target: Int
  /// What a side probe is about; nil for one that counts for the verdict on its operation.
  var side: SideEffect?
  /// What the target is called instead, when it is none of the made-up tenants.
  var claim: String?
  /// True when the statement only lets the server evaluate the policies over rows.
  var isEvaluation = false
  /// True for one that acts upon a row of no tenant, which its scene inserts.
  var isOnUnowned = false
  /// True for one that is a guess: an error that is neither a policy's nor a constraint's says that
  /// the guess was wrong.
  var isSpeculative = false
  /// True for another form of a row, which counts only where it is accepted: that a table refuses it
  /// says nothing about policies.
  var isVariant = false
  /// The trial.
  var trial: Trial

  /// The same as a guess.
  var speculative: Probe {
    var probe = self
    probe.isSpeculative = true
    return probe
  }

  /// What the target is called.
  var targetName: String { claim ?? TenantName.of(target) }
}

/// What policies do not decide, though it crosses tenants.
enum SideEffect: Sendable, Equatable {
  /// A row that refers to another tenant's row through this foreign key.
  case reference(Constraint)
  /// A key or exclusion constraint that tells of another tenant's row.
  case oracle(Constraint)
}

/// What a probe showed.
enum ProbeResult: Sendable, Equatable {
  /// The other tenant was reached; with the evidence.
  case reached(String)
  /// The other tenant was not reached; for a control, the tenant's own rows were not.
  case refused
  /// A control succeeded.
  case allowed
  /// Nothing can be concluded; with the reason.
  case inconclusive(String)
}
