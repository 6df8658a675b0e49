internal import Postgres
internal import Tenants
internal import Wording

/// Sequences that several tenants draw from and that the role may look at or set.
///
/// USAGE is what an INSERT needs and no finding. SELECT shows how much all tenants together write,
/// and UPDATE lets one tenant set the counter back, so that the inserts of all others fail.
struct SequenceRules: IsolationCheck {
  var runsLive: Bool { true }

  func phrase(_ survey: Survey) -> String {
    "reading \(Plural.count(survey.surroundings.sequences.count, "sequence"))"
  }

  func run(_ survey: inout Survey) -> CheckOutcome {
    let survey = survey
    let shared = survey.surroundings.sequences.filter { sequence in
      sequence.relations.isEmpty
        || sequence.relations.contains { survey.model.tables[$0]?.isOwned == true }
    }
    return CheckOutcome(
      findings: shared.flatMap { sequence in
        survey.boundActors.flatMap { actor in
          [settable(sequence, actor), readable(sequence, actor)].compactMap { $0 }
        }
      })
  }

  private func settable(_ sequence: SequenceDefinition, _ actor: Actor) -> Finding? {
    guard sequence.setters.contains(actor.role.name) else { return nil }
    let name = SQLNames.of(sequence.schema) + "." + SQLNames.of(sequence.name)
    return Finding(
      rule: "sequence-settable", severity: .warning, object: sequence.displayName,
      operation: "update", role: actor.role.name,
      message:
        "role \(actor.role.name) may set sequence \(sequence.displayName), from which all tenants draw: set back, it makes their inserts fail",
      evidence: "privilege UPDATE",
      // setval is not undone by ROLLBACK, so the script only asks.
      reproduce:
        "SELECT has_sequence_privilege(\(SQLNames.literal(actor.role.name)), \(SQLNames.literal(name)), 'UPDATE');",
      fix: "REVOKE UPDATE ON SEQUENCE \(name) FROM \(actor.grantees);")
  }

  private func readable(_ sequence: SequenceDefinition, _ actor: Actor) -> Finding? {
    guard sequence.readers.contains(actor.role.name) else { return nil }
    let name = SQLNames.of(sequence.schema) + "." + SQLNames.of(sequence.name)
    return Finding(
      rule: "sequence-readable", severity: .warning, object: sequence.displayName,
      operation: "select", role: actor.role.name,
      message:
        "role \(actor.role.name) may read sequence \(sequence.displayName), which tells how many rows the other tenants make",
      evidence: "privilege SELECT",
      reproduce:
        "BEGIN;\nSET LOCAL ROLE \(SQLNames.of(actor.role));\nSELECT last_value FROM \(name);\nROLLBACK;",
      fix:
        "REVOKE SELECT ON SEQUENCE \(name) FROM \(actor.grantees);\n-- an INSERT needs USAGE only"
    )
  }
}
