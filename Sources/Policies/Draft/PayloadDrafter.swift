internal import Postgres
internal import YAML

/// Classifies the tables of a Payload CMS database, by foreign keys and constraints.
///
/// Payload lets every name be changed (`dbName`), so names only help where nothing else tells:
/// `_parent_id` and `parent_id` are the link columns that its Drizzle adapter always writes, and its
/// own tables begin with `payload_` (packages/drizzle, `buildTable` and `traverseFields`).
struct PayloadDrafter {
  /// A table with its line, and what somebody should know about it.
  struct Classified {
    var entry: DraftEntry
    var notes: [String] = []
  }

  let catalog: Catalog
  let manifest: PolicyManifest
  /// The table of tenants.
  let tenantsTable: String

  /// True when Payload's own table of migrations is there.
  static func isPayload(_ catalog: Catalog, schemas: [String]) -> Bool {
    catalog.relations.values.contains {
      schemas.contains($0.schema) && $0.name == "payload_migrations"
        && Set(["id", "name", "batch"]).isSubset(of: $0.columns.map(\.name))
    }
  }

  private static let system: [String: String] = [
    "payload_migrations": "Payload's ledger of migrations, which it owns",
    "payload_preferences": "Payload's settings of each user",
    "payload_locked_documents": "which documents are being edited, a table of Payload's own",
    "payload_kv": "Payload's store of keys and values",
    "payload_jobs": "Payload's queue, which works for all tenants",
    "payload_jobs_stats": "Payload's queue, which works for all tenants",
  ]

  /// The tables in order.
  func classify(_ relations: [Relation]) -> [Classified] {
    relations.map { relation in
      let name = name(relation)
      var classified = Classified(entry: entry(relation, name))
      classified.notes = notes(relation, name)
      return classified
    }
  }

  private func name(_ relation: Relation) -> String {
    relation.schema == manifest.schemas.first ? relation.name : relation.displayName
  }

  private func keys(_ relation: Relation) -> [Constraint] {
    catalog.constraints(of: relation.oid).filter { $0.kind == .foreignKey }
  }

  // MARK: - Classes

  private func entry(_ relation: Relation, _ name: String) -> DraftEntry {
    func line(_ text: String, _ reason: String) -> DraftEntry {
      DraftEntry(table: name, value: .line(text), reason: reason)
    }
    if let reason = Self.system[relation.name] { return .exempt(name, reason) }
    if relation.name == tenantsTable, isReferredToByTenants(relation) {
      return line("root", "a row is a tenant")
    }
    if isAuth(relation) {
      return .exempt(
        name, "people log in before a tenant is known: these rows are not isolated")
    }
    if let link = structuralLink(relation), let parent = catalog.relations[link.referencedRelation]
    {
      let parentName = self.name(parent)
      let several = keys(relation).count { $0.referencedRelation == parent.oid } > 1
      let key = several ? ", key: \(YAMLText.list(link.columns))" : ""
      return line("{parent: \(YAMLText.scalar(parentName))\(key)}", part(relation, of: parentName))
    }
    if let column = tenantColumn(relation) {
      let isVersion = column != manifest.tenant.column
      return line(
        isVersion ? "{column: \(YAMLText.scalar(column))}" : "column",
        isVersion ? "versions, with their tenant" : "a collection with a tenant")
    }
    return .undecided(name, question(relation))
  }

  /// What part of a document a child table holds.
  private func part(_ relation: Relation, of parent: String) -> String {
    let columns = Set(relation.columns.map(\.name))
    if columns.contains("_locale"), !columns.contains("_order") { return "texts by language" }
    if columns.contains("path"), columns.contains("order") { return "references of \(parent)" }
    if columns.contains("_path") { return "blocks of \(parent)" }
    if columns.contains("value") { return "choices of \(parent)" }
    return "rows of a list in \(parent)"
  }

  private func isReferredToByTenants(_ relation: Relation) -> Bool {
    let names = [manifest.tenant.column, "version_" + manifest.tenant.column]
    return catalog.constraints.contains {
      $0.kind == .foreignKey && $0.referencedRelation == relation.oid && $0.columns.count == 1
        && names.contains($0.columns[0])
    }
  }

  /// A collection that people log in with: Payload's auth adds these columns.
  private func isAuth(_ relation: Relation) -> Bool {
    Set(["hash", "salt"]).isSubset(of: relation.columns.map(\.name))
  }

  /// The foreign key to the document that a row is a part of.
  ///
  /// It always has a value, and the row goes with the document. That of a version may be empty.
  private func structuralLink(_ relation: Relation) -> Constraint? {
    keys(relation).first { key in
      guard key.columns.count == 1, ["_parent_id", "parent_id"].contains(key.columns[0]) else {
        return false
      }
      return key.deleteAction == .cascade
        && relation.column(key.columns[0])?.isNotNull == true
    }
  }

  /// The column that refers to the table of tenants.
  private func tenantColumn(_ relation: Relation) -> String? {
    let names = [manifest.tenant.column, "version_" + manifest.tenant.column]
    return names.first { name in
      relation.column(name) != nil
        && keys(relation).contains { key in
          key.columns == [name]
            && catalog.relations[key.referencedRelation]?.name == tenantsTable
        }
    }
  }

  private func question(_ relation: Relation) -> String {
    if let rels = manyTenants(relation) {
      return "its tenants are a list in \(rels): write its policies under raw"
    }
    if let original = versionOf(relation) {
      return "versions of \(original) without a tenant: as \(original) is decided"
    }
    return
      "a collection or global without a tenant: the same for all tenants (global), exempt, or in "
      + "need of the multi-tenant plugin?"
  }

  /// The table of references that holds several tenants of one document (`hasMany`).
  private func manyTenants(_ relation: Relation) -> String? {
    for other in catalog.sortedRelations
    where structuralLink(other)?.referencedRelation == relation.oid {
      let refersToTenants = keys(other).contains {
        $0.columns != structuralLink(other)?.columns
          && catalog.relations[$0.referencedRelation]?.name == tenantsTable
      }
      if refersToTenants { return name(other) }
    }
    return nil
  }

  private func versionOf(_ relation: Relation) -> String? {
    guard relation.columns.contains(where: { $0.name.hasPrefix("version_") }) else { return nil }
    return keys(relation).first { $0.columns == ["parent_id"] }
      .flatMap { catalog.relations[$0.referencedRelation] }.map { name($0) }
  }

  // MARK: - What somebody should know

  private func notes(_ relation: Relation, _ name: String) -> [String] {
    guard let column = tenantColumn(relation), structuralLink(relation) == nil,
      !isAuth(relation)
    else { return [] }
    var notes: [String] = []
    let setsNull = keys(relation).contains { $0.columns == [column] && $0.deleteAction == .setNull }
    if relation.column(column)?.isNotNull == false {
      notes.append(
        "\(name).\(column) may be NULL"
          + (setsNull ? ", and becomes so when its tenant is deleted" : "")
          + ": such rows belong to nobody, and only administration sees them")
    }
    for key in catalog.constraints(of: relation.oid)
    where key.kind == .unique && !key.columns.isEmpty && !key.columns.contains(column) {
      notes.append(
        "\(name) has \(key.columns.joined(separator: ", ")) unique across all tenants: one tenant can "
          + "ask whether another one uses a value")
    }
    return notes
  }
}
