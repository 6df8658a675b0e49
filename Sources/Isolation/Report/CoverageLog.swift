/// What checks tried and what they could not, until the report counts it.
struct CoverageLog: Sendable {
  /// What became of one object.
  private enum Fate {
    case probed
    case missed(reason: String, isOpen: Bool)
  }

  private struct Subject: Hashable {
    var kind: Coverage.Kind
    var name: String
  }

  private var fates: [Subject: Fate] = [:]
  private var order: [Subject] = []

  /// Something was probed, whatever else was said of it.
  mutating func probed(_ kind: Coverage.Kind, _ name: String) {
    set(Subject(kind: kind, name: name), .probed)
  }

  /// Something could not be probed; what one role probed is probed all the same.
  ///
  /// - Parameter isOpen: False when nothing can be wrong there.
  mutating func missed(
    _ kind: Coverage.Kind, _ name: String, _ reason: String, isOpen: Bool = true
  ) {
    let subject = Subject(kind: kind, name: name)
    switch fates[subject] {
    case .probed?: return
    case .missed(_, isOpen: true)?: return
    default: set(subject, .missed(reason: reason, isOpen: isOpen))
    }
  }

  private mutating func set(_ subject: Subject, _ fate: Fate) {
    if fates.updateValue(fate, forKey: subject) == nil { order.append(subject) }
  }

  /// The log in figures.
  var coverage: Coverage {
    var coverage = Coverage()
    func count(_ kind: Coverage.Kind) -> Coverage.Count {
      var count = Coverage.Count()
      for (subject, fate) in fates where subject.kind == kind {
        if case .probed = fate { count.probed += 1 } else { count.notProbed += 1 }
      }
      return count
    }
    coverage.tables = count(.table)
    coverage.operations = count(.operation)
    coverage.roles = count(.role)
    coverage.branches = count(.branch)
    coverage.views = count(.view)
    coverage.functions = count(.function)
    for kind in Coverage.Kind.allCases {
      for subject in order where subject.kind == kind {
        guard case .missed(let reason, let isOpen)? = fates[subject] else { continue }
        coverage.gaps.append(
          .init(kind: kind, object: subject.name, reason: reason, isOpen: isOpen))
      }
    }
    return coverage
  }
}
