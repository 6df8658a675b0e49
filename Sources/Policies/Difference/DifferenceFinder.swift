internal import Postgres
internal import SQLSyntax

/// Holds the desired state against the actual one.
struct DifferenceFinder {
  let manifest: PolicyManifest
  let actual: ActualState
  /// Policies that SQL files make, as `schema.table.policy`: they stay where they are.
  let fromFiles: Set<String>
  private let reader: ConditionReader

  /// The expressions that were found to look different.
  private let doubts: Doubts

  private final class Doubts {
    var expressions: Set<NormalForms.Expression> = []
  }

  init(manifest: PolicyManifest, actual: ActualState, fromFiles: Set<String>) {
    self.manifest = manifest
    self.actual = actual
    self.fromFiles = fromFiles
    reader = ConditionReader(catalog: actual.catalog)
    doubts = Doubts()
  }

  /// The same with what the server made of expressions.
  init(_ other: DifferenceFinder, _ normalForms: NormalForms) {
    manifest = other.manifest
    actual = other.actual
    fromFiles = other.fromFiles
    reader = other.reader.with(normalForms)
    doubts = Doubts()
  }

  /// The expressions of the policies that looked different from those there are, after
  /// `difference()`.
  var doubtfulExpressions: Set<NormalForms.Expression> { doubts.expressions }

  /// What has to change.
  ///
  /// - Throws: `PolicyError` when the manifest and the database do not fit together.
  func difference() throws(PolicyError) -> PolicyDifference {
    let missing = actual.missingRoles(of: manifest)
    guard missing.isEmpty else {
      let example = (try? SQLIdentifier.readable(missing[0])) ?? "…"
      throw PolicyError(
        .unresolved,
        "there is no role \(missing.joined(separator: ", ")), which the manifest names",
        file: manifest.path,
        remedy: "Create it in a migration, for example: CREATE ROLE \(example) NOLOGIN;")
    }
    let desired = try PolicyGenerator.desired(by: manifest, catalog: actual.catalog)
    guard !desired.tables.isEmpty else {
      throw PolicyError(
        .unresolved, "there is no table in \(manifest.schemas.joined(separator: ", "))",
        file: manifest.path,
        remedy:
          "Name the schemas with the tables, schemas: [app], or make them first: dbtool migrate up."
      )
    }
    var difference = PolicyDifference()
    difference.undecided = desired.undecided.map {
      .init(table: $0.relation.displayName, question: $0.question)
    }
    difference.toleratesUndecided = !manifest.isStrict
    do throws(SyntaxError) {
      let schemas = try self.schemas()
      difference.objects += schemas
      for table in desired.tables where table.isGoverned {
        difference.governedCount += 1
        if let change = try change(of: table) { difference.objects.append(change) }
        difference.missingIndexes += try missingIndexes(table)
      }
      difference.objects += try views()
      difference.objects += try functions()
    } catch {
      throw PolicyError(.unresolved, error.message, file: manifest.path)
    }
    return difference
  }

  // MARK: - Tables

  private func change(of table: DesiredState.Table) throws(SyntaxError) -> ObjectChange? {
    let relation = table.relation
    let matcher = try PolicyMatcher(table, self)
    // Where there is no policy yet, nothing has to be told apart.
    if !matcher.changes.isEmpty, !matcher.before.isEmpty || table.hasWrittenPolicies {
      for policy in table.policies {
        for sql in [policy.using, policy.check].compactMap({ $0 }) {
          doubts.expressions.insert(.init(relation: relation.oid, sql: sql))
        }
      }
    }
    var changes: [PolicyChange] = []
    let name = try PolicyText.table(relation)
    if !relation.hasRowSecurity {
      changes.append(
        .init(
          kind: .enable, subject: "row security", before: "off", after: "on",
          statements: ["ALTER TABLE \(name) ENABLE ROW LEVEL SECURITY"]))
    }
    if !relation.forcesRowSecurity {
      changes.append(
        .init(
          kind: .force, subject: "row security", before: "not for the owner", after: "for all",
          statements: ["ALTER TABLE \(name) FORCE ROW LEVEL SECURITY"]))
    }
    changes += matcher.changes
    var effect: (isNeverLooser: Bool, effect: PolicyEffect) = (true, .equal)
    if !changes.isEmpty {
      effect = TableEffect(reader: reader, roles: actual.roles, relation: relation).effect(
        before: .init(
          isOn: relation.hasRowSecurity, isForced: relation.forcesRowSecurity,
          policies: matcher.before),
        after: .init(isOn: true, isForced: true, policies: matcher.after))
    }
    if let grants = table.grants {
      let (privileges, onPrivileges) = try privilegeChanges(grants, relation)
      changes += privileges
      effect = (
        effect.isNeverLooser && onPrivileges != .loosens, effect.effect.and(onPrivileges)
      )
    }
    guard !changes.isEmpty else { return nil }
    return ObjectChange(
      object: relation.displayName, sqlName: name, isRelation: true, changes: changes,
      effect: effect.effect, isNeverLooser: effect.isNeverLooser)
  }

  private func privilegeChanges(
    _ desired: TableGrants, _ relation: Relation
  ) throws(SyntaxError) -> ([PolicyChange], PolicyEffect) {
    let now = actual.grants[relation.oid] ?? []
    let surplus = now.subtracting(desired.grants)
    // A privilege on the whole table includes its columns.
    let missing = desired.grants.subtracting(now)
    var changes: [PolicyChange] = []
    // Taking a privilege on the table takes those on its columns too, which are then given again.
    let wholes = surplus.filter { $0.column == nil }
    let again = desired.grants.filter { grant in
      grant.column != nil && !missing.contains(grant)
        && wholes.contains { $0.role == grant.role && $0.privilege == grant.privilege }
    }
    for (subject, statement) in try PolicyText.privileges(
      Array(surplus), on: relation, isGrant: false)
    {
      changes.append(
        .init(
          kind: .revoke, subject: subject, before: subject, after: nil, statements: [statement]))
    }
    for (subject, statement) in try PolicyText.privileges(
      Array(missing.union(again)), on: relation, isGrant: true)
    {
      changes.append(
        .init(
          kind: .grant, subject: subject, before: nil, after: subject, statements: [statement]))
    }
    let opens = missing.contains { grant in
      !now.contains { $0.role == grant.role && $0.privilege == grant.privilege && $0.column == nil }
    }
    for use in actual.sequences
    where use.table == relation.oid
      && desired.grants.contains(where: { $0.role == use.role && $0.privilege == "INSERT" })
    {
      let sequence = try SQLIdentifier.readable(schema: use.schema, name: use.name)
      let role = try SQLIdentifier.readable(use.role)
      changes.append(
        .init(
          kind: .grant, subject: "USAGE on \(use.name) to \(use.role)", before: nil,
          after: "USAGE on \(use.name)",
          statements: ["GRANT USAGE ON SEQUENCE \(sequence) TO \(role)"]))
    }
    return (changes, opens ? .loosens : surplus.isEmpty ? .equal : .tightens)
  }

  private func missingIndexes(_ table: DesiredState.Table) throws(SyntaxError) -> [String] {
    let present = actual.indexes[table.relation.oid] ?? []
    var statements: [String] = []
    for columns in table.indexes where !table.relation.isPartition {
      guard !present.contains(where: { Array($0.prefix(columns.count)) == columns }) else {
        continue
      }
      var names: [String] = []
      for column in columns { names.append(try SQLIdentifier.readable(column)) }
      statements.append(
        try "CREATE INDEX CONCURRENTLY ON \(PolicyText.table(table.relation)) "
          + "(\(names.joined(separator: ", ")))")
    }
    return statements
  }

  // MARK: - Other objects

  private func schemas() throws(SyntaxError) -> [ObjectChange] {
    guard manifest.managesGrants else { return [] }
    var objects: [ObjectChange] = []
    for (schema, uses) in Dictionary(grouping: actual.withoutSchema, by: \.schema)
      .sorted(by: { $0.key < $1.key })
    {
      let name = try SQLIdentifier.readable(schema)
      let roles = try PolicyText.roles(uses.map(\.role))
      objects.append(
        ObjectChange(
          object: "schema " + schema, sqlName: name, isRelation: false,
          changes: [
            .init(
              kind: .grant, subject: "USAGE to \(roles)", before: nil, after: "USAGE to \(roles)",
              statements: ["GRANT USAGE ON SCHEMA \(name) TO \(roles)"])
          ],
          // It shows no row by itself; what it opens is decided on each table.
          effect: .equal, isNeverLooser: true))
    }
    return objects
  }

  private func isExempt(_ name: String, _ schema: String, in exempt: [String: String]) -> Bool {
    exempt[schema + "." + name] != nil
      || (schema == manifest.schemas.first && exempt[name] != nil)
  }

  private func views() throws(SyntaxError) -> [ObjectChange] {
    // PostgreSQL 15 brought the option (manual, CREATE VIEW).
    guard actual.serverVersion >= 150_000 else { return [] }
    var objects: [ObjectChange] = []
    for view in actual.catalog.sortedRelations
    where view.kind == .view && manifest.schemas.contains(view.schema)
      && actual.readableViews.contains(view.oid) && !view.isOn("security_invoker")
      && !isExempt(view.name, view.schema, in: manifest.exemptViews)
    {
      let name = try PolicyText.table(view)
      objects.append(
        ObjectChange(
          object: view.displayName, sqlName: name, isRelation: false,
          changes: [
            .init(
              kind: .viewOption, subject: "security_invoker", before: "off: reads as \(view.owner)",
              after: "on: reads as whoever asks",
              statements: ["ALTER VIEW \(name) SET (security_invoker = true)"])
          ],
          // Whoever asks sees no more than in the tables themselves.
          effect: .tightens, isNeverLooser: true))
    }
    return objects
  }

  private func functions() throws(SyntaxError) -> [ObjectChange] {
    var objects: [ObjectChange] = []
    for routine in actual.catalog.routines
    where routine.isSecurityDefiner && actual.callable.contains(routine.oid)
      && !routine.settings.contains(where: { $0.hasPrefix("search_path=") })
      && !isExempt(routine.name, routine.schema, in: manifest.exemptFunctions)
    {
      let name = try SQLIdentifier.readable(schema: routine.schema, name: routine.name)
      var schemas = ["pg_catalog"]
      for schema in [routine.schema] + manifest.schemas.filter({ $0 != routine.schema }) {
        schemas.append(try SQLIdentifier.readable(schema))
      }
      let path = (schemas + ["pg_temp"]).joined(separator: ", ")
      let signature = "\(name)(\(routine.argumentTypes.joined(separator: ", ")))"
      objects.append(
        ObjectChange(
          object: routine.displayName, sqlName: signature, isRelation: false,
          changes: [
            .init(
              kind: .searchPath, subject: "search_path", before: "the caller's", after: path,
              statements: ["ALTER \(routine.keyword) \(signature) SET search_path = \(path)"])
          ],
          effect: .tightens, isNeverLooser: true))
    }
    return objects
  }

  // MARK: - Policies

  /// True when two expressions of policies on `relation` are the same but for how they are written.
  func isSame(_ first: String?, _ second: String?, _ relation: Relation) -> Bool {
    guard let first, let second else { return first == nil && second == nil }
    if first == second { return true }
    guard let one = reader.form(first, of: relation), let other = reader.form(second, of: relation)
    else { return false }
    return one == other
  }

  /// True when a policy was made by a SQL file.
  func isFromFile(_ policy: PolicyDefinition, _ relation: Relation) -> Bool {
    fromFiles.contains(relation.displayName + "." + policy.name)
  }
}
