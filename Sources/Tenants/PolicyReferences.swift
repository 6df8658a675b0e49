package import Postgres
internal import SQLSyntax
package import Synthesis

/// What policies ask of the session and of other tables, themselves and through functions.
///
/// `tenant_id IN (SELECT m.tenant_id FROM memberships m WHERE m.user_id = current_setting(…)::uuid)`
/// binds `memberships.user_id` to a setting, and makes the table of the policy depend on the rows
/// of memberships.
package struct PolicyReferences: Sendable {
  /// Columns that are compared with parts of the context.
  package private(set) var bindings: Set<ContextBinding> = []
  /// The tables that the policies of a table ask, by that table; itself left out.
  package private(set) var asked: [UInt32: Set<UInt32>] = [:]
  /// What is wanted of the rows of asked tables, by table and column.
  package private(set) var wishes: [UInt32: [String: ColumnPreference]] = [:]
  /// Columns that are compared with each other.
  package private(set) var equalities: Set<Equality> = []

  /// The settings that one expression reads, for each expression.
  package private(set) var settings: Set<Set<String>> = []

  /// Two columns that are compared with each other.
  package struct Equality: Sendable, Hashable {
    /// One of them.
    package var left: ColumnName
    /// The other one.
    package var right: ColumnName
  }

  /// A column of a table.
  package struct ColumnName: Sendable, Hashable {
    /// The table.
    package var relation: UInt32
    /// The column's name.
    package var column: String

    /// A column by its table and name.
    package init(relation: UInt32, column: String) {
      self.relation = relation
      self.column = column
    }
  }

  /// Reads the policies and the defaults of columns.
  package init(catalog: Catalog) {
    var reader = PolicyReader(catalog: catalog)
    let expander = ExpressionExpander(catalog: catalog)
    for policy in catalog.policies {
      guard let relation = catalog.relations[policy.relation] else { continue }
      for text in [policy.using, policy.check].compactMap({ $0 }) {
        guard let expression = try? SyntaxTree.expression(text) else { continue }
        reader.read(expression, of: relation)
        settings.insert(
          Set(SettingDemand.found(in: expander.trees(of: text, on: relation)).map(\.name)))
      }
    }
    for relation in catalog.sortedRelations {
      for column in relation.columns {
        guard let text = column.defaultExpression, text.contains("("),
          let expression = try? SyntaxTree.expression(text)
        else { continue }
        reader.readDefault(expression, of: column.name, in: relation)
      }
    }
    bindings = reader.bindings
    asked = reader.asked
    wishes = reader.wishes
    equalities = reader.equalities
  }
}
