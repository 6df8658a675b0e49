internal import Postgres

/// A schema with one thing weakened.
struct Mutant: Sendable {
  /// An expression of a policy.
  enum Clause: String, Sendable {
    /// USING.
    case using = "USING"
    /// WITH CHECK.
    case check = "WITH CHECK"
  }

  /// What is weakened.
  enum Subject: Sendable {
    /// A policy of a table, and its clause where it is one.
    case policy(PolicyDefinition, Clause?)
    /// A flag, the owner or a privilege of a table.
    case table
    /// A relation that a role may read now.
    case readable(role: String)
    /// A role, which is tried on one table.
    case role(String)
    /// A view.
    case view
    /// A function.
    case routine(Routine)
    /// A constraint.
    case constraint(Constraint)
  }

  /// How it is weakened.
  var `operator`: MutationOperator
  /// What the report calls the object.
  var object: String
  /// What was done, for people: `USING of policy own_rows is true`.
  var phrase: String
  /// What is weakened.
  var subject: Subject
  /// The relation on which it shows; nil for a function.
  var relation: Relation?
  /// The statements that do it.
  var statements: [String]

  /// The statements as a script.
  var sql: String { statements.map { $0 + ";" }.joined(separator: "\n") }

  /// The parts of the catalog that it changes.
  var parts: [CatalogPart] {
    switch subject {
    case .policy: [.policies]
    case .table, .view: [.relation]
    case .constraint: [.constraints]
    case .routine: [.routines]
    case .role: [.relation]
    case .readable: []
    }
  }

  /// True when it shows only in a session that never had a tenant.
  var needsUnsetContext: Bool { `operator` == .orUnset }
}
