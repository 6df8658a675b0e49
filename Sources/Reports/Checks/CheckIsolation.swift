extension CheckReport {
  /// Which tenant can reach which rows.
  package struct Isolation: Sendable, Codable, Equatable {
    /// The verdict on one operation on one table.
    package enum Verdict: String, Sendable, Codable, CaseIterable {
      /// Another tenant's rows were out of reach, and the own ones were not.
      case isolated
      /// Another tenant's rows were reached.
      case leak
      /// Not even the own rows were reached.
      case denied
      /// Nothing could be concluded.
      case inconclusive
      /// The role has no privilege for it.
      case notGranted = "not-granted"
    }

    /// The four operations, in the order of columns.
    package static let operations = ["select", "insert", "update", "delete"]

    /// The roles that were named.
    package var roles: [String] = []
    /// The roles that those can become, with the way there.
    package var reachable: [ReachableRole] = []
    /// The tables in order of schema and name.
    package var tables: [Table] = []
    /// The number of probes that were run.
    package var probes = 0
    /// How much was tried, by kind: tables, operations, roles, branches, views, functions.
    package var coverage: [Coverage] = []
    /// What was not tried.
    package var gaps: [Gap] = []
    /// The schemas with one thing weakened; nil when none were made.
    package var mutants: Mutants?

    /// An outcome without anything yet.
    package init() {}
  }
}

extension CheckReport.Isolation {
  /// A role that a named one can become.
  package struct ReachableRole: Sendable, Codable, Equatable {
    /// Its name.
    package var role: String
    /// The named role, those between, and the role itself.
    package var through: [String]

    /// A role and the way to it.
    package init(role: String, through: [String]) {
      self.role = role
      self.through = through
    }
  }

  /// One table.
  package struct Table: Sendable, Codable, Equatable {
    /// `schema.name`.
    package var name: String
    /// How its rows belong to tenants: `root`, `column`, `parent`, `global` or `exempt`.
    package var tenancy: String
    /// What says whose a row is: the tenant column, or the columns that refer to the parent.
    package var columns: [String] = []
    /// The table whose rows those columns refer to; nil for none.
    package var parent: String?
    /// The table that this one is a partition of; nil when it is none.
    package var partitionOf: String?
    /// The worst verdict of all roles on each of the four operations.
    package var operations: [String: Verdict]
    /// The verdicts of each role.
    package var operationsByRole: [String: [String: Verdict]] = [:]
    /// What was tried, by operation.
    package var probes: [Probe] = []
    /// What stood in the way where something is inconclusive.
    package var notes: [String] = []
    /// Where the table is made.
    package var location: CheckReport.Location?

    /// A table from what every table has.
    package init(name: String, tenancy: String, operations: [String: Verdict]) {
      self.name = name
      self.tenancy = tenancy
      self.operations = operations
    }
  }

  /// Probes of one kind on a table.
  package struct Probe: Sendable, Codable, Equatable {
    /// The operation.
    package var operation: String
    /// The role.
    package var role: String
    /// What was tried, in words.
    package var attempt: String
    /// What was seen, in words.
    package var outcome: String
    /// True when it is as it should be.
    package var isGood: Bool
    /// How many of them were alike.
    package var count: Int

    /// Probes from their parts.
    package init(
      operation: String, role: String, attempt: String, outcome: String, isGood: Bool, count: Int
    ) {
      self.operation = operation
      self.role = role
      self.attempt = attempt
      self.outcome = outcome
      self.isGood = isGood
      self.count = count
    }
  }

  /// How much of one kind was tried.
  package struct Coverage: Sendable, Codable, Equatable {
    /// The kind, in the plural.
    package var kind: String
    /// How many were tried.
    package var probed: Int
    /// How many were not.
    package var notProbed: Int

    /// Figures of one kind.
    package init(kind: String, probed: Int, notProbed: Int) {
      self.kind = kind
      self.probed = probed
      self.notProbed = notProbed
    }
  }

  /// Something that was not tried.
  package struct Gap: Sendable, Codable, Equatable {
    /// The kind of object.
    package var kind: String
    /// Its name.
    package var object: String
    /// Why not.
    package var reason: String
    /// True when a hole may be there.
    package var isOpen: Bool

    /// A gap from its parts.
    package init(kind: String, object: String, reason: String, isOpen: Bool) {
      self.kind = kind
      self.object = object
      self.reason = reason
      self.isOpen = isOpen
    }
  }

  /// What became of schemas with one thing weakened.
  package struct Mutants: Sendable, Codable, Equatable {
    /// What became of one.
    package enum Fate: String, Sendable, Codable, CaseIterable {
      /// Something was found that was not there before.
      case killed
      /// Nothing was: a blind spot.
      case survived
      /// It changes nothing for the application's roles.
      case equivalent
      /// The server refused to make it.
      case notMade = "not-made"
    }

    /// The number made, without the equivalent ones.
    package var made: Int
    /// The number in which something was found.
    package var killed: Int
    /// Each of them.
    package var list: [Mutant]

    /// What became of mutants.
    package init(made: Int, killed: Int, list: [Mutant]) {
      self.made = made
      self.killed = killed
      self.list = list
    }
  }

  /// One thing that was weakened.
  package struct Mutant: Sendable, Codable, Equatable {
    /// The object.
    package var object: String
    /// The stable name of the way it was weakened.
    package var `operator`: String
    /// What was done, in words.
    package var mutation: String
    /// What became of it.
    package var fate: Mutants.Fate
    /// The statements; nil where they say nothing more.
    package var sql: String?
    /// The rule that noticed it, or why it does not count.
    package var reason: String?

    /// A mutant from its parts.
    package init(
      object: String, operator: String, mutation: String, fate: Mutants.Fate, sql: String? = nil,
      reason: String? = nil
    ) {
      self.object = object
      self.operator = `operator`
      self.mutation = mutation
      self.fate = fate
      self.sql = sql
      self.reason = reason
    }
  }
}
