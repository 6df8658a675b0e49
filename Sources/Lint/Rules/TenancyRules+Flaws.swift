extension TenancyRules {
  static func flaws(in change: SchemaChange, _ scene: LintScene) -> [LintFlaw] {
    switch change {
    case .createTable(let table): return flaws(in: table, scene)
    case .alter(let table, let action): return flaws(in: action, of: table, scene)
    case .createIndex(let index): return flaws(in: index, scene)
    case .createView(let new): return flaws(in: new, scene)
    case .routine(let routine): return flaws(in: routine, scene)
    case .grantToPublic(let kind, let objects, let privileges):
      return flaws(inGrantOf: privileges, on: objects, kind)
    case .createPolicy(let new): return flaws(in: new, scene)
    case .dropPolicy(let name, let table): return unqualified(name, table)
    case .role(let name, let attributes):
      let words = attributes.map { $0.uppercased() }.joined(separator: " and ")
      return [
        LintFlaw(
          role, name, "the role \(name) gets \(words)",
          remedy: "leave it out, or make such a role by hand, once, where it is needed")
      ]
    default: return []
    }
  }

  private static func flaws(in table: NewTable, _ scene: LintScene) -> [LintFlaw] {
    let tenant = scene.options.tenantColumn
    guard !table.isTemporary, !scene.options.exemptTables.contains(table.name.key) else {
      return []
    }
    var flaws: [LintFlaw] = []
    if let column = table.columns.first(where: { $0.name == tenant }), !column.isNotNull {
      flaws.append(nullable(table.name, column, scene))
    }
    guard !table.constraints.isEmpty else { return flaws }
    // The constraints are judged against the table as it will be.
    let after = scene.after(
      .createTable(table),
      knowing: [table.name] + table.models + table.constraints.compactMap(\.target))
    for constraint in table.constraints {
      flaws += self.flaws(in: constraint, of: table.name, after)
    }
    return flaws
  }

  private static func nullable(
    _ table: QualifiedName, _ column: NewColumn, _ scene: LintScene
  ) -> LintFlaw {
    LintFlaw(
      nullableTenant, "\(table).\(column.name)", "\(table).\(column.name) may be NULL",
      remedy: "make it NOT NULL", offset: column.offset)
  }

  private static func flaws(
    in action: TableAction, of table: QualifiedName, _ scene: LintScene
  ) -> [LintFlaw] {
    switch action {
    case .rowSecurity(let state) where state == .disable || state == .noForce:
      let whom = state == .disable ? "every role with the privilege" : "its owner"
      return [
        LintFlaw(
          disabled, table.description, "\(whom) sees the rows of all tenants in \(table)",
          remedy: "leave row-level security on, or allow it with the reason")
      ]
    case .addColumn(let column, _):
      guard !column.constraints.isEmpty else { return [] }
      let after = scene.after(
        .alter(table, action), knowing: [table] + column.constraints.compactMap(\.target))
      // That a new tenant column may be NULL is no flaw: a table with rows has to be filled first.
      return column.constraints.flatMap { flaws(in: $0, of: table, after) }
    case .dropNotNull(let name) where name == scene.options.tenantColumn:
      return [
        LintFlaw(
          nullableTenant, "\(table).\(name)", "\(table).\(name) may be NULL from now on",
          remedy: "keep it NOT NULL")
      ]
    case .addConstraint(let constraint): return flaws(in: constraint, of: table, scene)
    case .setOptions(let options):
      guard let old = scene.model.views[table.key], let value = options["security_invoker"],
        !SchemaChangeReader.isOn(value), scene.readsTenants(old)
      else { return [] }
      return [ownersView(table)]
    default: return []
    }
  }

  private static func flaws(
    in constraint: NewConstraint, of table: QualifiedName, _ scene: LintScene
  ) -> [LintFlaw] {
    let tenant = scene.options.tenantColumn
    guard scene.isTenantTable(table), !constraint.columns.contains(tenant) else { return [] }
    let object = constraint.name.map { "\(table).\($0)" } ?? table.description
    switch constraint.kind {
    case .foreignKey:
      guard let target = constraint.target, scene.isTenantTable(target) else { return [] }
      let columns = constraint.columns.asIdentifiers
      return [
        LintFlaw(
          foreignKey, object, "a row of \(table) may refer to another tenant's row of \(target)",
          remedy: "FOREIGN KEY (\(tenant.asIdentifier), \(columns)) REFERENCES \(target.sql) "
            + "(\(tenant.asIdentifier), …)",
          offset: constraint.offset)
      ]
    case .unique, .primaryKey:
      guard constraint.index == nil, !constraint.columns.isEmpty,
        !isSurrogate(constraint.columns, of: table, scene)
      else { return [] }
      return [
        LintFlaw(
          unique, object,
          "(\(constraint.columns.asIdentifiers)) must differ between tenants "
            + "too, so an error tells what another one has",
          remedy: "begin the key with \(tenant)", offset: constraint.offset)
      ]
    default: return []
    }
  }

  /// True when one of the columns holds ids that nobody chooses.
  private static func isSurrogate(
    _ columns: [String], of table: QualifiedName, _ scene: LintScene
  ) -> Bool {
    columns.contains { name in
      guard let column = scene.model.tables[table.key]?.columns[name] else { return true }
      return column.isCounter || column.type?.isSurrogate == true
    }
  }

  private static func flaws(in new: NewIndex, _ scene: LintScene) -> [LintFlaw] {
    let tenant = scene.options.tenantColumn
    guard scene.isTenantTable(new.table), new.method == "btree" else { return [] }
    let object = new.name ?? new.table.description
    if new.isUnique {
      let columns = new.columns.compactMap { $0 }
      guard !columns.contains(tenant),
        !isSurrogate(columns, of: new.table, scene) || columns.isEmpty
      else { return [] }
      return [
        LintFlaw(
          unique, object,
          "values must differ between tenants too, so an error tells what another "
            + "one has",
          remedy: "begin the index with \(tenant)")
      ]
    }
    let keys =
      scene.model.tables[new.table.key]?.constraints.filter { $0.kind == .foreignKey } ?? []
    // What PostgreSQL looks up on a DELETE of the referenced row has no condition on the tenant.
    let servesKey = keys.contains { key in
      !key.columns.isEmpty
        && Set(key.columns) == Set(new.columns.prefix(key.columns.count).compactMap { $0 })
    }
    guard !servesKey, new.columns.first != .some(.some(tenant)) else { return [] }
    return [
      LintFlaw(
        index, object, "queries under the policy read the entries of all tenants",
        remedy: "begin the index with \(tenant)")
    ]
  }

  private static func flaws(in new: NewView, _ scene: LintScene) -> [LintFlaw] {
    guard scene.readsTenants(new), !scene.options.exemptTables.contains(new.name.key) else {
      return []
    }
    if new.isMaterialized {
      return [
        LintFlaw(
          snapshot, new.name.description,
          "\(new.name) holds the rows of all tenants without a policy",
          remedy: "use a view with security_invoker, or keep the application's roles from it and "
            + "allow it with the reason")
      ]
    }
    return new.isInvoker ? [] : [ownersView(new.name)]
  }

  private static func ownersView(_ name: QualifiedName) -> LintFlaw {
    LintFlaw(
      view, name.description, "\(name) reads tenants' tables with its owner's rights",
      remedy: "WITH (security_invoker = true)")
  }

  private static func flaws(in routine: NewRoutine, _ scene: LintScene) -> [LintFlaw] {
    guard routine.isSecurityDefiner, !routine.setsSearchPath else { return [] }
    // ALTER FUNCTION … SECURITY DEFINER keeps what CREATE FUNCTION has set.
    if !routine.isNew, scene.model.routines[routine.name.key]?.setsSearchPath == true { return [] }
    return [
      LintFlaw(
        definer, routine.name.description,
        "\(routine.name) runs as its owner with the caller's search_path",
        remedy: "SET search_path = pg_catalog, pg_temp, and schemas before all names")
    ]
  }

  private static func flaws(
    inGrantOf privileges: [String], on objects: [String], _ kind: String
  ) -> [LintFlaw] {
    // To call a function and to see a schema is what PUBLIC may by default, or harmless by itself.
    let harmless = ["execute", "usage", "connect"]
    let granted = privileges.isEmpty ? ["ALL"] : privileges.filter { !harmless.contains($0) }
    guard !granted.isEmpty, kind != "OBJECT_LANGUAGE", kind != "OBJECT_TYPE" else { return [] }
    let what = granted.map { $0.uppercased() }.joined(separator: ", ")
    let object = objects.joined(separator: ", ")
    return [
      LintFlaw(
        publicGrant, object, "every role gets \(what) on \(object)",
        remedy: "name the roles that need it")
    ]
  }

  private static func flaws(in new: NewPolicy, _ scene: LintScene) -> [LintFlaw] {
    var flaws = unqualified(new.name, new.table)
    let concerns =
      new.roles.isEmpty || scene.options.roles.isEmpty
      || !scene.options.roles.isDisjoint(with: new.roles)
    if new.admitsAll, new.isPermissive, concerns, scene.isTenantTable(new.table) {
      flaws.append(
        LintFlaw(
          openPolicy, new.table.description,
          "the policy \(new.name) admits the rows of every tenant",
          remedy: "compare \(scene.options.tenantColumn) with the context"))
    }
    return flaws
  }

  private static func unqualified(_ policy: String, _ table: QualifiedName) -> [LintFlaw] {
    guard table.schema == nil else { return [] }
    return [
      LintFlaw(
        unqualifiedPolicy, table.description,
        "which \(table) the policy \(policy) belongs to depends on the search_path",
        remedy: "write the table's schema before it", offset: table.offset)
    ]
  }
}
