internal import Postgres
internal import SQLSyntax
internal import Tenants

/// Writes the condition that the rows of the session's tenant satisfy, and no others.
struct TenantPredicate {
  var catalog: Catalog
  var model: TenancyModel
  /// The setting that holds the tenant's id.
  var setting: String

  /// The condition for a policy on `relation`; nil when nothing leads from its rows to a tenant.
  func condition(on relation: Relation) -> String? {
    condition(relation, qualifier: nil, depth: 0)
  }

  /// The condition that a row of `parent`, to which `columns` of `child` refer, is the tenant's.
  func condition(ofParentThrough key: Constraint, child: Relation) -> String? {
    exists(key, qualifier: SQLNames.of(child.name), child: child, depth: 0)
  }

  private func condition(_ relation: Relation, qualifier: String?, depth: Int) -> String? {
    switch model.tables[relation.oid] {
    case .root(let name), .column(let name):
      guard let column = relation.column(name) else { return nil }
      return comparison(column, qualifier: qualifier)
    case .parent(let name, _):
      let key = catalog.constraints(of: relation.oid).first {
        $0.kind == .foreignKey && $0.name == name
      }
      guard let key else { return nil }
      return exists(
        key, qualifier: qualifier ?? SQLNames.of(relation.name), child: relation, depth: depth)
    default:
      return nil
    }
  }

  private func exists(
    _ key: Constraint, qualifier: String, child: Relation, depth: Int
  ) -> String? {
    guard depth < 8, let parent = catalog.relations[key.referencedRelation] else { return nil }
    let name = depth == 0 ? "parent" : "parent_\(depth + 1)"
    // A table that has this very name would be hidden by the alias.
    let alias = child.name == name ? "its_" + name : name
    guard let inner = condition(parent, qualifier: alias, depth: depth + 1) else { return nil }
    let joins = zip(key.referencedColumns, key.columns).map {
      "\(alias).\(SQLNames.of($0)) = \(qualifier).\(SQLNames.of($1))"
    }
    return "EXISTS (SELECT 1 FROM \(SQLNames.of(parent)) AS \(alias)\n"
      + "    WHERE \(joins.joined(separator: " AND ")) AND \(inner))"
  }

  /// The setting is read in a subquery, so once a statement and not once a row; an empty one, which
  /// SET LOCAL leaves behind, counts as none.
  private func comparison(_ column: Column, qualifier: String?) -> String? {
    guard let quoted = try? SQLLiteral.quoted(setting) else { return nil }
    let name = (qualifier.map { $0 + "." } ?? "") + SQLNames.of(column.name)
    let value = "NULLIF(current_setting(\(quoted), true), '')"
    switch column.type.baseName {
    case "text", "varchar", "bpchar", "name":
      // A cast to varchar(n) would cut the setting without an error, and let ids that begin alike
      // be equal.
      return "\(name) = (SELECT \(value))"
    case "citext":
      // Its own = ignores case.
      return "\(name)::text = (SELECT \(value))"
    default:
      // A modifier would round or cut.
      let type =
        column.type.modifier >= 0 ? withoutModifier(column.type.baseSQL) : column.type.baseSQL
      return "\(name) = (SELECT \(value)::\(type))"
    }
  }

  private func withoutModifier(_ type: String) -> String {
    guard let open = type.firstIndex(of: "("), let close = type.lastIndex(of: ")") else {
      return type
    }
    return String(type[..<open] + type[type.index(after: close)...])
  }
}
