/// A table, view or other relation of the catalog.
package struct Relation: Sendable, Equatable {
  /// What kind of relation it is, by the letter of `pg_class.relkind`.
  package enum Kind: String, Sendable {
    /// An ordinary table.
    case table = "r"
    /// A partitioned table.
    case partitioned = "p"
    /// A view.
    case view = "v"
    /// A materialized view.
    case materializedView = "m"
    /// A foreign table.
    case foreign = "f"
  }

  /// The object identifier.
  package var oid: UInt32
  /// Its schema.
  package var schema: String
  /// Its name in the schema.
  package var name: String
  /// What kind it is.
  package var kind: Kind
  /// The role that owns it.
  package var owner: String
  /// True when row-level security is enabled.
  package var hasRowSecurity: Bool
  /// True when row-level security also binds the owner.
  package var forcesRowSecurity: Bool
  /// True for a partition of another table.
  package var isPartition: Bool
  /// The tables it inherits from, or is a partition of.
  package var parents: [UInt32]
  /// Storage and view options, for example `security_invoker=true`.
  package var options: [String]
  /// The condition that rows of this partition satisfy; nil when there is none.
  package var partitionConstraint: String?
  /// True when triggers or rules of the user's run on it.
  package var hasTriggers: Bool
  /// The columns in order.
  package var columns: [Column] = []

  /// `schema.name` without quotes, for people and reports.
  package var displayName: String { schema + "." + name }

  /// The column called `name`.
  package func column(_ name: String) -> Column? { columns.first { $0.name == name } }

  /// True when the option `name` is set and true, in any of the spellings that the catalog keeps as
  /// they were written (PostgreSQL manual, section 8.6 "Boolean Type").
  package func isOn(_ name: String) -> Bool {
    options.contains { option in
      guard option.hasPrefix(name + "=") else { return false }
      let value = option.dropFirst(name.count + 1).lowercased()
      return !value.isEmpty
        && ("true".hasPrefix(value) || "yes".hasPrefix(value) || ["on", "1"].contains(value))
    }
  }
}

/// A column of a relation.
package struct Column: Sendable, Equatable {
  /// How a stored value comes about, apart from what an INSERT says.
  package enum Generation: Sendable, Equatable {
    /// By nothing else.
    case none
    /// By an identity sequence that an INSERT may override.
    case identityByDefault
    /// By an identity sequence that an INSERT overrides only with OVERRIDING SYSTEM VALUE.
    case identityAlways
    /// Computed from other columns; an INSERT must leave it out.
    case stored
  }

  /// Its number in the table, from 1.
  package var number: Int
  /// Its name.
  package var name: String
  /// Its type.
  package var type: ColumnType
  /// True when it refuses NULL, by itself or through its domain.
  package var isNotNull: Bool
  /// The default expression; nil when there is none.
  package var defaultExpression: String?
  /// How values come about.
  package var generation: Generation
  /// What a generated column is computed by; nil for any other.
  package var computation: String?
}

/// The type of a column, with domains and arrays resolved.
package struct ColumnType: Sendable, Equatable {
  /// The type as SQL writes it, with its modifier, for example `numeric(12,2)` or `app.tenant_key`.
  package var sql: String
  /// The type's name without schema and modifier, of the base type for a domain, for example
  /// `text`.
  package var baseName: String
  /// The base type as SQL writes it, with the modifier that counts.
  package var baseSQL: String
  /// `pg_type.typtype` of the base type: b(ase), c(omposite), e(num), r(ange), m(ultirange),
  /// p(seudo).
  package var category: Character
  /// The type's domain; nil when it is none.
  package var domain: UInt32?
  /// The labels of an enumeration in order; for an array those of its elements.
  package var labels: [String]
  /// For an array the name of the element's base type, for a range that of its bounds.
  package var elementName: String?
  /// True for an array.
  package var isArray: Bool
  /// The type modifier, -1 for none.
  package var modifier: Int
}

extension ColumnType {
  /// True when `=` compares its values; the geometric types, JSON and XML have no such operator or
  /// another one.
  package var isComparable: Bool {
    let base = elementName ?? baseName
    return !["json", "xml", "point", "line", "lseg", "box", "path", "polygon", "circle"]
      .contains(base)
  }

  /// A base type without modifier, by its name in `pg_type`.
  package init(named name: String) {
    sql = name
    baseName = name
    baseSQL = name
    category = "b"
    domain = nil
    labels = []
    elementName = nil
    isArray = false
    modifier = -1
  }
}
