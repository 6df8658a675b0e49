internal import Postgres
internal import Synthesis
internal import Tenants

/// Which columns hold the same things, so that rows made in volume fit together.
///
/// A column that refers to another holds what that one holds; so do columns that policies compare
/// with each other or with the same part of the context.
struct ColumnClasses {
  typealias Name = PolicyReferences.ColumnName

  /// What all tenant columns stand for; no relation has this number.
  static let tenant = Name(relation: 0, column: "tenant")

  private var parents: [Name: Name] = [:]

  /// The classes among the columns of `relations`.
  init(_ survey: Survey, relations: Set<UInt32>) {
    for key in survey.catalog.constraints
    where key.kind == .foreignKey && relations.contains(key.relation)
      && relations.contains(key.referencedRelation)
    {
      for (column, referenced) in zip(key.columns, key.referencedColumns) {
        join(
          Name(relation: key.relation, column: column),
          Name(relation: key.referencedRelation, column: referenced))
      }
    }
    let references = survey.model.references
    for equality in references.equalities
    where relations.contains(equality.left.relation) && relations.contains(equality.right.relation)
    {
      join(equality.left, equality.right)
    }
    for binding in references.bindings where relations.contains(binding.relation) {
      let isTenant = binding.reading == ContextReading(setting: survey.options.tenantSetting)
      let path = ([binding.reading.setting] + binding.reading.path).joined(separator: " ")
      join(
        Name(relation: binding.relation, column: binding.column),
        isTenant ? Self.tenant : Name(relation: 0, column: "setting " + path))
    }
    for oid in relations {
      if case .root(let column)? = survey.model.tables[oid] {
        join(Name(relation: oid, column: column), Self.tenant)
      } else if case .column(let column)? = survey.model.tables[oid] {
        join(Name(relation: oid, column: column), Self.tenant)
      }
    }
  }

  /// The name of the class that a column is in; nil for one that has nothing to do with others.
  func name(of column: Name) -> Name? { parents[column].map { _ in root(column) } }

  /// True of a column that holds tenants' ids.
  func holdsTenant(_ column: Name) -> Bool {
    parents[column] != nil && root(column) == root(Self.tenant)
  }

  private func root(_ name: Name) -> Name {
    var name = name
    while let parent = parents[name], parent != name { name = parent }
    return name
  }

  private mutating func join(_ left: Name, _ right: Name) {
    for name in [left, right] where parents[name] == nil { parents[name] = name }
    // The least name stands for all, so that equal schemas give equal values.
    let roots = [root(left), root(right)].sorted {
      ($0.relation, $0.column) < ($1.relation, $1.column)
    }
    parents[roots[1]] = roots[0]
  }
}
