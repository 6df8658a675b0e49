internal import Postgres

/// Weaker roles, views and functions.
struct OtherMutations {
  var survey: Survey

  /// The mutants of the application's roles, each tried on one table.
  func ofRoles() -> [Mutant] {
    survey.actors.flatMap { actor -> [Mutant] in
      let name = actor.role.name
      guard !actor.role.isSuperuser, !actor.role.bypassesRowSecurity else { return [] }
      let tables = survey.targets.filter { actor.hasAnyPrivilege(on: $0.oid) }
      guard let first = tables.first(where: \.hasRowSecurity) ?? tables.first else { return [] }
      var mutants = [
        Mutant(
          operator: .roleBypasses, object: name, phrase: "\(name) has BYPASSRLS",
          subject: .role(name), relation: first,
          statements: ["ALTER ROLE \(SQLNames.of(actor.role)) BYPASSRLS"])
      ]
      var owners: Set<String> = []
      for table in tables
      where !actor.role.memberships.contains(table.owner) && owners.insert(table.owner).inserted {
        mutants.append(
          Mutant(
            operator: .ownerGranted, object: name, phrase: "\(name) is a member of \(table.owner)",
            subject: .role(name), relation: table,
            statements: ["GRANT \(SQLNames.of(table.owner)) TO \(SQLNames.of(actor.role))"]))
      }
      return mutants
    }
  }

  /// The mutants of a view.
  func of(_ view: Relation) -> [Mutant] {
    let alter = "ALTER VIEW \(SQLNames.of(view))"
    let options: [(String, MutationOperator, String)] = [
      ("security_invoker", .invokerReset, "it runs with its owner's rights"),
      ("security_barrier", .barrierReset, "its reader's functions may see rows before it does"),
      ("check_option", .checkOptionReset, "what is written through it is not checked"),
    ]
    var mutants = options.filter { option, _, _ in
      view.isOn(option)
        || (option == "check_option" && view.options.contains { $0.hasPrefix(option) })
    }.map { option, mutation, phrase in
      mutant(mutation, view, phrase, "\(alter) RESET (\(option))")
    }
    mutants.append(
      mutant(.viewOwner, view, "an administrator owns it", "\(alter) OWNER TO CURRENT_USER"))
    return mutants
  }

  private func mutant(
    _ mutation: MutationOperator, _ view: Relation, _ phrase: String, _ statement: String
  ) -> Mutant {
    Mutant(
      operator: mutation, object: view.displayName, phrase: phrase, subject: .view, relation: view,
      statements: [statement])
  }

  /// The mutants of a function.
  func of(_ routine: Routine) -> [Mutant] {
    let arguments = routine.argumentTypes.joined(separator: ", ")
    let alter = "ALTER ROUTINE \(SQLNames.of(routine))(\(arguments))"
    let policed = routine.policyRelations.lazy.compactMap { survey.catalog.relations[$0] }.first
    var mutants: [Mutant] = []
    if !routine.isSecurityDefiner {
      mutants.append(
        Mutant(
          operator: .definer, object: routine.displayName,
          phrase: "it runs with its owner's rights",
          subject: .routine(routine), relation: nil, statements: ["\(alter) SECURITY DEFINER"]))
    }
    if routine.volatility != .immutable, let policed {
      mutants.append(
        Mutant(
          operator: .immutable, object: routine.displayName,
          phrase: "it says that it depends on nothing", subject: .routine(routine),
          relation: policed, statements: ["\(alter) IMMUTABLE"]))
    }
    return mutants
  }
}
