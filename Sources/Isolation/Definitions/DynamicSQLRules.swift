internal import Postgres
internal import SQLSyntax

/// SECURITY DEFINER functions that paste an argument of their caller's into SQL, here or on another
/// server.
///
/// `FunctionProbes` calls them; what no call of its broke out of is read here. SQL on another server
/// runs in another session, in which none of the rows made here lie, so it can only be read.
struct DynamicSQLRules: IsolationCheck {
  var runsLive: Bool { true }

  func phrase(_ survey: Survey) -> String { "reading SQL that functions put together" }

  func run(_ survey: inout Survey) -> CheckOutcome {
    var outcome = CheckOutcome()
    let names = Set(survey.catalog.routines.map(\.name))
    for routine in survey.surroundings.routines
    where !survey.isCallLeaking(routine) && runsText(routine) {
      guard let known = survey.catalog.routines.first(where: { $0.oid == routine.oid }),
        let actor = survey.boundActors.first(where: {
          routine.executors.contains($0.role.name) && !$0.role.memberships.contains(routine.owner)
        }), let body = RoutineBody(routine)
      else { continue }
      if let finding = remote(routine, known, body, actor, names) {
        outcome.findings.append(finding)
      } else if let finding = local(routine, known, actor, names) {
        outcome.findings.append(finding)
      }
    }
    return outcome
  }

  private func runsText(_ routine: CallableRoutine) -> Bool {
    let text = routine.definition.lowercased()
    return text.contains("execute") || text.contains("dblink")
  }

  private func statements(of routine: CallableRoutine) -> [SyntaxNode] {
    let statements =
      routine.language == "plpgsql"
      ? try? SyntaxTree.procedureStatements(of: routine.definition)
      : try? SyntaxTree.statements(of: routine.hasBoundBody ? routine.definition : routine.source)
    return statements ?? []
  }

  private func dynamic(
    of routine: CallableRoutine
  ) -> (run: [SyntaxNode], assigned: [(variable: String, value: SyntaxNode)]) {
    guard routine.language == "plpgsql" else { return ([], []) }
    return (try? SyntaxTree.dynamicStatements(of: routine.definition)) ?? ([], [])
  }

  private func local(
    _ routine: CallableRoutine, _ known: Routine, _ actor: Actor, _ checkers: Set<String>
  ) -> Finding? {
    guard routine.isSecurityDefiner else { return nil }
    let dynamic = dynamic(of: routine)
    let pasted = PastedArguments(
      known, statements: statements(of: routine), checkers: checkers, assigned: dynamic.assigned)
    guard dynamic.run.contains(where: pasted.isPasted) else { return nil }
    return Finding(
      rule: "definer-injection", severity: .warning, object: routine.displayName,
      operation: "other", role: actor.role.name,
      message:
        "\(known.keyword.lowercased()) \(routine.displayName) runs as its owner \(routine.owner) and pastes an argument into SQL",
      evidence:
        "its body runs a text that holds an argument without quotes; no call broke out of it",
      reproduce: "", fix: revocation(routine, known, actor))
  }

  private func remote(
    _ routine: CallableRoutine, _ known: Routine, _ body: RoutineBody, _ actor: Actor,
    _ checkers: Set<String>
  ) -> Finding? {
    // With the caller's own rights dblink wants a password, which then stands in the body.
    let hasCredentials = body.texts.contains { $0.contains(/(?i)\bpassword\s*=/) }
    guard routine.isSecurityDefiner || hasCredentials, !body.remoteCalls.isEmpty else {
      return nil
    }
    let pasted = PastedArguments(
      known, statements: statements(of: routine), checkers: checkers,
      assigned: dynamic(of: routine).assigned)
    guard body.remoteCalls.contains(where: { $0.contains(where: pasted.isPasted) }) else {
      return nil
    }
    return Finding(
      rule: "definer-remote-sql", severity: .warning, object: routine.displayName,
      operation: "other", role: actor.role.name,
      message:
        "\(known.keyword.lowercased()) \(routine.displayName) hands its caller's text to dblink, which runs it as another role",
      evidence: "its body gives dblink a text that holds an argument without quotes",
      reproduce: "", fix: revocation(routine, known, actor))
  }

  private func revocation(
    _ routine: CallableRoutine, _ known: Routine, _ actor: Actor
  ) -> String {
    "REVOKE EXECUTE ON \(known.keyword) \(routine.signature) FROM \(actor.grantees);\n-- or quote each argument: %I and %L of format(), quote_literal(), USING"
  }
}

extension Survey {
  /// True when calls of `routine` showed rows of another tenant, which says it all.
  fileprivate func isCallLeaking(_ routine: CallableRoutine) -> Bool {
    reported.contains("call \(routine.oid)")
  }
}
