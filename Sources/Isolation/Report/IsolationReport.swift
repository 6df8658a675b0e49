/// The outcome of `verify-rls`: the JSON of the contract `dbtool.verify-rls/1`.
package struct IsolationReport: Sendable, Codable {
  /// The name and version of this shape.
  package var schema = "dbtool.verify-rls/1"
  /// The verdict on the whole.
  package var verdict: OverallVerdict
  /// The roles that were named.
  package var roles: [String]
  /// The roles that were probed because one of those can become them.
  package var reachable: [Reachable] = []
  /// The tables in order of schema and name.
  package var tables: [Table]
  /// The findings, the worst first.
  package var findings: [Finding]
  /// The probes.
  package var probes: Probes
  /// How much was tried and what was not.
  package var coverage = Coverage()
  /// The sequences that went on while it ran, which a rollback does not undo.
  package var sequences: [String] = []
  /// What a run beside an application at work kept to, and could not check; nil for another run.
  package var live: LiveReport?
  /// How much was looked at for what makes queries slow; nil unless it was asked for.
  package var performance: PerformanceReport?
  /// The mutants; none unless they were asked for.
  package var mutants = Mutants()

  /// One table.
  package struct Table: Sendable, Codable {
    /// `schema.name`.
    package var name: String
    /// How its rows belong to tenants.
    package var tenancy: String
    /// The verdict on each operation.
    package var operations: Operations
    /// The verdicts of each role, the named ones and those that they can become.
    package var operationsByRole: [String: Operations] = [:]
    /// The table that this one is a partition of; nil when it is none.
    package var partitionOf: String?
    /// What stood in the way where something is inconclusive.
    package var notes: [String]
    /// What says whose its rows are; nil where they are nobody's.
    package var through: Through?
    /// What was tried; nil unless that was asked for.
    package var tried: [ProbeSummary]?
  }

  /// What says whose the rows of a table are.
  package struct Through: Sendable, Codable, Equatable {
    /// The tenant column, or the columns that lead to the parent.
    package var columns: [String]
    /// The table whose row is meant by them, as `schema.name`; nil for a tenant column.
    package var parent: String?
  }

  /// A role that a named one can become.
  package struct Reachable: Sendable, Codable, Equatable {
    /// Its name.
    package var role: String
    /// The way there: the named role, those between, and the role itself.
    package var through: [String]

    /// A role and the way to it.
    package init(role: String, through: [String]) {
      self.role = role
      self.through = through
    }
  }

  /// The verdicts on one table.
  package struct Operations: Sendable, Codable, Equatable {
    /// On SELECT.
    package var select: OperationVerdict
    /// On INSERT.
    package var insert: OperationVerdict
    /// On UPDATE.
    package var update: OperationVerdict
    /// On DELETE.
    package var delete: OperationVerdict

    /// The same verdict on all four.
    package init(all verdict: OperationVerdict) {
      select = verdict
      insert = verdict
      update = verdict
      delete = verdict
    }

    /// The verdict on one operation.
    package subscript(operation: ProbedOperation) -> OperationVerdict {
      get {
        switch operation {
        case .select: select
        case .insert: insert
        case .update: update
        case .delete: delete
        }
      }
      set {
        switch operation {
        case .select: select = newValue
        case .insert: insert = newValue
        case .update: update = newValue
        case .delete: delete = newValue
        }
      }
    }
  }

  /// How much was tried.
  package struct Probes: Sendable, Codable {
    /// The number of probes run.
    package var run: Int
    /// The time the whole took, in seconds.
    package var seconds: Double
  }
}
