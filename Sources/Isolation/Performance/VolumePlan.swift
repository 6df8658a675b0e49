internal import Postgres
internal import SQLSyntax
internal import Synthesis
internal import Tenants

/// How the rows that two tenants have become the rows of many.
///
/// Row number n of a table refers to row number n of each table that it refers to, so one statement
/// fills a table and all keys fit.
struct VolumePlan {
  /// The number of rows of each table.
  let rows: Int
  /// The number of tenants that own them.
  let tenants: Int
  /// The tables, those that others refer to first.
  let relations: [Relation]
  private let survey: Survey
  private let classes: ColumnClasses
  private let templates: [UInt32: SyntheticRow]

  /// Which columns of a table differ from row to row, and how.
  struct Shape {
    /// The columns whose values are numbered.
    var numbered: Set<String>
    /// True when each tenant has one row, since the key allows no more.
    var isOnePerTenant: Bool
    /// The way in which values are written, by column.
    var forms: [String: Int] = [:]
    /// True when rules stand in the way of leaving out rows that conflict with others.
    var hasRules = false
  }

  /// A plan for all tables in which rows of tenants were placed.
  init(_ survey: Survey) {
    self.survey = survey
    let synthesizer = survey.stage.synthesizer
    var templates: [UInt32: SyntheticRow] = [:]
    for oid in synthesizer.order.relations where survey.stage.placed[oid] != nil {
      templates[oid] =
        [0, 1].lazy.compactMap {
          synthesizer.rows(of: oid, owner: .tenant($0)).first
        }.first
    }
    // What lies in a partition comes there through the whole.
    relations = synthesizer.order.relations.compactMap { survey.catalog.relations[$0] }
      .filter { templates[$0.oid] != nil && !$0.isPartition }
    self.templates = templates
    classes = ColumnClasses(survey, relations: Set(relations.map(\.oid)))
    rows = min(10_000, max(3_000, 500_000 / max(relations.count, 1)))
    tenants = rows / 20
  }

  /// The shape of a table: what its keys and its references ask for, or with `isWide` all that can
  /// be numbered.
  func shape(of relation: Relation, isWide: Bool) -> Shape {
    let values = templates[relation.oid]?.values ?? [:]
    func isFree(_ column: Column) -> Bool {
      guard let value = values[column.name], value != nil else { return false }
      return NumberedValue.isPossible(column.type) && column.generation != .stored
    }
    var shape = Shape(numbered: [], isOnePerTenant: false)
    for column in relation.columns where isFree(column) {
      if classes.name(of: name(relation, column.name)) != nil || isWide && !refers(column, relation)
      {
        shape.numbered.insert(column.name)
      }
    }
    if case .root? = survey.model.tables[relation.oid] { shape.isOnePerTenant = true }
    for key in survey.catalog.constraints(of: relation.oid)
    where [.primaryKey, .unique, .exclusion].contains(key.kind) {
      let columns = self.columns(of: key, relation)
      let isApart = columns.contains { column in
        shape.numbered.contains(column.name) && !holdsTenant(column, relation)
          // Rows that are NULL there never meet.
          || values[column.name] == .some(nil)
      }
      guard !isApart, !columns.isEmpty else { continue }
      let choice = columns.first {
        isFree($0) && !holdsTenant($0, relation) && !refers($0, relation)
      }
      if let choice {
        shape.numbered.insert(choice.name)
      } else if columns.contains(where: { holdsTenant($0, relation) }) {
        shape.isOnePerTenant = true
      }
    }
    return shape
  }

  /// The statement that fills a table.
  func filling(_ relation: Relation, _ shape: Shape) throws -> String {
    let values = templates[relation.oid]?.values ?? [:]
    var names: [String] = []
    var items: [String] = []
    for column in relation.columns where column.generation != .stored {
      guard let value = values[column.name] else { continue }
      names.append(try SQLIdentifier.readable(column.name))
      guard shape.numbered.contains(column.name) else {
        items.append("CAST(\(try SQLLiteral.quoted(value)) AS \(column.type.sql))")
        continue
      }
      items.append(try numbered(column, relation, shape, template: value))
    }
    let overriding =
      relation.columns.contains { $0.generation == .identityAlways && values[$0.name] != nil }
      ? " OVERRIDING SYSTEM VALUE" : ""
    let conflicts = shape.hasRules ? "" : "\n  ON CONFLICT DO NOTHING"
    return """
      INSERT INTO \(SQLNames.of(relation)) (\(names.joined(separator: ", ")))\(overriding)
        SELECT \(items.joined(separator: ", "))
        FROM pg_catalog.generate_series(2, \(rows + 1)) AS numbers (n)\(conflicts)
      """
  }

  /// The next shape to try after the server refused a row; nil when there is none.
  func shape(after shape: Shape, refused error: PostgresError, by relation: Relation) -> Shape? {
    let formed = relation.columns.filter {
      shape.numbered.contains($0.name) && NumberedValue.hasForms($0.type)
    }.map(\.name)
    let constraint = survey.catalog.constraints(of: relation.oid).first {
      $0.name == error.object?.constraint && $0.kind == .check
    }
    let concerned = constraint.map { rule in formed.filter(rule.columns.contains) } ?? formed
    let isOfValues = ["23514", "22001", "22003"].contains(error.sqlState?.rawValue)
    guard isOfValues, !concerned.isEmpty else { return nil }
    var next = shape
    for column in concerned {
      let form = (shape.forms[column] ?? 0) + 1
      guard form < NumberedValue.forms else { return nil }
      next.forms[column] = form
    }
    return next
  }

  private func numbered(
    _ column: Column, _ relation: Relation, _ shape: Shape, template: String?
  ) throws -> String {
    let name = name(relation, column.name)
    let form = shape.forms[column.name] ?? 0
    let seed = classes.name(of: name) ?? name
    guard classes.holdsTenant(name) else {
      return try NumberedValue(
        type: column.type, seed: "\(seed.relation) \(seed.column)", template: template,
        ordinal: "n / \(tenants)"
      ).expression("n", form: form)
    }
    let ids = survey.stage.tenants
    let number = shape.isOnePerTenant ? "n" : "(n % \(tenants))"
    let other = try NumberedValue(
      type: column.type, seed: seed.column, template: ids[0], ordinal: number
    ).expression(number, form: form)
    let cases = try ids.enumerated().map { index, id in
      "WHEN \(index) THEN CAST(\(try SQLLiteral.quoted(id)) AS \(column.type.sql))"
    }
    return "CASE \(number) \(cases.joined(separator: " ")) ELSE \(other) END"
  }

  /// The columns that keep rows apart under a key, those that only an expression names as well.
  private func columns(of key: Constraint, _ relation: Relation) -> [Column] {
    let words = Set(
      key.definition.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map { String($0) })
    return relation.columns.filter {
      key.columns.contains($0.name) || key.definition.hasPrefix("CREATE") && words.contains($0.name)
    }
  }

  /// True of a column that refers to rows which are no tenant's: there are but few of them.
  private func refers(_ column: Column, _ relation: Relation) -> Bool {
    survey.catalog.constraints(of: relation.oid).contains {
      $0.kind == .foreignKey && $0.columns.contains(column.name)
    }
  }

  private func holdsTenant(_ column: Column, _ relation: Relation) -> Bool {
    classes.holdsTenant(name(relation, column.name))
  }

  private func name(_ relation: Relation, _ column: String) -> ColumnClasses.Name {
    ColumnClasses.Name(relation: relation.oid, column: column)
  }
}
