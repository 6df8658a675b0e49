internal import Postgres
internal import SQLSyntax

/// Weaker forms of policies.
struct PolicyMutations {
  var expressions: ExpressionMutations

  /// The weaker forms of a policy.
  func of(_ policy: PolicyDefinition, on relation: Relation) -> [Mutant] {
    clauses(of: policy).flatMap { clause, expression in
      weakenings(of: expression, clause, policy).map { weakened in
        mutant(
          weakened.operator, policy, relation, clause,
          "\(clause.rawValue) of policy \(policy.name) \(weakened.phrase)",
          ["\(alter(policy, relation)) \(clause.rawValue) (\(weakened.expression))"])
      }
    } + asAWhole(policy, relation)
  }

  private func clauses(of policy: PolicyDefinition) -> [(Mutant.Clause, String?)] {
    var clauses: [(Mutant.Clause, String?)] = []
    if let using = policy.using { clauses.append((.using, using)) }
    // Without a WITH CHECK of its own a policy checks new rows by USING.
    if ["ALL", "INSERT", "UPDATE"].contains(policy.command) {
      clauses.append((.check, policy.check))
    }
    return clauses
  }

  private func weakenings(
    of expression: String?, _ clause: Mutant.Clause, _ policy: PolicyDefinition
  ) -> [ExpressionMutations.Weakened] {
    var found: [ExpressionMutations.Weakened] = []
    if expression != "true" {
      found.append(
        .init(
          operator: clause == .using ? .usingTrue : .checkTrue, phrase: "lets every row pass",
          expression: "true"))
    }
    if clause == .check, let check = policy.check, let using = policy.using, using != check {
      found.append(.init(operator: .checkAsUsing, phrase: "gives way to USING", expression: using))
    }
    return found + (expression.map(expressions.of) ?? [])
  }

  private func asAWhole(_ policy: PolicyDefinition, _ relation: Relation) -> [Mutant] {
    let name = SQLNames.of(policy.name)
    let drop = "DROP POLICY \(name) ON \(SQLNames.of(relation))"
    var mutants: [Mutant] = []
    if !policy.isPermissive {
      mutants.append(
        mutant(
          .restrictiveDropped, policy, relation, nil,
          "restrictive policy \(policy.name) is dropped", [drop]))
      mutants.append(
        mutant(
          .restrictiveElsewhere, policy, relation, nil,
          "restrictive policy \(policy.name) applies to another role",
          ["\(alter(policy, relation)) TO CURRENT_USER"]))
      return mutants
    }
    if !policy.roles.isEmpty {
      mutants.append(
        mutant(
          .policyToPublic, policy, relation, nil, "policy \(policy.name) applies to PUBLIC",
          ["\(alter(policy, relation)) TO PUBLIC"]))
    }
    if policy.command != "ALL", let using = policy.using ?? policy.check {
      let check = policy.check.map { " WITH CHECK (\($0))" } ?? ""
      let roles = policy.roles.map { SQLNames.of($0) }.joined(separator: ", ")
      mutants.append(
        mutant(
          .commandWidened, policy, relation, nil,
          "policy \(policy.name) for \(policy.command) applies to all commands",
          [
            drop,
            "CREATE POLICY \(name) ON \(SQLNames.of(relation)) FOR ALL TO "
              + (roles.isEmpty ? "PUBLIC" : roles) + " USING (\(using))\(check)",
          ]))
    }
    return mutants
  }

  private func alter(_ policy: PolicyDefinition, _ relation: Relation) -> String {
    "ALTER POLICY \(SQLNames.of(policy.name)) ON \(SQLNames.of(relation))"
  }

  private func mutant(
    _ mutation: MutationOperator, _ policy: PolicyDefinition, _ relation: Relation,
    _ clause: Mutant.Clause?, _ phrase: String, _ statements: [String]
  ) -> Mutant {
    Mutant(
      operator: mutation, object: relation.displayName, phrase: phrase,
      subject: .policy(policy, clause), relation: relation, statements: statements)
  }
}
