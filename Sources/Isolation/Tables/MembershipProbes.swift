internal import DatabaseInstrumentation
internal import Postgres
internal import SQLSyntax
internal import Synthesis
internal import Tenants
internal import Wording

/// Tries whether a tenant can give itself access to another one by writing the tables that policies
/// ask, such as memberships, shares and mappings, and whether access that has ended is honoured.
///
/// Both take two steps: a row that would give access, and a look at the other tenant's rows.
struct MembershipProbes: IsolationCheck {
  var rules: [String] { ["self-enrolment", "ended-access"] }

  /// How a row that gives access comes about.
  enum Way: Sendable, Equatable {
    /// The tenant inserts it.
    case insertion
    /// The tenant changes a row of its own.
    case change(column: String)
    /// It is there, but this column says that it has ended.
    case ended(EndedAccess)
  }

  /// A try: who, with which row, and the look at the tables that ask for it.
  struct Attempt: Sendable {
    var table: Relation
    var role: String
    var way: Way
    /// The columns that the trial counts rows of.
    var seen: [Relation]
    var trial: Trial
  }

  /// So many columns of a row are given the other tenant's values, in all combinations.
  private let columnLimit = 5

  func phrase(_ survey: Survey) -> String {
    "writing \(Plural.count(survey.stage.accessTables.count, "table")) that policies ask"
  }

  func run(_ survey: inout Survey) throws -> CheckOutcome {
    var attempts: [(attempt: Attempt, baseline: Int)] = []
    var trials: [Trial] = []
    for oid in survey.stage.accessTables.sorted() {
      for actor in survey.actors
      where !actor.role.isSuperuser && !actor.role.bypassesRowSecurity {
        guard let look = try look(at: oid, as: actor, survey) else { continue }
        let baseline = trials.count
        trials.append(look.trial(actor.role.name, survey.stage.context(of: 0)))
        for attempt in try self.attempts(oid, actor, look, survey) {
          attempts.append((attempt, baseline))
          trials.append(attempt.trial)
        }
      }
    }
    let outcomes = try survey.client.rehearse(trials.map { .trial($0) })
    let counts = outcomes.map {
      $0.outcome.result?.rows.first.map { row in
        (0..<row.count).map { row.int($0) ?? 0 }
      } ?? []
    }
    var findings: [Finding] = []
    var place = 0
    var seen: Set<String> = []
    for (attempt, baseline) in attempts {
      if place <= baseline { place = baseline + 1 }
      let found = counts[place]
      place += 1
      for index in attempt.seen.indices
      where found.indices.contains(index) && found[index] > 0
        && counts[baseline].indices.contains(index) && counts[baseline][index] == 0
      {
        let finding = attempt.finding(
          opening: attempt.seen[index], rows: found[index], writer: survey.writer)
        let key = [finding.rule, finding.object, finding.operation, finding.role, finding.fix]
        if seen.insert(key.joined(separator: " ")).inserted { findings.append(finding) }
      }
    }
    return CheckOutcome(findings: findings, probes: trials.count)
  }

  /// A query that counts the other tenant's rows in every table whose policies ask `oid`.
  private struct Look {
    var relations: [Relation]
    var statement: PipelineStatement

    func trial(_ role: String, _ context: TenantContext) -> Trial {
      Trial(statement, role: role, context: .tenant(context))
    }
  }

  private func look(at oid: UInt32, as actor: Actor, _ survey: Survey) throws -> Look? {
    var look = Look(relations: [], statement: PipelineStatement(""))
    var parts: [String] = []
    for (asking, asked) in survey.model.references.asked.sorted(by: { $0.key < $1.key })
    where asked.contains(oid) && asking != oid {
      guard let table = try survey.stage.table(asking), !table.holdsMembers,
        table.tenancy.isOwned, table.placed[1]?.isEmpty == false,
        let condition = try table.condition(
          ofTenant: 1, readable: actor.privileges(on: asking).select,
          first: look.statement.parameters.count + 1)
      else { continue }
      parts.append("(SELECT count(*) FROM \(table.sqlName) WHERE \(condition.sql))")
      look.statement.parameters += condition.parameters
      look.relations.append(table.relation)
    }
    look.statement.sql = "SELECT " + parts.joined(separator: ", ")
    return parts.isEmpty ? nil : look
  }

  private func attempts(
    _ oid: UInt32, _ actor: Actor, _ look: Look, _ survey: Survey
  ) throws -> [Attempt] {
    let stage = survey.stage
    guard let table = try stage.table(oid), let own = table.placed[0]?.first?.row,
      let other = table.placed[1]?.first?.row, let spare = table.spare[0]
    else { return [] }
    let relation = table.relation
    let privileges = actor.privileges(on: oid)
    let columns = stage.linkColumns(of: table).filter {
      own.values[$0] != nil && (other.values[$0] ?? nil) != nil
    }.prefix(columnLimit)
    let rows = (1..<(1 << columns.count)).map { mask -> SyntheticRow in
      var row = spare
      for (index, column) in columns.enumerated() {
        row.values[column] = (mask >> index & 1 == 1 ? other : own).values[column]
      }
      return row
    }
    func attempt(_ way: Way, scene: [PipelineStatement], steps: [PipelineStatement]) -> Attempt {
      var trial = look.trial(actor.role.name, stage.context(of: 0))
      trial.scene = scene
      trial.steps = steps
      return Attempt(
        table: relation, role: actor.role.name, way: way, seen: look.relations, trial: trial)
    }
    var attempts: [Attempt] = []
    if !privileges.insert.isEmpty {
      for var row in rows {
        row.values = row.values.filter { privileges.insert.contains($0.key) }
        attempts.append(
          attempt(.insertion, scene: [], steps: [try row.insertion(into: relation)]))
      }
    }
    for column in columns where privileges.update.contains(column) {
      let name = try SQLIdentifier.readable(column)
      let change = PipelineStatement(
        "UPDATE \(table.sqlName) SET \(name) = $1", [Parameter(other.values[column] ?? nil)])
      attempts.append(attempt(.change(column: column), scene: [], steps: [change]))
    }
    for ended in EndedAccess.of(relation, catalog: survey.catalog) {
      for var row in rows {
        row.values[ended.column] = .some(ended.value)
        attempts.append(
          attempt(.ended(ended), scene: [try row.insertion(into: relation)], steps: []))
      }
    }
    return attempts
  }
}

extension Stage {
  /// The tables whose rows decide what others show.
  var accessTables: Set<UInt32> {
    let identities = plan.identityColumns
    let asked = model.references.asked.reduce(into: Set<UInt32>()) { asked, pair in
      asked.formUnion(pair.value.subtracting([pair.key]))
    }
    return asked.filter { relation in
      guard model.tables[relation]?.isOwned == true, placed[relation] != nil else { return false }
      if case .member = model.tables[relation] { return false }
      return isAskedByStrangers(relation) || identities[relation] != nil
    }
  }

  /// The columns that tie a row to tenants, people and other rows.
  func linkColumns(of table: ProbedTable) -> [String] {
    let oid = table.relation.oid
    var columns = Set([table.tenantColumn].compactMap { $0 })
    columns.formUnion(plan.identityColumns[oid] ?? [])
    for key in catalog.constraints(of: oid) where key.kind == .foreignKey {
      columns.formUnion(key.columns)
    }
    for equality in model.references.equalities {
      for side in [equality.left, equality.right] where side.relation == oid {
        columns.insert(side.column)
      }
    }
    for binding in model.references.bindings where binding.relation == oid {
      columns.insert(binding.column)
    }
    let primary = catalog.constraints(of: oid).first { $0.kind == .primaryKey }?.columns ?? []
    // A key that nothing else is to be found in is the row's own name.
    if primary.count == 1, columns.count > 1,
      !catalog.constraints(of: oid).contains(where: {
        $0.kind == .foreignKey && $0.columns == primary
      }), plan.identityColumns[oid]?.contains(primary[0]) != true
    {
      columns.subtract(primary)
    }
    return columns.sorted()
  }
}

extension MembershipProbes.Attempt {
  /// The finding for it.
  func finding(
    opening other: Relation, rows: Int, writer: ScriptWriter
  ) -> Finding {
    let name = SQLNames.of(table)
    let role = SQLNames.of(self.role)
    let count = rows == 1 ? "1 row" : "\(rows) rows"
    let reproduce = (try? writer.script(for: trial, by: 0, reaching: 1)) ?? ""
    switch way {
    case .insertion, .change:
      let isInsertion = way == .insertion
      let verb = isInsertion ? "insert" : "change"
      return Finding(
        rule: "self-enrolment", severity: .error, object: table.displayName,
        operation: isInsertion ? "insert" : "update", role: self.role,
        message:
          "a tenant can \(verb) rows of \(table.displayName) so that the policies of \(other.displayName) show it another tenant's rows",
        evidence:
          "\(count) of tenant B in \(other.displayName) seen by tenant A after it \(isInsertion ? "inserted a row into" : "changed its row of") \(table.displayName)",
        reproduce: reproduce,
        fix: "REVOKE \(isInsertion ? "INSERT" : "UPDATE") ON \(name) FROM \(role);")
    case .ended(let ended):
      let column = SQLNames.of(ended.column)
      let hiding =
        "CREATE POLICY ended_access_is_hidden ON \(name) AS RESTRICTIVE FOR SELECT TO \(role)\n  USING (\(column) \(ended.isOpen));"
      return Finding(
        rule: "ended-access", severity: .warning, object: other.displayName, operation: "select",
        role: self.role,
        message:
          "the policies of \(other.displayName) ask \(table.displayName), but not whether the access has ended (\(ended.column))",
        evidence:
          "\(count) of tenant B seen by tenant A through a row with \(ended.column) \(ended.value)",
        reproduce: reproduce,
        fix: table.hasRowSecurity
          ? hiding
          : "-- let the policies of \(SQLNames.of(other)) ask of \(name) that \(column) \(ended.isOpen)"
      )
    }
  }
}
