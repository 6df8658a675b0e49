internal import Postgres
internal import SQLSyntax
internal import Synthesis

extension SearchPathProbes {
  // MARK: - Functions of policies

  /// Puts the other tenant's rows, or its id, there, and looks at the tables of the policies.
  func policy(
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
