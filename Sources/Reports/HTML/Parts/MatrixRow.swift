/// A line of the matrix: a table, or partitions of one that fare alike.
struct MatrixRow: Sendable {
  /// The tables, at least one.
  var tables: [CheckReport.Isolation.Table]

  /// The table that speaks for the line.
  var first: CheckReport.Isolation.Table { tables[0] }

  /// The worst verdict of all roles on an operation; nil when nothing is known of it.
  func verdict(_ operation: String) -> CheckReport.Isolation.Verdict? {
    first.operations[operation]
  }

  /// True when roles that may do an operation fare differently with it.
  func differs(_ operation: String) -> Bool {
    let verdicts = first.operationsByRole.values.compactMap { $0[operation] }
    return Set(verdicts.filter { $0 != .notGranted }).count > 1
  }

  /// The verdict on an operation is one that somebody must look at.
  func needsLook(_ operation: String) -> Bool {
    switch verdict(operation) {
    case .leak, .denied, .inconclusive: true
    case .isolated, .notGranted, nil: false
    }
  }

  /// True when somebody must look at the line.
  var needsLook: Bool {
    CheckReport.Isolation.operations.contains(where: needsLook) || !first.notes.isEmpty
  }

  /// The probes of an operation; those that are alike are counted together.
  func probes(_ operation: String) -> [CheckReport.Isolation.Probe] {
    var probes: [CheckReport.Isolation.Probe] = []
    for table in tables {
      for probe in table.probes where probe.operation == operation {
        let place = probes.firstIndex {
          $0.role == probe.role && $0.attempt == probe.attempt && $0.outcome == probe.outcome
            && $0.isGood == probe.isGood
        }
        if let place { probes[place].count += probe.count } else { probes.append(probe) }
      }
    }
    return probes
  }

  /// The lines for tables: partitions that nothing is wrong with are one line under their parent.
  static func rows(_ tables: [CheckReport.Isolation.Table]) -> [MatrixRow] {
    var rows: [MatrixRow] = []
    var folded: [Key: Int] = [:]
    for table in tables {
      let row = MatrixRow(tables: [table])
      if let parent = table.partitionOf, !row.needsLook {
        let key = Key(
          parent: parent, operations: table.operations, byRole: table.operationsByRole)
        if let place = folded[key] {
          rows[place].tables.append(table)
          continue
        }
        folded[key] = rows.count
      }
      rows.append(row)
    }
    return rows
  }

  private struct Key: Hashable {
    var parent: String
    var operations: [String: CheckReport.Isolation.Verdict]
    var byRole: [String: [String: CheckReport.Isolation.Verdict]]
  }
}
