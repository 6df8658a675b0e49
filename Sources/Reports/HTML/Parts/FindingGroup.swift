/// Findings of one rule that weigh the same.
struct FindingGroup: Sendable {
  /// A finding and its place in the report.
  struct Member: Sendable {
    /// The place, from 0.
    var number: Int
    /// The finding.
    var finding: CheckReport.Finding
  }

  /// What the members have in common.
  struct Key: Hashable {
    var rule: String
    var severity: CheckReport.Finding.Severity
    var effect: CheckReport.Finding.Effect

    /// Less is worse.
    var rank: Int {
      let effects: Int
      switch effect {
      case .fails: effects = 0
      case .doubts: effects = 1
      case .none: effects = 2
      }
      switch severity {
      case .error: return effects * 3
      case .warning: return effects * 3 + 1
      case .info: return effects * 3 + 2
      }
    }
  }

  /// What the members have in common.
  var key: Key
  /// The members in the order of the report.
  var members: [Member]

  /// The groups, the worst first; those that weigh the same in the order of their first members.
  static func groups(of members: [Member]) -> [FindingGroup] {
    var groups: [FindingGroup] = []
    var places: [Key: Int] = [:]
    for member in members {
      let finding = member.finding
      let key = Key(rule: finding.rule, severity: finding.severity, effect: finding.effect)
      if let place = places[key] {
        groups[place].members.append(member)
      } else {
        places[key] = groups.count
        groups.append(FindingGroup(key: key, members: [member]))
      }
    }
    let inOrder = groups.enumerated().sorted {
      ($0.element.key.rank, $0.offset) < ($1.element.key.rank, $1.offset)
    }
    return inOrder.map(\.element)
  }
}
