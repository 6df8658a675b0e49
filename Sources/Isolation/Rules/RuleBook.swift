/// All rules, family by family.
package enum RuleBook {
  /// Every rule that a finding can name.
  package static let all: [Rule] =
    tables + context + waysIn + constraints + privileges + definitions + stepAway + notes

  /// The rule called `name`; nil when there is none.
  package static func rule(named name: String) -> Rule? { all.first { $0.name == name } }
}
