internal import Postgres
internal import SQLSyntax
internal import Synthesis

/// Functions whose names the role can make mean something else.
///
/// A function that looks names up at every call finds what lies first on its search path. Temporary
/// tables lie before everything unless the path names `pg_temp` (PostgreSQL manual, CREATE FUNCTION,
/// "Writing SECURITY DEFINER Functions Safely"), and a schema in which the role may create holds
/// whatever the role wants. The probe puts something there and calls the function.
struct SearchPathProbes: IsolationCheck {
  var rules: [String] { ["definer-search-path", "policy-search-path"] }

  func phrase(_ survey: Survey) -> String { "taking over names that functions look up" }

  func run(_ survey: inout Survey) throws -> CheckOutcome {
    let survey = survey
    var outcome = CheckOutcome()
    for routine in survey.surroundings.routines where !routine.hasBoundBody {
      guard
        let body = RoutineBody(
          language: routine.language, source: routine.source, definition: routine.definition)
      else { continue }
      for actor in survey.boundActors {
        if let finding = try policy(routine, body, actor, survey, &outcome.probes) {
          outcome.findings += finding
        }
        if routine.isSecurityDefiner, routine.executors.contains(actor.role.name),
          !actor.role.memberships.contains(routine.owner),
          let finding = try definer(routine, body, actor, survey, &outcome.probes)
        {
          outcome.findings.append(finding)
        }
      }
    }
    for routine in survey.surroundings.triggerRoutines
    where routine.isSecurityDefiner && !routine.hasBoundBody {
      guard let body = RoutineBody(routine) else { continue }
      for actor in survey.boundActors where !actor.role.memberships.contains(routine.owner) {
        let writes = try TriggerWrites(survey: survey).writes(by: actor, firing: routine)
        guard !writes.isEmpty,
          let finding = try definer(routine, body, actor, survey, &outcome.probes, by: writes)
        else { continue }
        outcome.findings.append(finding)
      }
    }
    return outcome
  }

  // MARK: - Where names can be taken over

  /// The schema in which `actor` can put a relation before the one that `routine` means; nil when
  /// there is none.
  func placeOfRelation(
    _ relation: Relation, _ routine: CallableRoutine, _ actor: Actor, _ survey: Survey
  ) -> String? {
    let temporary = survey.surroundings.reach(of: actor.role.name).createsTemporary
    let path = routine.searchPath
    if temporary, path?.contains("pg_temp") != true { return "pg_temp" }
    return placeAhead(of: relation.schema, routine, actor)
      ?? (temporary && path?.prefix(while: { $0 != relation.schema }).contains("pg_temp") == true
        ? "pg_temp" : nil)
  }

  /// A schema of the role's that lies before `schema` on the path of `routine`.
  func placeAhead(
    of schema: String, _ routine: CallableRoutine, _ actor: Actor
  ) -> String? {
    guard let path = routine.searchPath else { return actor.role.creatableSchemas.first }
    return path.prefix { $0 != schema }.first { actor.role.creatableSchemas.contains($0) }
  }

  /// How bad it is that names can be taken over in `place`.
  ///
  /// Who can make temporary tables in a session can set its tenant as well, so for a function whose
  /// path is pinned, though not behind `pg_temp`, it is no more than worth knowing.
  func severity(
    _ severity: Finding.Severity, _ routine: CallableRoutine, _ place: String
  ) -> Finding.Severity {
    place == "pg_temp" && routine.searchPath != nil ? .info : severity
  }

  /// The tables that the body means by names without a schema.
  func tables(
    _ body: RoutineBody, _ routine: CallableRoutine, _ survey: Survey
  ) -> [Relation] {
    body.unqualifiedRelations.sorted().compactMap { name in
      let named = survey.catalog.sortedRelations.filter { $0.name == name }
      guard let path = routine.searchPath else { return named.first }
      return path.lazy.compactMap { schema in named.first { $0.schema == schema } }.first
    }
  }

  /// The path under which the shadow is found, where the caller says.
  func pathSetting(
    _ routine: CallableRoutine, _ place: String, _ survey: Survey
  ) -> [String] {
    guard routine.searchPath == nil else { return [] }
    let schemas = Set(survey.catalog.relations.values.map(\.schema)).union([routine.schema])
    let rest = (schemas.subtracting([place]).sorted() + ["pg_catalog"]).map { SQLNames.of($0) }
    return ["SET LOCAL search_path = \(([SQLNames.of(place)] + rest).joined(separator: ", "))"]
  }

  // MARK: - Functions that run as their owner

  /// Puts a view there whose expression notes as whom it runs.
  ///
  /// - Parameter writes: What fires a trigger's function; empty for a function that is called.
  private func definer(
    _ routine: CallableRoutine, _ body: RoutineBody, _ actor: Actor, _ survey: Survey,
    _ probes: inout Int, by writes: [String] = []
  ) throws -> Finding? {
    let isPinned = routine.searchPath != nil
    var evidence = "SECURITY DEFINER without SET search_path"
    var script = ""
    var isSeen = !isPinned
    var severity = Finding.Severity.warning
    for relation in tables(body, routine, survey) {
      guard let place = placeOfRelation(relation, routine, actor, survey) else { continue }
      for call in writes.isEmpty ? [call(of: routine, survey)] : writes {
        let rehearsal = takingOver(relation, in: place, routine, body, actor, survey, then: call)
        probes += 1
        guard let user = try rehearsal.run(in: survey)?.last?.scalar, user == routine.owner else {
          continue
        }
        isSeen = true
        severity = self.severity(.warning, routine, place)
        evidence =
          "\(place).\(relation.name), made by \(actor.role.name), was used instead of \(relation.displayName) and ran code as \(user)"
        script = rehearsal.script(survey, withRows: !writes.isEmpty)
        break
      }
      if !script.isEmpty { break }
    }
    guard isSeen else { return nil }
    let path = (routine.searchPath ?? ["pg_catalog", routine.schema])
      .filter { $0 != "pg_temp" && !actor.role.creatableSchemas.contains($0) }
    return Finding(
      rule: "definer-search-path", severity: severity, object: routine.displayName,
      operation: "other", role: actor.role.name,
      message:
        "function \(routine.displayName) runs as its owner and looks names up where its caller \(isPinned ? "can put others" : "says")",
      evidence: evidence, reproduce: script, fix: mending(routine, path: path))
  }

  private func call(of routine: CallableRoutine, _ survey: Survey) -> String {
    let arguments = SampleArguments(stage: survey.stage, tenant: 0).of(routine)
    let name = "\(SQLNames.of(routine.schema)).\(SQLNames.of(routine.name))"
    return routine.isProcedure
      ? "CALL \(name)(\(arguments))" : "SELECT count(*) FROM \(name)(\(arguments))"
  }

  /// Puts something in the place of `relation`, and then does what runs the function.
  private func takingOver(
    _ relation: Relation, in place: String, _ routine: CallableRoutine, _ body: RoutineBody,
    _ actor: Actor, _ survey: Survey, then call: String
  ) -> Rehearsal {
    Rehearsal(
      role: actor.role.name, tenant: survey.stage.tenants[0],
      statements: [
        """
        CREATE FUNCTION \(SQLNames.of(place)).dbtool_note() RETURNS boolean LANGUAGE plpgsql AS \
        $dbtool$ BEGIN PERFORM pg_catalog.set_config('dbtool.ran_as', current_user::text, true); \
        RETURN true; END $dbtool$
        """
      ]
        + shadow(
          of: relation, in: place, isWritten: body.written.contains { $0.name == relation.name })
        + pathSetting(routine, place, survey) + [call],
      observation: "SELECT current_setting('dbtool.ran_as', true) AS code_of_the_role_ran_as")
  }

  func mending(_ routine: CallableRoutine, path: [String]) -> String {
    let path = path.map { SQLNames.of($0) } + ["pg_temp"]
    return
      "ALTER \(routine.isProcedure ? "PROCEDURE" : "FUNCTION") \(routine.signature) SET search_path = \(path.joined(separator: ", "));"
  }

  private func shadow(of relation: Relation, in place: String, isWritten: Bool) -> [String] {
    let name = "\(SQLNames.of(place)).\(SQLNames.of(relation.name))"
    let note = "\(SQLNames.of(place)).dbtool_note()"
    let temporary = place == "pg_temp" ? "TEMP " : ""
    let target = place == "pg_temp" ? SQLNames.of(relation.name) : name
    if isWritten {
      let columns = relation.columns.map { "\(SQLNames.of($0.name)) \($0.type.sql)" }
      return [
        "CREATE \(temporary)TABLE \(target) (\(columns.joined(separator: ", ")))",
        // Whoever writes runs it, be it that no row is met.
        """
        CREATE FUNCTION \(SQLNames.of(place)).dbtool_written() RETURNS trigger LANGUAGE plpgsql AS \
        $dbtool$ BEGIN PERFORM \(note); RETURN NULL; END $dbtool$
        """,
        """
        CREATE TRIGGER dbtool_note BEFORE INSERT OR UPDATE OR DELETE ON \(name) \
        EXECUTE FUNCTION \(SQLNames.of(place)).dbtool_written()
        """,
        "GRANT ALL ON \(name) TO PUBLIC",
      ]
    }
    // In each column, since a condition that no row can satisfy is not computed.
    let columns = relation.columns.map {
      "CASE WHEN \(note) THEN NULL::\($0.type.sql) END AS \(SQLNames.of($0.name))"
    }
    return [
      "CREATE \(temporary)VIEW \(target) AS SELECT \(columns.joined(separator: ", ")) WHERE \(note)",
      "GRANT ALL ON \(name) TO PUBLIC",
    ]
  }
}
