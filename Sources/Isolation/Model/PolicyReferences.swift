internal import Postgres
internal import SQLSyntax
internal import Synthesis

/// What policies ask of the session and of other tables, themselves and through functions.
///
/// `tenant_id IN (SELECT m.tenant_id FROM memberships m WHERE m.user_id = current_setting(…)::uuid)`
/// binds `memberships.user_id` to a setting, and makes the table of the policy depend on the rows
/// of memberships.
struct PolicyReferences: Sendable {
  /// Columns that are compared with parts of the context.
  private(set) var bindings: Set<ContextBinding> = []
  /// The tables that the policies of a table ask, by that table; itself left out.
  private(set) var asked: [UInt32: Set<UInt32>] = [:]
  /// What is wanted of the rows of asked tables, by table and column.
  private(set) var wishes: [UInt32: [String: ColumnPreference]] = [:]
  /// Columns that are compared with each other.
  private(set) var equalities: Set<Equality> = []

  /// The settings that one expression reads, for each expression.
  private(set) var settings: Set<Set<String>> = []

  /// Two columns that are compared with each other.
  struct Equality: Sendable, Hashable {
    var left: ColumnName
    var right: ColumnName
  }

  /// A column of a table.
  struct ColumnName: Sendable, Hashable {
    var relation: UInt32
    var column: String
  }

  /// Reads the policies and the defaults of columns.
  init(catalog: Catalog) {
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
