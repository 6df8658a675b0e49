package import SQLSyntax

/// A constraint that a statement adds.
package struct NewConstraint: Sendable, Equatable {
  /// What it demands.
  package enum Kind: Sendable, Equatable {
    /// CHECK.
    case check
    /// FOREIGN KEY.
    case foreignKey
    /// UNIQUE.
    case unique
    /// PRIMARY KEY.
    case primaryKey
    /// EXCLUDE.
    case exclusion
  }

  /// What it demands.
  package var kind: Kind
  /// Its name, when it was given one.
  package var name: String?
  /// The columns of a key; empty for a CHECK.
  package var columns: [String]
  /// The table that a foreign key refers to.
  package var target: QualifiedName?
  /// True when the rows that are there are not looked at.
  package var isNotValid: Bool
  /// The index that a key takes over, when it has been built before.
  package var index: String?
  /// The condition of a CHECK.
  package var condition: SyntaxNode?
  /// Where it stands in the statement, in bytes.
  package var offset: Int?
  /// The file that adds it, and where; nil until the model knows it.
  var origin: SchemaModel.Origin?

  /// The column that a CHECK of the form `column IS NOT NULL` is about.
  package var columnThatIsNotNull: String? {
    guard kind == .check, let test = condition?["NullTest"],
      test["nulltesttype"]?.text == "IS_NOT_NULL"
    else { return nil }
    return test["arg"]?["ColumnRef"]?["fields"]?.elements.last?["String"]?["sval"]?.text
  }

  private static let kinds: [String: Kind] = [
    "CONSTR_CHECK": .check, "CONSTR_FOREIGN": .foreignKey, "CONSTR_UNIQUE": .unique,
    "CONSTR_PRIMARY": .primaryKey, "CONSTR_EXCLUSION": .exclusion,
  ]

  /// The constraint of a `Constraint` node; `column` is where it was written, if at a column.
  init?(_ node: SyntaxNode?, column: String? = nil) {
    guard let node = node?["Constraint"],
      let kind = node["contype"]?.text.flatMap({ Self.kinds[$0] })
    else { return nil }
    self.kind = kind
    name = node["conname"]?.text
    func names(_ key: String) -> [String] {
      node[key]?.elements.compactMap { $0["String"]?["sval"]?.text } ?? []
    }
    switch kind {
    case .check: columns = []
    case .foreignKey: columns = column.map { [$0] } ?? names("fk_attrs")
    case .unique, .primaryKey: columns = column.map { [$0] } ?? names("keys")
    case .exclusion:
      columns =
        node["exclusions"]?.elements.compactMap {
          $0["List"]?["items"]?.elements.first?["IndexElem"]?["name"]?.text
        } ?? []
    }
    target = QualifiedName(rangeVar: node["pktable"])
    isNotValid = node["skip_validation"] == .boolean(true)
    index = node["indexname"]?.text
    condition = node["raw_expr"]
    offset = node["location"]?.integer
  }
}

/// A column that a statement adds.
package struct NewColumn: Sendable, Equatable {
  /// Its name.
  package var name: String
  /// Its type; nil in typed tables.
  package var type: ColumnType?
  /// True when it was declared NOT NULL, or as part of a primary key at the column.
  package var isNotNull = false
  /// The DEFAULT.
  package var defaultValue: SyntaxNode?
  /// True for GENERATED ALWAYS AS (…) STORED.
  package var isGenerated = false
  /// True for GENERATED … AS IDENTITY.
  package var isIdentity = false
  /// The constraints that were written at the column.
  package var constraints: [NewConstraint] = []
  /// Where it stands in the statement, in bytes.
  package var offset: Int?

  /// The column of a `ColumnDef` node.
  init?(_ node: SyntaxNode?) {
    guard let node = node?["ColumnDef"], let name = node["colname"]?.text else { return nil }
    self.name = name
    type = ColumnType(node["typeName"])
    offset = node["location"]?.integer
    for element in node["constraints"]?.elements ?? [] {
      if let constraint = NewConstraint(element, column: name) { constraints.append(constraint) }
      let fields = element["Constraint"]
      switch fields?["contype"]?.text {
      case "CONSTR_NOTNULL", "CONSTR_PRIMARY": isNotNull = true
      case "CONSTR_DEFAULT": defaultValue = fields?["raw_expr"]
      case "CONSTR_GENERATED": isGenerated = true
      case "CONSTR_IDENTITY": isIdentity = true
      default: break
      }
    }
  }

  /// True when the server numbers its values.
  package var isCounter: Bool { isIdentity || type?.isSerial == true }
}

/// A table that a statement creates.
package struct NewTable: Sendable, Equatable {
  /// Its name.
  package var name: QualifiedName
  /// The columns that were written out.
  package var columns: [NewColumn] = []
  /// All constraints, those at columns included.
  package var constraints: [NewConstraint] = []
  /// The tables whose columns it has as well: what it is a partition of, inherits from or is like.
  package var models: [QualifiedName] = []
  /// True for a partition, which is locked and protected through its parent.
  package var isPartition = false
  /// True for IF NOT EXISTS.
  package var isConditional = false
  /// True for a table that only its session sees.
  package var isTemporary = false
}

/// An index that a statement creates.
package struct NewIndex: Sendable, Equatable {
  /// Its name, when it was given one.
  package var name: String?
  /// Its table.
  package var table: QualifiedName
  /// Its columns in order; nil for an expression.
  package var columns: [String?]
  /// The access method, for example `btree`.
  package var method: String
  /// True for UNIQUE.
  package var isUnique: Bool
  /// True for CONCURRENTLY.
  package var isConcurrent: Bool
  /// True for IF NOT EXISTS.
  package var isConditional: Bool
  /// True for ON ONLY, which a partitioned table takes without building anything.
  package var isOnly: Bool
}
