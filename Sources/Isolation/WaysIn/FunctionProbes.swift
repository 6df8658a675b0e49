internal import Instrumentation
internal import Postgres
internal import SQLSyntax
internal import Synthesis

/// Calls SECURITY DEFINER functions as the application, with the other tenant's values as
/// arguments.
///
/// Such a function runs as its owner, so nothing but its own text keeps tenants apart. It leaks
/// when what it returns holds values of the other tenant that were not in its arguments, or when
/// the other tenant's rows are changed after it.
struct FunctionProbes: IsolationCheck {
  /// A leak that was seen.
  struct Leak: Sendable {
    var routine: Routine
    var role: String
    var actor: Int
    var target: Int
    var isWrite: Bool
    var trial: Trial
  }

  /// So many calls of one function and no more.
  private let callLimit = 48

  func phrase(_ survey: Survey) -> String {
    let functions = survey.callable.values.reduce(into: Set<UInt32>()) { $0.formUnion($1) }
    return "calling \(Plural.count(functions.count, "SECURITY DEFINER function"))"
  }

  /// Calls the functions while the rows of all tables lie in place.
  func run(_ survey: inout Survey) throws -> CheckOutcome {
    let stage = survey.stage
    var calls: [Leak] = []
    for routine in survey.catalog.routines where routine.isSecurityDefiner {
      for actor in survey.actors
      where survey.callable[actor.role.name]?.contains(routine.oid) == true {
        for tenant in stage.tenants.indices {
          calls += try self.calls(of: routine, by: actor, tenant: tenant, stage)
        }
      }
    }
    let outcomes = try survey.client.rehearse(calls.map { .trial($0.trial) })
    let leaks = zip(calls, outcomes).compactMap { call, outcome -> Leak? in
      var leak = call
      let seen = outcome.outcome.result?.scalar.flatMap { Int($0) } ?? 0
      let changed = outcome.observation?.scalar == "t"
      guard seen > 0 || changed else { return nil }
      leak.isWrite = seen == 0
      return leak
    }
    let writer = survey.writer
    var called: Set<UInt32> = []
    let findings = leaks.filter { called.insert($0.routine.oid).inserted }.map {
      $0.finding(writer)
    }
    return CheckOutcome(findings: findings, probes: calls.count)
  }

  private func calls(
    of routine: Routine, by actor: Actor, tenant: Int, _ stage: Stage
  ) throws -> [Leak] {
    let target = (tenant + 1) % stage.tenants.count
    let choices = routine.argumentTypes.map { arguments(of: $0, target: target, stage) }
    let observation =
      routine.volatility == .volatile ? try self.observation(of: target, stage) : nil
    // With an empty tenant too: a function may then take a branch of its own.
    let contexts = [
      Trial.Context.tenant(TenantContext(tenant: stage.tenants[tenant])), .empty,
    ]
    let calls = contexts.flatMap { context in
      combinations(choices).map { (context: context, arguments: $0) }
    }
    return try calls.map { context, arguments in
      let markers = stage.markers(of: target).filter { marker in
        !arguments.contains { $0?.contains(marker) == true }
      }
      return Leak(
        routine: routine, role: actor.role.name, actor: tenant, target: target, isWrite: false,
        trial: Trial(
          try call(routine, arguments, markers: markers), role: actor.role.name,
          context: context, observation: observation))
    }
  }

  /// Combinations of arguments, at most so many; each value of each argument stands in one of the
  /// first.
  private func combinations(_ choices: [[String?]]) -> [[String?]] {
    guard !choices.isEmpty else { return [[]] }
    var result: [[String?]] = []
    let longest = choices.map(\.count).max() ?? 0
    // Values of one row stand at the same place of each list, so going through them side by side
    // fits rows.
    for index in 0..<longest { result.append(choices.map { $0[index % max($0.count, 1)] }) }
    for (position, values) in choices.enumerated() {
      for value in values {
        var arguments = choices.map { $0[0] }
        arguments[position] = value
        result.append(arguments)
      }
    }
    var seen: Set<[String?]> = []
    return Array(result.filter { seen.insert($0).inserted }.prefix(callLimit))
  }

  /// Values for an argument: the other tenant's of the same type, and what breaks out of a quoted
  /// string.
  private func arguments(of type: String, target: Int, _ stage: Stage) -> [String?] {
    var values: [String?] = []
    for row in stage.synthesizer.insertions where row.owner == .tenant(target) {
      guard let relation = stage.catalog.relations[row.relation] else { continue }
      for column in relation.columns {
        guard let value = row.values[column.name] ?? nil else { continue }
        let own = column.type.baseSQL.split(separator: "(").first.map { String($0) } ?? ""
        if own == type || column.type.sql == type || (isText(own) && isText(type)) {
          values.append(value)
        }
      }
    }
    if isText(type) {
      values += [
        "%", "", "' OR true --", "' OR '1'='1", "%' OR true --", "') OR true --", "%') OR true --",
        stage.tenants[target],
      ]
    } else if ["json", "jsonb"].contains(type) {
      values += ["{}", "[]"]
    } else if ["integer", "bigint", "smallint", "numeric"].contains(type) {
      values += ["1", "0", "100"]
    } else if type == "boolean" {
      values += ["true", "false"]
    }
    var seen: Set<String?> = []
    return values.filter { seen.insert($0).inserted }.prefix(callLimit / 2) + [nil]
  }

  private func isText(_ type: String) -> Bool {
    ["text", "character varying", "character", "citext", "name"].contains(type)
  }

  /// Counts the rows of the result that show one of the markers.
  private func call(
    _ routine: Routine, _ arguments: [String?], markers: [String]
  ) throws -> PipelineStatement {
    let name = try SQLIdentifier.readable(schema: routine.schema, name: routine.name)
    let list = zip(arguments.indices, routine.argumentTypes).map { "$\($0 + 2)::\($1)" }
    return PipelineStatement(
      """
      SELECT count(*) FROM \(name)(\(list.joined(separator: ", "))) AS dbtool_result WHERE EXISTS (\
      SELECT 1 FROM unnest($1::text[]) marker WHERE strpos(dbtool_result::text, marker) > 0)
      """, [.text(PostgresArray.text(of: markers))] + arguments.map { Parameter($0) })
  }

  /// True when a row of the tenant is no longer as it was.
  private func observation(of tenant: Int, _ stage: Stage) throws -> PipelineStatement {
    let parts = try stage.placed.keys.sorted().compactMap { oid -> String? in
      guard let table = try stage.table(oid), let rows = table.placed[tenant], !rows.isEmpty else {
        return nil
      }
      let condition = try table.storageCondition(ofTenant: tenant)
      let changed = "(SELECT count(*) FROM \(table.sqlName) WHERE \(condition)) <> \(rows.count)"
      guard let column = table.tenantColumn else { return changed }
      // A row more is a row that the function inserted for the other tenant.
      let name = try SQLIdentifier.readable(column)
      let id = try SQLLiteral.quoted(stage.tenants[tenant])
      return changed
        + " OR (SELECT count(*) FROM \(table.sqlName) WHERE \(name) = \(id)) <> \(rows.count)"
    }
    return PipelineStatement(
      "SELECT " + (parts.isEmpty ? "false" : parts.joined(separator: " OR ")))
  }
}

extension FunctionProbes.Leak {
  /// The finding for it.
  func finding(_ writer: ScriptWriter) -> Finding {
    let name = SQLNames.of(routine)
    let verb = isWrite ? "changes" : "returns"
    return Finding(
      rule: isWrite ? "definer-function-writes" : "definer-function-reads", severity: .error,
      object: routine.displayName, operation: isWrite ? "update" : "select", role: role,
      message:
        "function \(routine.displayName) runs as its owner \(routine.owner) and \(verb) another tenant's rows",
      evidence:
        "rows of \(TenantName.of(target)) \(isWrite ? "changed by" : "returned to") \(TenantName.of(actor))",
      reproduce: (try? writer.script(for: self)) ?? "",
      fix:
        "ALTER FUNCTION \(name)(\(routine.argumentTypes.joined(separator: ", "))) SECURITY INVOKER;\n-- or compare the tenant with the setting in every statement of its body, and never paste arguments into SQL"
    )
  }
}
