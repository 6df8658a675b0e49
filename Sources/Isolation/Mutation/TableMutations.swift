internal import Postgres
internal import SQLSyntax
internal import Tenants

/// Weaker flags, owners, privileges and keys of tables.
struct TableMutations {
  var survey: Survey

  private var bound: [Actor] {
    survey.actors.filter { !$0.role.isSuperuser && !$0.role.bypassesRowSecurity }
  }

  /// The mutants of a table apart from those of its policies.
  func of(_ relation: Relation) -> [Mutant] {
    flags(relation) + (isOwned(relation) ? privileges(relation) + keys(relation) : [])
  }

  private func isOwned(_ relation: Relation) -> Bool {
    survey.model.tables[relation.oid]?.isOwned == true
  }

  private func flags(_ relation: Relation) -> [Mutant] {
    guard relation.hasRowSecurity else { return [] }
    let alter = "ALTER TABLE \(SQLNames.of(relation))"
    var mutants = [
      table(
        .rowSecurityDisabled, relation, "row-level security is disabled",
        "\(alter) DISABLE ROW LEVEL SECURITY")
    ]
    if relation.forcesRowSecurity {
      mutants.append(
        table(
          .notForced, relation, "row-level security does not bind the owner",
          "\(alter) NO FORCE ROW LEVEL SECURITY"))
    }
    // One role is enough: it is the same statement for the next.
    if let actor = bound.first(where: { !$0.role.memberships.contains(relation.owner) }),
      isOwned(relation), !relation.isPartition
    {
      mutants.append(
        table(
          .ownerChanged, relation, "\(actor.role.name) owns the table",
          handingOver(relation, to: actor.role), subject: .role(actor.role.name)))
    }
    return mutants
  }

  /// Only a superuser hands a table over to a role that may create none in its schema.
  private func handingOver(_ relation: Relation, to role: RoleAttributes) -> [String] {
    let owner = SQLNames.of(role)
    let change = "ALTER TABLE \(SQLNames.of(relation)) OWNER TO \(owner)"
    guard !role.creatableSchemas.contains(relation.schema) else { return [change] }
    let schema = SQLNames.of(relation.schema)
    return [
      "GRANT CREATE ON SCHEMA \(schema) TO \(owner)", change,
      "REVOKE CREATE ON SCHEMA \(schema) FROM \(owner)",
    ]
  }

  private func privileges(_ relation: Relation) -> [Mutant] {
    // A partition is emptied and referred to through the table it belongs to.
    guard !relation.isPartition else { return [] }
    return bound.flatMap { actor in
      let has = actor.privileges(on: relation.oid)
      let privileges: [(MutationOperator, String, Bool)] = [
        (.truncateGranted, "TRUNCATE", has.truncate), (.triggerGranted, "TRIGGER", has.trigger),
        (.referencesGranted, "REFERENCES", has.references),
      ]
      return privileges.filter { !$0.2 }.map { mutation, privilege, _ in
        table(
          mutation, relation, "\(actor.role.name) has \(privilege)",
          "GRANT \(privilege) ON \(SQLNames.of(relation)) TO \(SQLNames.of(actor.role))",
          subject: .readable(role: actor.role.name))
      }
    }
  }

  /// Grants of what no role may read now: partitions, inheritance children, materialized views.
  func readable(_ relation: Relation) -> [Mutant] {
    guard
      let actor = bound.first(where: {
        $0.privileges(on: relation.oid).select.isEmpty && canReach(relation, $0)
      })
    else { return [] }
    return [
      table(
        .selectGranted, relation, "\(actor.role.name) may read it",
        "GRANT SELECT ON \(SQLNames.of(relation)) TO \(SQLNames.of(actor.role))",
        subject: .readable(role: actor.role.name))
    ]
  }

  /// True when the role may use the relation's schema.
  private func canReach(_ relation: Relation, _ actor: Actor) -> Bool {
    actor.privileges[relation.oid]?.usesSchema == true
  }

  private func table(
    _ mutation: MutationOperator, _ relation: Relation, _ phrase: String, _ statement: String,
    subject: Mutant.Subject = .table
  ) -> Mutant {
    table(mutation, relation, phrase, [statement], subject: subject)
  }

  private func table(
    _ mutation: MutationOperator, _ relation: Relation, _ phrase: String, _ statements: [String],
    subject: Mutant.Subject
  ) -> Mutant {
    Mutant(
      operator: mutation, object: relation.displayName, phrase: phrase, subject: subject,
      relation: relation, statements: statements)
  }

  // MARK: - Keys

  private func keys(_ relation: Relation) -> [Mutant] {
    guard case .column(let column) = survey.model.tables[relation.oid] else { return [] }
    return survey.catalog.constraints(of: relation.oid).compactMap { key in
      guard let index = key.columns.firstIndex(of: column), key.columns.count > 1 else {
        return nil
      }
      switch key.kind {
      case .foreignKey: return reference(key, relation, without: index)
      // A unique index over an expression does not name all its columns.
      case .unique where key.definition.hasPrefix("UNIQUE"), .primaryKey:
        return uniqueness(key, relation, without: index)
      default: return nil
      }
    }
  }

  private func reference(_ key: Constraint, _ relation: Relation, without index: Int) -> Mutant? {
    guard let parent = survey.catalog.relations[key.referencedRelation],
      survey.model.tables[parent.oid]?.isOwned == true
    else { return nil }
    var (own, other) = (key.columns, key.referencedColumns)
    own.remove(at: index)
    other.remove(at: index)
    let table = SQLNames.of(relation)
    let columns = list(other)
    var statements = ["ALTER TABLE \(table) DROP CONSTRAINT \(SQLNames.of(key.name))"]
    let isKey = survey.catalog.constraints(of: parent.oid).contains {
      [.primaryKey, .unique].contains($0.kind) && Set($0.columns) == Set(other)
        && !$0.definition.hasPrefix("CREATE")
    }
    if !isKey { statements.append("ALTER TABLE \(SQLNames.of(parent)) ADD UNIQUE (\(columns))") }
    statements.append(
      "ALTER TABLE \(table) ADD CONSTRAINT \(SQLNames.of(key.name)) FOREIGN KEY (\(list(own))) "
        + "REFERENCES \(SQLNames.of(parent)) (\(columns))" + manners(of: key))
    return Mutant(
      operator: .referenceWithoutTenant, object: relation.displayName,
      phrase: "foreign key \(key.name) leaves the tenant out", subject: .constraint(key),
      relation: relation, statements: statements)
  }

  /// What a foreign key says beside its columns.
  private func manners(of key: Constraint) -> String {
    let action =
      switch key.deleteAction {
      case .noAction: ""
      case .restrict: " ON DELETE RESTRICT"
      case .cascade: " ON DELETE CASCADE"
      case .setNull: " ON DELETE SET NULL"
      case .setDefault: " ON DELETE SET DEFAULT"
      }
    return action + (key.isDeferrable ? " DEFERRABLE INITIALLY DEFERRED" : "")
  }

  private func uniqueness(_ key: Constraint, _ relation: Relation, without index: Int) -> Mutant? {
    var columns = key.columns
    columns.remove(at: index)
    // A key of a partitioned table must hold the columns that it is partitioned by.
    guard relation.kind != .partitioned else { return nil }
    let isKnown = survey.catalog.constraints(of: relation.oid).contains {
      [.primaryKey, .unique].contains($0.kind) && Set($0.columns) == Set(columns)
    }
    guard !isKnown else { return nil }
    return Mutant(
      operator: .keyWithoutTenant, object: relation.displayName,
      phrase: "a key like \(key.name) leaves the tenant out", subject: .constraint(key),
      relation: relation,
      statements: ["ALTER TABLE \(SQLNames.of(relation)) ADD UNIQUE (\(list(columns)))"])
  }

  private func list(_ columns: [String]) -> String {
    columns.map { SQLNames.of($0) }.joined(separator: ", ")
  }
}
