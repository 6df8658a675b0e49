package import Postgres
internal import SQLSyntax
internal import Tenants

/// Writes a manifest from a database, so that what its policies do now stays as it is.
package struct ManifestDrafter {
  /// What is known besides the database.
  package struct Options: Sendable {
    /// What holds where nothing else is known.
    package var defaults: ManifestDefaults
    /// The schemas, of which the first needs no name; nil takes those that have something to do with
    /// tenants.
    package var schemas: [String]?
    /// True when the tenant's column or setting were said, so that policies need not tell them.
    package var isTenantGiven = false
    /// True for the conventions of Payload CMS; nil to find out.
    package var payload: Bool?
    /// Payload's table of tenants.
    package var tenantsTable = "tenants"

    /// The manifest there is already; what it says holds.
    package var existing: PolicyManifest?

    /// Options with usual schemas.
    package init(defaults: ManifestDefaults) { self.defaults = defaults }
  }

  let options: Options
  let actual: ActualState
  let manifest: PolicyManifest

  /// A draft from the database behind `connection`.
  ///
  /// - Throws: `PolicyError`, `PostgresError`.
  package static func draft(
    _ options: Options, on connection: any Connection
  ) throws -> ManifestDraft {
    let catalog = try CatalogReader.read(from: connection)
    var manifest = PolicyManifest(
      path: "the database",
      tenant: .init(
        setting: options.defaults.tenantSetting, column: options.defaults.tenantColumn,
        type: options.defaults.tenantType))
    if !options.isTenantGiven, let guess = ContextGuess(catalog: catalog).tenant {
      manifest.tenant.setting = guess.setting
      manifest.tenant.claim = guess.claim
      if guess.column != "id" { manifest.tenant.column = guess.column }
    }
    manifest.schemas = options.schemas ?? Self.schemas(of: catalog, manifest.tenant.column)
    if let existing = options.existing {
      manifest.schemas = existing.schemas
      manifest.tenant = existing.tenant
      manifest.roles = existing.roles
    } else {
      manifest.roles = try RoleGuess(
        catalog: catalog, schemas: manifest.schemas, given: options.defaults.roles
      ).roles(on: connection)
    }
    guard !manifest.roles.bound.isEmpty else {
      throw PolicyError(
        .unresolved, "which roles the application works as cannot be told",
        remedy: "Name them with --role, or as tenancy.roles in dbtool.yaml.")
    }
    let actual = try ActualState.read(for: manifest, on: connection)
    return try ManifestDrafter(options: options, actual: actual, manifest: manifest)
      .draft(on: connection)
  }

  /// The schemas whose tables have the tenant column or policies, `public` first.
  private static func schemas(of catalog: Catalog, _ tenantColumn: String) -> [String] {
    let tables = catalog.sortedRelations.filter { relation in
      [.table, .partitioned].contains(relation.kind)
        && (relation.column(tenantColumn) != nil
          || catalog.policiesByRelation[relation.oid]?.isEmpty == false)
    }
    let names = Set(tables.map(\.schema))
    let sorted =
      (names.contains("public") ? ["public"] : []) + names.subtracting(["public"]).sorted()
    return sorted.isEmpty ? ["public"] : sorted
  }

  private func draft(on connection: any Connection) throws -> ManifestDraft {
    let tables = try TableResolver.resolve(manifest, catalog: actual.catalog)
    var draft = ManifestDraft(
      origin: "written from the database by dbtool policies init", tenant: manifest.tenant,
      roles: manifest.roles, schemas: manifest.schemas, entries: [], notes: [], impliedCount: 0)
    draft.tables = Set(tables.map { name($0.relation) })
    draft.open = try openTables(among: draft.tables)
    let isPayload =
      options.payload ?? PayloadDrafter.isPayload(actual.catalog, schemas: manifest.schemas)
    if isPayload { return payload(draft, tables) }
    var rules: [TableRule] = []
    for table in tables {
      if case .partition = table.isolation { continue }
      var rule = self.rule(table, tables) ?? TableRule(name(table.relation))
      rule.access = access(table.relation, rule, table.isolation)
      (rule.insertColumns, rule.updateColumns) = columns(table.relation)
      rules.append(rule)
    }
    var trial = manifest
    trial.rules = rules
    let desired = Dictionary(
      uniqueKeysWithValues: try PolicyGenerator.desired(by: trial, catalog: actual.catalog).tables
        .map { ($0.relation.oid, $0.policies) })
    let reader = ConditionReader(
      catalog: actual.catalog,
      normalForms: try NormalForms.read(
        expressions(of: desired), catalog: actual.catalog, on: connection))
    let byName = Dictionary(uniqueKeysWithValues: tables.map { (name($0.relation), $0) })
    for rule in rules {
      guard let table = byName[rule.pattern] else { continue }
      let (kept, note) = keep(
        table, rule, generated: desired[table.relation.oid] ?? [], reader)
      if let note { draft.notes.append("\(rule.pattern): \(note)") }
      if let entry = EntryWriter(rule: kept).entry() {
        draft.entries.append(entry)
      } else {
        draft.impliedCount += 1
      }
    }
    return draft
  }

  /// What would be made for tables that have policies already.
  private func expressions(
    of desired: [UInt32: [PolicyDefinition]]
  ) -> Set<NormalForms.Expression> {
    var expressions: Set<NormalForms.Expression> = []
    for (relation, policies) in desired
    where actual.catalog.policiesByRelation[relation]?.isEmpty == false {
      for sql in policies.flatMap({ [$0.using, $0.check] }).compactMap({ $0 }) {
        expressions.insert(.init(relation: relation, sql: sql))
      }
    }
    return expressions
  }

  /// Tables that the manifest there is leaves open; nil without one.
  private func openTables(among names: Set<String>) throws(PolicyError) -> Set<String>? {
    guard var existing = options.existing else { return nil }
    existing.rules = existing.rules.filter {
      !$0.isName || names.contains(existing.shortName($0.pattern))
    }
    var open: Set<String> = []
    for table in try TableResolver.resolve(existing, catalog: actual.catalog) {
      let hasLine = existing.rules.contains {
        existing.shortName($0.pattern) == name(table.relation)
      }
      if case .undecided = table.isolation, !hasLine { open.insert(name(table.relation)) }
    }
    return open
  }

  /// The draft for Payload CMS, in which every table has a line.
  private func payload(_ draft: ManifestDraft, _ tables: [TableResolver.Table]) -> ManifestDraft {
    var draft = draft
    draft.isPayload = true
    draft.origin = "Payload CMS, every table with its class, by dbtool policies init --from payload"
    let drafter = PayloadDrafter(
      catalog: actual.catalog, manifest: manifest, tenantsTable: options.tenantsTable)
    for classified in drafter.classify(tables.map(\.relation)) {
      draft.entries.append(classified.entry)
      draft.notes += classified.notes
    }
    return draft
  }

  /// The name that the manifest uses for a table.
  func name(_ relation: Relation) -> String {
    relation.schema == manifest.schemas.first ? relation.name : relation.displayName
  }

  // MARK: - How rows belong to tenants

  /// What has to be said of a table about which columns and keys say too little.
  private func rule(
    _ table: TableResolver.Table, _ tables: [TableResolver.Table]
  ) -> TableRule? {
    let relation = table.relation
    let name = name(relation)
    guard case .undecided(let question) = table.isolation else { return nil }
    if let tool = ToolLedgers.tool(of: relation) {
      return TableRule(name, .exempt(reason: "where \(tool) keeps account of itself"))
    }
    let policies = actual.catalog.policiesByRelation[relation.oid] ?? []
    if let members = membership(relation, policies, tables) {
      return TableRule(name, .membership(members))
    }
    let isOpen = policies.contains {
      $0.isPermissive && $0.applies(to: "SELECT") && $0.using == "true"
        && ($0.roles.isEmpty || !Set($0.roles).isDisjoint(with: manifest.roles.bound))
    }
    if relation.hasRowSecurity, isOpen {
      return TableRule(name, .global)
    }
    if relation.hasRowSecurity, !policies.isEmpty {
      return TableRule(name, .raw(reason: "its policies are its own"))
    }
    return TableRule(name, .undecided(reason: question))
  }

  /// The table whose rows make those of `relation` visible, by what its policies ask.
  private func membership(
    _ relation: Relation, _ policies: [PolicyDefinition], _ tables: [TableResolver.Table]
  ) -> String? {
    let reader = ConditionReader(catalog: actual.catalog)
    for policy in policies where policy.isPermissive && policy.applies(to: "SELECT") {
      guard let using = policy.using,
        case .exists(let subquery, true) = reader.condition(using, of: relation),
        subquery.relations.count == 1, let oid = subquery.relations.first,
        let members = tables.first(where: { $0.relation.oid == UInt32(oid) }),
        members.isolation.isOwned
      else { continue }
      let keys = actual.catalog.constraints(of: members.relation.oid).filter {
        $0.kind == .foreignKey && $0.referencedRelation == relation.oid
      }
      if keys.count == 1 { return name(members.relation) }
    }
    return nil
  }

  // MARK: - What the application may do

  /// True when the application's roles are granted anything at all.
  private var hasGrants: Bool {
    actual.grants.values.contains { $0.contains { manifest.roles.application.contains($0.role) } }
  }

  private func grants(_ relation: Relation) -> [TableGrants.Grant] {
    (actual.grants[relation.oid] ?? []).filter { manifest.roles.application.contains($0.role) }
  }

  private func access(
    _ relation: Relation, _ rule: TableRule, _ isolation: TableIsolation
  ) -> Set<TableRule.Command>? {
    // An owner may do everything, whatever is granted; and where nothing is granted yet, the usual
    // will be.
    guard !manifest.roles.application.contains(relation.owner), hasGrants else { return nil }
    let words = Set(grants(relation).map { $0.privilege.lowercased() })
    let access = Set(words.compactMap { TableRule.Command(rawValue: $0) })
    let usual =
      rule.isolation.map(TableIsolation.usualAccess) ?? isolation.usualAccess
    return access == usual ? nil : access
  }

  private func columns(_ relation: Relation) -> (insert: [String], update: [String]) {
    let grants = grants(relation)
    func columns(_ privilege: String) -> [String] {
      let these = grants.filter { $0.privilege == privilege }
      guard !these.contains(where: { $0.column == nil }) else { return [] }
      let names = Set(these.compactMap(\.column))
      return relation.columns.map(\.name).filter { names.contains($0) }
    }
    return (columns("INSERT"), columns("UPDATE"))
  }

  // MARK: - Policies that say more

  /// The rule with what has to be written out, so that nothing more gets through than now.
  private func keep(
    _ table: TableResolver.Table, _ rule: TableRule, generated: [PolicyDefinition],
    _ reader: ConditionReader
  ) -> (TableRule, String?) {
    let relation = table.relation
    let existing = actual.catalog.policiesByRelation[relation.oid] ?? []
    switch rule.isolation {
    case .exempt, .undecided: return (Self.withoutAccess(rule), nil)
    case .raw:
      var raw = rule
      raw.policies = existing.map { Self.raw($0) }
      return (raw, nil)
    default: break
    }
    guard relation.hasRowSecurity, !existing.isEmpty else { return (rule, nil) }
    let others = existing.filter { policy in
      !policy.roles.isEmpty && Set(policy.roles).isDisjoint(with: manifest.roles.all)
    }
    let effect = TableEffect(reader: reader, roles: actual.roles, relation: relation)
    let before = TableEffect.State(
      isOn: true, isForced: relation.forcesRowSecurity, policies: existing)
    func isFine(_ policies: [PolicyDefinition]) -> Bool {
      effect.effect(
        before: before, after: .init(isOn: true, isForced: true, policies: policies)
      ).isNeverLooser
    }
    var kept = rule
    kept.policies = others.map { Self.raw($0) }
    if isFine(generated + others) { return (kept, nil) }
    // Restrictive policies say more by themselves.
    let restrictive = existing.filter { policy in
      !policy.isPermissive && !others.contains(policy)
    }
    if !restrictive.isEmpty, isFine(generated + others + restrictive) {
      kept.policies += restrictive.map { Self.raw($0) }
      return (kept, nil)
    }
    // What is usual for the table's place is not for a raw one.
    kept.access =
      rule.access ?? rule.isolation.map(TableIsolation.usualAccess) ?? table.isolation.usualAccess
    kept.isolation = .raw(reason: "its policies say more than their table's place does")
    kept.policies = existing.map { Self.raw($0) }
    return (kept, "its policies are kept as they are written")
  }

  private static func withoutAccess(_ rule: TableRule) -> TableRule {
    var rule = rule
    rule.access = nil
    rule.insertColumns = []
    rule.updateColumns = []
    return rule
  }

  private static func raw(_ policy: PolicyDefinition) -> RawPolicy {
    var raw = RawPolicy(name: policy.name)
    raw.command = policy.command
    raw.isPermissive = policy.isPermissive
    raw.roles = policy.roles.isEmpty ? ["public"] : policy.roles.sorted()
    raw.using = policy.using
    raw.check = policy.check
    return raw
  }
}
