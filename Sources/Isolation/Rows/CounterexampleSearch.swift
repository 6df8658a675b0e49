internal import DatabaseInstrumentation
internal import Postgres
internal import SQLSyntax
internal import Synthesis
internal import Tenants

/// Looks for rows of one tenant that the policies' own expressions open to another.
///
/// An expression such as `tenant_id = … OR status = 'draft'` leaks only through drafts, which
/// ordinary rows are not. So the server is asked, in the other tenant's context, for a row that
/// makes the expression true. What it finds is a proposal: the row is inserted and probed like any
/// other, and only the probe decides.
struct CounterexampleSearch {
  /// What was found for one table, by the tenant that the rows belong to.
  struct Found: Sendable {
    /// Rows to lie in the table.
    var placed: [Int: [Opened]] = [:]
    /// Rows to be inserted by the other tenant.
    var inserted: [Int: [Opened]] = [:]
    /// Rows to be inserted that claim to belong to somebody who is no tenant of ours.
    var claims: [Claim] = []
    /// The ways through the policies that were tried, with what stood in the way of trying.
    var branches: [(name: String, obstacle: String?)] = []
    /// Settings other than the tenant's that a policy asks for, with values worth a try.
    var settings: [[String: String]] = []
    /// Rows of the second tenant that take part in a key, by its name.
    var keyed: [String: SyntheticRow] = [:]
    /// A row that belongs to no tenant.
    var unowned: SyntheticRow?
  }

  /// A row for a tenant id that was made up from a policy or from another id.
  struct Claim: Sendable {
    /// Who inserts it: a tenant's number, or nil for a session with an empty tenant.
    var actor: Int?
    /// The tenant id in the row; nil is NULL.
    var tenant: String?
    /// The row.
    var row: SyntheticRow
  }

  var catalog: Catalog
  var actors: [Actor]
  var tenancy: [UInt32: Tenancy]
  var tenants: [String]
  /// The settings that make up each tenant's context, with their values.
  var contexts: [[String: String]]
  var tenantSetting: String

  /// What was found for each of `targets`.
  ///
  /// - Throws: `PostgresError` when the connection is lost.
  func run(
    _ targets: [Relation], synthesizer: inout RowSynthesizer, on connection: any Connection
  ) throws -> [UInt32: Found] {
    let policies = catalog.policiesByRelation
    var found: [UInt32: Found] = [:]
    let parents = parents(of: targets)
    let bound = actors.filter { !$0.role.isSuperuser && !$0.role.bypassesRowSecurity }
    for role in bound {
      for tenant in tenants.indices {
        try searchRows(
          targets + parents, as: role, tenant: tenant, policies, synthesizer: &synthesizer,
          on: connection,
          into: &found)
      }
    }
    addDependents(of: targets, synthesizer: synthesizer, into: &found)
    for parent in parents { found[parent.oid] = nil }
    let backdoors = Backdoors(
      catalog: catalog, tenants: tenants, contexts: contexts, tenantSetting: tenantSetting)
    for (relation, settings) in try backdoors.find(in: targets, on: connection) {
      found[relation, default: Found()].settings = settings
    }
    try searchKeys(targets, synthesizer: &synthesizer, on: connection, into: &found)
    let unowned = UnownedRows(catalog: catalog, tenancy: tenancy, actors: bound)
    for (relation, row) in try unowned.make(targets, synthesizer: &synthesizer, on: connection) {
      found[relation, default: Found()].unowned = row
    }
    for relation in targets where relation.hasTriggers {
      for (target, twin) in twins(in: relation, synthesizer: synthesizer) {
        found[relation.oid, default: Found()].placed[target, default: []].append(Opened(row: twin))
        if let sibling = sharingKey(twin, in: relation, target, synthesizer) {
          found[relation.oid, default: Found()].placed[target, default: []].append(
            Opened(row: sibling))
        }
      }
    }
    for role in bound {
      for tenant in tenants.indices.map(Optional.some) + [nil] {
        try searchClaims(
          targets, as: role, tenant: tenant, policies, synthesizer: &synthesizer, on: connection,
          into: &found)
      }
    }
    return try withoutImpossibleClaims(found, synthesizer: &synthesizer, on: connection)
  }

  /// Looks for rows of the other tenant for which what `role` is let through by is true.
  private func searchRows(
    _ targets: [Relation], as role: Actor, tenant: Int, _ policies: [UInt32: [PolicyDefinition]],
    synthesizer: inout RowSynthesizer, on connection: any Connection,
    into found: inout [UInt32: Found]
  ) throws {
    let target = (tenant + 1) % tenants.count
    var wishes: [(isInsert: Bool, wish: RowSynthesizer.Wish)] = []
    for relation in targets where relation.hasRowSecurity {
      for (isInsert, condition) in conditions(policies[relation.oid] ?? [], relation, role) {
        let wish = RowSynthesizer.Wish(
          relation: relation.oid, owner: .tenant(target), condition: condition,
          context: tenants[tenant])
        wishes.append((isInsert, wish))
      }
    }
    let rows = try ask(wishes.map(\.wish), as: role, tenant: tenant, &synthesizer, connection)
    for ((isInsert, wish), outcome) in zip(wishes, rows) {
      found[wish.relation, default: Found()].branches.append(
        (branch(wish, isInsert, role), obstacle(outcome)))
      let row = try? outcome.get()
      guard let row else { continue }
      let places = found[wish.relation, default: Found()]
      let known = (isInsert ? places.inserted[target] : places.placed[target]) ?? []
      // Another role may have found the same.
      guard !known.contains(where: { $0.row.values == row.values }) else { continue }
      if isInsert {
        found[wish.relation, default: Found()].inserted[target, default: []].append(
          Opened(row: row))
      } else {
        found[wish.relation, default: Found()].placed[target, default: []].append(
          Opened(row: row))
      }
    }
  }

  private func branch(
    _ wish: RowSynthesizer.Wish, _ isInsert: Bool, _ role: Actor
  ) -> String {
    let table = catalog.relations[wish.relation]?.displayName ?? "?"
    let condition = wish.condition.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return "\(table), \(isInsert ? "new" : "existing") rows, \(role.role.name): \(condition)"
  }

  /// That no row was found is an answer.
  private func obstacle(_ outcome: Result<SyntheticRow, Obstacle>) -> String? {
    if case .failure(let obstacle) = outcome, obstacle.isError { return obstacle.reason }
    return nil
  }

  /// Asks as the role and in the tenant's context, so that subqueries see what the role would see.
  private func ask(
    _ wishes: [RowSynthesizer.Wish], as role: Actor, tenant: Int?,
    _ synthesizer: inout RowSynthesizer, _ connection: any Connection
  ) throws -> [Result<SyntheticRow, Obstacle>] {
    let context = self.context(of: tenant, as: role.role.name)
    return try synthesizer.outcomes(for: wishes, after: [context], on: connection)
  }

  /// Sets all settings of the contexts, empty where the tenant has none, and takes the role on.
  private func context(of tenant: Int?, as role: String) -> PipelineStatement {
    let names = contexts.reduce(into: Set([tenantSetting])) { $0.formUnion($1.keys) }.sorted()
    let calls = names.indices.map { "set_config($\($0 * 2 + 2), $\($0 * 2 + 3), true)" }
    return PipelineStatement(
      "SELECT \(calls.joined(separator: ", ")), set_config('role', $1, true)",
      [.text(role)]
        + names.flatMap { name -> [Parameter] in
          [.text(name), .text(tenant.flatMap { contexts[$0][name] } ?? "")]
        })
  }

  /// For each tenant a row that is like the other one's first row in all but its keys.
  ///
  /// A trigger that looks for rows by a natural value, such as an e-mail address, finds both.
  private func twins(
    in relation: Relation, synthesizer: RowSynthesizer
  ) -> [(target: Int, row: SyntheticRow)] {
    let column: String
    switch tenancy[relation.oid] {
    case .column(let name): column = name
    default: return []
    }
    let constraints = catalog.constraints(of: relation.oid)
    var kept = Set(constraints.filter { $0.kind == .foreignKey }.flatMap(\.columns))
    for key in constraints where [.primaryKey, .unique, .exclusion].contains(key.kind) {
      // A key with the tenant in it may be the same in two tenants, but for the primary key it need
      // not be.
      if key.kind == .primaryKey || !key.columns.contains(column) { kept.formUnion(key.columns) }
    }
    kept.insert(column)
    return tenants.indices.compactMap { target in
      let other = (target + 1) % tenants.count
      guard var twin = synthesizer.rows(of: relation.oid, owner: .tenant(target)).last,
        let model = synthesizer.rows(of: relation.oid, owner: .tenant(other)).first,
        let fresh = synthesizer.rows(of: relation.oid, owner: .tenant(target)).first
      else { return nil }
      for (name, value) in model.values where !kept.contains(name) { twin.values[name] = value }
      // Its own identity, neither the first row's nor the spare one's, which a probe will insert.
      let ids = constraints.filter { $0.kind == .primaryKey }.flatMap(\.columns)
        .filter { $0 != column && fresh.values[$0] != nil }
      twin.renew(Set(ids), of: relation, salt: 7 + target)
      return (target, twin)
    }
  }

  /// The twin once more, with what the other tenant's row has in the primary key beside the tenant:
  /// a trigger that looks for rows by such a number or code finds both.
  private func sharingKey(
    _ twin: SyntheticRow, in relation: Relation, _ target: Int, _ synthesizer: RowSynthesizer
  ) -> SyntheticRow? {
    let constraints = catalog.constraints(of: relation.oid)
    let references = Set(constraints.filter { $0.kind == .foreignKey }.flatMap(\.columns))
    guard case .column(let column) = tenancy[relation.oid],
      let key = constraints.first(where: { $0.kind == .primaryKey }), key.columns.contains(column),
      let model = synthesizer.rows(
        of: relation.oid, owner: .tenant((target + 1) % tenants.count)
      ).first
    else { return nil }
    let shared = key.columns.filter { $0 != column }
    guard !shared.isEmpty, references.isDisjoint(with: shared) else { return nil }
    var sibling = twin
    for name in shared { sibling.values[name] = model.values[name] }
    return sibling
  }

  /// Looks for tenant ids that the policies let `actor` write though they are not its own.
  private func searchClaims(
    _ targets: [Relation], as role: Actor, tenant actor: Int?,
    _ policies: [UInt32: [PolicyDefinition]], synthesizer: inout RowSynthesizer,
    on connection: any Connection, into found: inout [UInt32: Found]
  ) throws {
    var wishes: [(column: String, wish: RowSynthesizer.Wish)] = []
    for relation in targets where relation.hasRowSecurity {
      // Where any tenant's rows pass, an id that resembles another says nothing more.
      let own = found[relation.oid]?.inserted.values.joined().filter(\.prerequisites.isEmpty) ?? []
      guard own.isEmpty,
        case .column(let name) = tenancy[relation.oid], let column = relation.column(name)
      else { continue }
      for (isInsert, condition) in conditions(policies[relation.oid] ?? [], relation, role)
      where isInsert {
        let ids = claims(condition, of: relation, column: column, by: actor)
        // Without an id only a row of nobody is left, where the column allows one.
        if ids.isEmpty, column.isNotNull { continue }
        let differs = try actor.map { try " AND \(difference(column, from: tenants[$0]))" } ?? ""
        let wish = RowSynthesizer.Wish(
          relation: relation.oid, owner: .tenant(actor ?? 0),
          condition: "(\(condition))" + differs,
          choices: [name: ids])
        wishes.append((name, wish))
      }
    }
    let rows = try ask(wishes.map(\.wish), as: role, tenant: actor, &synthesizer, connection)
    for ((column, wish), row) in zip(wishes, rows) {
      guard let row = try? row.get() else { continue }
      found[wish.relation, default: Found()].claims.append(
        Claim(actor: actor, tenant: row.values[column] ?? nil, row: row))
    }
  }

  /// The ids worth a try: constants of the policy, and for a tenant what resembles its own.
  private func claims(
    _ condition: String, of relation: Relation, column: Column, by actor: Int?
  ) -> [String] {
    let trees = ExpressionExpander(catalog: catalog).trees(of: condition, on: relation)
    let constants = HintCollector.constants(anywhereIn: trees).filter {
      !$0.isEmpty && $0 != tenantSetting && !tenants.contains($0)
    }
    return constants.filter { LookAlikes.mayBe($0, of: column.type) }
      + (actor.map { LookAlikes.of(tenants[$0], type: column.type) } ?? [])
  }

  /// True of a row whose tenant is not `tenant`, as the column's own type compares.
  private func difference(_ column: Column, from tenant: String) throws(SyntaxError) -> String {
    let name = try SQLIdentifier.quoted(column.name)
    return
      "\(name) IS DISTINCT FROM CAST(\(try SQLLiteral.quoted(tenant)) AS \(column.type.baseSQL))"
  }

  /// The different expressions that decide what the role reaches, and whether each is about new
  /// rows.
  private func conditions(
    _ policies: [PolicyDefinition], _ relation: Relation, _ actor: Actor
  ) -> [(isInsert: Bool, condition: String)] {
    let privileges = actor.privileges(on: relation.oid)
    let commands = [
      ("SELECT", !privileges.select.isEmpty), ("INSERT", !privileges.insert.isEmpty),
      ("UPDATE", !privileges.update.isEmpty), ("DELETE", privileges.delete),
    ]
    var result: [(isInsert: Bool, condition: String)] = []
    for (command, isGranted) in commands where isGranted {
      let own = policies.filter { $0.applies(to: command) && $0.binds(actor.role) }
      let isInsert = command == "INSERT"
      func expression(_ policy: PolicyDefinition) -> String? {
        isInsert ? policy.check ?? policy.using : policy.using
      }
      let restrictions = own.filter { !$0.isPermissive }.compactMap(expression)
      // One for each permissive policy, so that each way in is tried by itself.
      for policy in own where policy.isPermissive {
        guard let way = expression(policy), way != "true" else { continue }
        let condition = ([way] + restrictions).map { "(\($0))" }.joined(separator: " AND ")
        let isKnown = result.contains { $0.isInsert == isInsert && $0.condition == condition }
        if !isKnown { result.append((isInsert, condition)) }
      }
    }
    return result
  }
}
