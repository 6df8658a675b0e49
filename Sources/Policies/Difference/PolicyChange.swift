/// One thing that has to change in the database.
package struct PolicyChange: Sendable, Equatable {
  /// What kind of change it is.
  package enum Kind: String, Sendable, Equatable {
    /// Row-level security is turned on.
    case enable = "enable row security"
    /// Row-level security binds the owner too.
    case force = "force row security"
    /// A policy is made.
    case create = "create policy"
    /// A policy's roles or expressions change.
    case alter = "alter policy"
    /// A policy is made anew, since its command or kind cannot be altered.
    case replace = "replace policy"
    /// A policy gets another name.
    case rename = "rename policy"
    /// A policy goes.
    case drop = "drop policy"
    /// A privilege is given.
    case grant
    /// A privilege is taken.
    case revoke
    /// A view gets an option.
    case viewOption = "set view option"
    /// A function gets a search_path.
    case searchPath = "set search_path"
  }

  /// What kind of change it is.
  package var kind: Kind
  /// What it is about: the policy's name, the role and its privilege, the option.
  package var subject: String
  /// How it is now; nil when there is nothing.
  package var before: String?
  /// How it should be; nil when there should be nothing.
  package var after: String?
  /// The statements that change it, without a semicolon.
  package var statements: [String]

  /// True when its statements lock the table against every other use (ACCESS EXCLUSIVE).
  var locksTable: Bool {
    switch kind {
    case .grant, .revoke, .searchPath: false
    default: true
    }
  }
}

/// What has to change on one table, view or function.
package struct ObjectChange: Sendable, Equatable {
  /// `schema.name` without quotes.
  package var object: String
  /// The object as SQL writes it.
  package var sqlName: String
  /// True for a table, which can be locked by itself; locking a view locks what it reads.
  package var isRelation: Bool
  /// What has to change.
  package var changes: [PolicyChange]
  /// What all of it does together to what can be reached.
  package var effect: PolicyEffect
  /// True when nothing gets through that was kept out before, proven.
  package var isNeverLooser: Bool

  /// True when somebody has to agree first.
  package var needsConsent: Bool { !isNeverLooser }

  /// The statements in order.
  package var statements: [String] { changes.flatMap(\.statements) }
}

/// The desired state held against the actual one.
package struct PolicyDifference: Sendable, Equatable {
  /// The objects that have to change, in order of their names.
  package var objects: [ObjectChange] = []
  /// Tables on which nobody has decided, by name, with the question.
  package var undecided: [Question] = []
  /// Indexes that policies want and that are not there, as statements.
  package var missingIndexes: [String] = []
  /// How many tables the manifest governs.
  package var governedCount = 0
  /// True when tables without a decision are only a warning.
  package var toleratesUndecided = false

  /// A table and what has to be decided.
  package struct Question: Sendable, Equatable {
    /// `schema.name` without quotes.
    package var table: String
    /// What has to be decided.
    package var question: String
  }

  /// True when the database is as the manifest wants it.
  package var isEmpty: Bool { objects.isEmpty && (undecided.isEmpty || toleratesUndecided) }

  /// All statements in order.
  package var statements: [String] { objects.flatMap(\.statements) }

  /// The objects whose change somebody has to agree to.
  package var needingConsent: [ObjectChange] { objects.filter(\.needsConsent) }
}
