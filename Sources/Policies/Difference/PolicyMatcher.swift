internal import Postgres
internal import SQLSyntax

/// Pairs the policies a table has with those that it should have.
struct PolicyMatcher {
  /// The policies there are.
  let before: [PolicyDefinition]
  /// The policies there will be.
  let after: [PolicyDefinition]
  /// What has to change.
  private(set) var changes: [PolicyChange] = []

  init(_ table: DesiredState.Table, _ finder: DifferenceFinder) throws(SyntaxError) {
    let relation = table.relation
    before = finder.actual.catalog.policiesByRelation[relation.oid] ?? []
    let kept = before.filter { policy in
      finder.isFromFile(policy, relation) && !table.policies.contains { $0.name == policy.name }
    }
    after = table.policies + kept
    var missing: [PolicyDefinition] = []
    var rest = before.filter { policy in !kept.contains { $0.name == policy.name } }
    for wanted in table.policies {
      guard let index = rest.firstIndex(where: { $0.name == wanted.name }) else {
        missing.append(wanted)
        continue
      }
      try compare(rest.remove(at: index), wanted, relation, finder)
    }
    for wanted in missing {
      // The same policy by another name need not be made anew.
      if let index = rest.firstIndex(where: {
        Self.isSame($0, wanted, relation, finder)
      }) {
        let old = rest.remove(at: index)
        changes.append(
          PolicyChange(
            kind: .rename, subject: wanted.name, before: old.name, after: wanted.name,
            statements: [try PolicyText.rename(old, to: wanted.name, on: relation)]))
        continue
      }
      changes.append(
        PolicyChange(
          kind: .create, subject: wanted.name, before: nil,
          after: try PolicyText.definition(wanted),
          statements: [try PolicyText.create(wanted, on: relation)]))
    }
    for surplus in rest {
      changes.append(
        PolicyChange(
          kind: .drop, subject: surplus.name, before: try PolicyText.definition(surplus),
          after: nil, statements: [try PolicyText.drop(surplus, on: relation)]))
    }
  }

  private static func isSame(
    _ one: PolicyDefinition, _ other: PolicyDefinition, _ relation: Relation,
    _ finder: DifferenceFinder
  ) -> Bool {
    one.command == other.command && one.isPermissive == other.isPermissive
      && Set(one.roles) == Set(other.roles) && finder.isSame(one.using, other.using, relation)
      && finder.isSame(one.check, other.check, relation)
  }

  private mutating func compare(
    _ old: PolicyDefinition, _ wanted: PolicyDefinition, _ relation: Relation,
    _ finder: DifferenceFinder
  ) throws(SyntaxError) {
    guard !Self.isSame(old, wanted, relation, finder) else { return }
    // ALTER POLICY changes roles and expressions, and cannot take an expression away.
    let canAlter =
      old.command == wanted.command && old.isPermissive == wanted.isPermissive
      && !(old.using != nil && wanted.using == nil) && !(old.check != nil && wanted.check == nil)
    changes.append(
      PolicyChange(
        kind: canAlter ? .alter : .replace, subject: wanted.name,
        before: try PolicyText.definition(old), after: try PolicyText.definition(wanted),
        statements: canAlter
          ? [try PolicyText.alter(wanted, on: relation)]
          : [try PolicyText.drop(old, on: relation), try PolicyText.create(wanted, on: relation)]))
  }
}
