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
    return outcome
  }

  // MARK: - Where names can be taken over

  /// The schema in which `actor` can put a relation before the one that `routine` means; nil when
  /// there is none.
  private func placeOfRelation(
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
  private func placeAhead(
    of schema: String, _ routine: CallableRoutine, _ actor: Actor
  ) -> String? {
    guard let path = routine.searchPath else { return actor.role.creatableSchemas.first }
    return path.prefix { $0 != schema }.first { actor.role.creatableSchemas.contains($0) }
  }

  /// How bad it is that names can be taken over in `place`.
  ///
  /// Who can make temporary tables in a session can set its tenant as well, so for a function whose
  /// path is pinned, though not behind `pg_temp`, it is no more than worth knowing.
  private func severity(
    _ severity: Finding.Severity, _ routine: CallableRoutine, _ place: String
  ) -> Finding.Severity {
    place == "pg_temp" && routine.searchPath != nil ? .info : severity
  }

  /// The tables that the body means by names without a schema.
  private func tables(
    _ body: RoutineBody, _ routine: CallableRoutine, _ survey: Survey
  ) -> [Relation] {
    body.unqualifiedRelations.sorted().compactMap { name in
      let named = survey.catalog.sortedRelations.filter { $0.name == name }
      guard let path = routine.searchPath else { return named.first }
      return path.lazy.compactMap { schema in named.first { $0.schema == schema } }.first
    }
  }

  /// The path under which the shadow is found, where the caller says.
  private func pathSetting(
    _ routine: CallableRoutine, _ place: String, _ survey: Survey
  ) -> [String] {
    guard routine.searchPath == nil else { return [] }
    let schemas = Set(survey.catalog.relations.values.map(\.schema)).union([routine.schema])
    let rest = (schemas.subtracting([place]).sorted() + ["pg_catalog"]).map { SQLNames.of($0) }
    return ["SET LOCAL search_path = \(([SQLNames.of(place)] + rest).joined(separator: ", "))"]
  }

  // MARK: - Functions that run as their owner

  /// Puts a view there whose expression notes as whom it runs.
  private func definer(
    _ routine: CallableRoutine, _ body: RoutineBody, _ actor: Actor, _ survey: Survey,
    _ probes: inout Int
  ) throws -> Finding? {
    let isPinned = routine.searchPath != nil
    var evidence = "SECURITY DEFINER without SET search_path"
    var script = ""
    var isSeen = !isPinned
    var severity = Finding.Severity.warning
    for relation in tables(body, routine, survey) {
      guard let place = placeOfRelation(relation, routine, actor, survey) else { continue }
      let arguments = SampleArguments(stage: survey.stage, tenant: 0).of(routine)
      let name = "\(SQLNames.of(routine.schema)).\(SQLNames.of(routine.name))"
      let call =
        routine.isProcedure
        ? "CALL \(name)(\(arguments))" : "SELECT count(*) FROM \(name)(\(arguments))"
      let rehearsal = Rehearsal(
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
      probes += 1
      guard let user = try rehearsal.run(in: survey)?.last?.scalar, user == routine.owner else {
        continue
      }
      isSeen = true
      severity = self.severity(.warning, routine, place)
      evidence =
        "\(place).\(relation.name), made by \(actor.role.name), was used instead of \(relation.displayName) and ran code as \(user)"
      script = rehearsal.script(survey)
      break
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

  private func mending(_ routine: CallableRoutine, path: [String]) -> String {
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
        // A default is computed by whoever inserts; a check by whoever changes.
        "ALTER TABLE \(name) ADD CONSTRAINT dbtool_note CHECK (\(note))",
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

  // MARK: - Functions of policies

  /// Puts the other tenant's rows, or its id, there, and looks at the tables of the policies.
  private func policy(
    _ routine: CallableRoutine, _ body: RoutineBody, _ actor: Actor, _ survey: Survey,
    _ probes: inout Int
  ) throws -> [Finding]? {
    let targets = survey.targets.filter {
      routine.policyRelations.contains($0.oid)
        && !actor.privileges(on: $0.oid).select.isEmpty
    }
    guard !targets.isEmpty else { return nil }
    var findings: [Finding] = []
    for (place, what, statements) in try captures(routine, body, actor, survey) {
      for target in targets where !findings.contains(where: { $0.object == target.displayName }) {
        guard let table = try survey.stage.table(target.oid),
          let seen = try table.condition(
            ofTenant: 1, readable: actor.privileges(on: target.oid).select)
        else { continue }
        let count =
          "SELECT count(*) FROM \(table.sqlName) WHERE \(try ScriptWriter.inlined(PipelineStatement(seen.sql, seen.parameters)))"
        let before = Rehearsal(
          role: actor.role.name, tenant: survey.stage.tenants[0], statements: [count])
        let after = Rehearsal(
          role: actor.role.name, tenant: survey.stage.tenants[0], statements: statements + [count])
        probes += 2
        guard try before.run(in: survey)?.last?.scalar == "0",
          let rows = try after.run(in: survey)?.last?.scalar.flatMap({ Int($0) }), rows > 0
        else { continue }
        findings.append(
          Finding(
            rule: "policy-search-path", severity: severity(.error, routine, place),
            object: target.displayName,
            operation: "select", role: actor.role.name,
            message:
              "policies of \(target.displayName) call \(routine.displayName), which looks names up where its caller can put others",
            evidence: "\(rows) rows of tenant B seen by tenant A after \(what)",
            reproduce: after.script(survey, withRows: true),
            fix: mending(
              routine,
              path: (routine.searchPath ?? ["pg_catalog", routine.schema])
                .filter { $0 != "pg_temp" && !actor.role.creatableSchemas.contains($0) })))
      }
    }
    return findings
  }

  /// What can be put in the way of the function, and what it is.
  private func captures(
    _ routine: CallableRoutine, _ body: RoutineBody, _ actor: Actor, _ survey: Survey
  ) throws -> [(place: String, what: String, statements: [String])] {
    var result: [(place: String, what: String, statements: [String])] = []
    for relation in tables(body, routine, survey) {
      guard let place = placeOfRelation(relation, routine, actor, survey) else { continue }
      let name = "\(SQLNames.of(place)).\(SQLNames.of(relation.name))"
      let target = place == "pg_temp" ? "TEMP TABLE \(SQLNames.of(relation.name))" : "TABLE \(name)"
      let columns = relation.columns.map { "\(SQLNames.of($0.name)) \($0.type.sql)" }
      var statements = ["CREATE \(target) (\(columns.joined(separator: ", ")))"]
      for row in survey.stage.placed[relation.oid]?[1] ?? [] {
        let written = relation.columns.map(\.name).filter { row.row.values.keys.contains($0) }
        let values = written.map {
          (row.row.values[$0] ?? nil).map { SQLNames.literal($0) } ?? "NULL"
        }
        statements.append(
          "INSERT INTO \(name) (\(written.map { SQLNames.of($0) }.joined(separator: ", "))) VALUES (\(values.joined(separator: ", ")))"
        )
      }
      statements.append("GRANT SELECT ON \(name) TO PUBLIC")
      result.append(
        (
          place, "putting \(place).\(relation.name) before it",
          statements + pathSetting(routine, place, survey)
        ))
    }
    for function in body.unqualifiedFunctions.sorted() {
      let own = survey.surroundings.routines.first { $0.name == function && !$0.isProcedure }
      let isSetting = function == "current_setting"
      guard own != nil || isSetting,
        let place = placeAhead(of: own?.schema ?? "pg_catalog", routine, actor)
      else { continue }
      let name = "\(SQLNames.of(place)).\(SQLNames.of(function))"
      let tenant = SQLNames.literal(survey.stage.tenants[1])
      let statements: [String]
      if isSetting {
        statements = ["text", "text, boolean"].map {
          "CREATE FUNCTION \(name)(\($0)) RETURNS text LANGUAGE sql AS $dbtool$ SELECT \(tenant)::text $dbtool$"
        }
      } else if let own {
        let type = "(SELECT prorettype::regtype FROM pg_proc WHERE oid = \(own.oid))"
        let arguments = own.argumentTypes.joined(separator: ", ")
        // The type is known to the server only, so the statement is made there.
        statements = [
          """
          DO $make$ BEGIN EXECUTE format('CREATE FUNCTION \(name.replacing("'", with: "''"))\
          (\(arguments.replacing("'", with: "''"))) RETURNS %s LANGUAGE sql AS %L', \(type), \
          CASE \(type) WHEN 'boolean'::regtype THEN 'SELECT true' \
          ELSE format('SELECT %L::%s', \(tenant), \(type)) END); END $make$
          """
        ]
      } else {
        continue
      }
      result.append(
        (
          place, "putting \(place).\(function) before it",
          statements + pathSetting(routine, place, survey)
        )
      )
    }
    return result
  }
}
