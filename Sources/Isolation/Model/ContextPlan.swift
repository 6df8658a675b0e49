internal import DatabaseInstrumentation
internal import Postgres
internal import Synthesis
internal import Tenants

/// How the context of a tenant is made: its id, and the person who acts for it.
///
/// Where policies find the tenant through a membership, a tenant's context is that of a user who
/// has a membership there and nowhere else.
struct ContextPlan: Sendable {
  private let tenantSetting: String
  private let userSetting: String
  /// Settings that somebody has said, with places for ids.
  private let given: [String: String]
  /// The column that gives a part of the context its value; nil where it is the tenant's id.
  private var sources: [ContextReading: ColumnSource?] = [:]
  private var bindings: [ContextReading: [ContextBinding]] = [:]
  /// The settings that policies read in one expression.
  private let together: Set<Set<String>>

  /// A plan from what policies compare with settings.
  ///
  /// - Parameter given: Further settings, in whose values `{tenant}` and `{user}` stand for ids.
  init(
    model: TenancyModel, tenantSetting: String, userSetting: String, given: [String: String] = [:]
  ) {
    self.tenantSetting = tenantSetting
    self.userSetting = userSetting
    self.given = given
    together = model.references.settings
    let grouped = Dictionary(grouping: model.references.bindings, by: \.reading)
    for (reading, found) in grouped {
      let sorted = Self.tied(to: found, model.references).sorted {
        ($0.relation, $0.column) < ($1.relation, $1.column)
      }
      let isTenant = sorted.contains { binding in
        switch model.tables[binding.relation] {
        case .root(let column), .column(let column): column == binding.column
        default: false
        }
      }
      if isTenant {
        sources[reading] = .some(nil)
      } else if let source = Self.source(of: sorted, model) {
        sources[reading] = source
        bindings[reading] = sorted
      }
    }
    sources.removeValue(forKey: ContextReading(setting: tenantSetting))
  }

  /// The bindings, and those of columns with which policies compare the bound ones: an author who
  /// must be a member is one of the members.
  private static func tied(
    to bindings: [ContextBinding], _ references: PolicyReferences
  ) -> Set<ContextBinding> {
    var result = Set(bindings)
    for binding in bindings {
      let column = PolicyReferences.ColumnName(relation: binding.relation, column: binding.column)
      for equality in references.equalities where [equality.left, equality.right].contains(column) {
        let other = equality.left == column ? equality.right : equality.left
        result.insert(
          ContextBinding(relation: other.relation, column: other.column, reading: binding.reading))
      }
    }
    return result
  }

  /// Rows with a tenant column say most surely whose somebody is.
  private static func source(of bindings: [ContextBinding], _ model: TenancyModel) -> ColumnSource?
  {
    func rank(_ binding: ContextBinding) -> Int {
      let isAsked = model.references.asked.values.contains { $0.contains(binding.relation) }
      switch model.tables[binding.relation] {
      case .column: return isAsked ? 0 : 2
      case .parent, .root: return isAsked ? 1 : 3
      case .member: return 4
      default: return 5
      }
    }
    return bindings.filter { model.tables[$0.relation]?.isOwned == true }
      .min { rank($0) < rank($1) }
      .map { ColumnSource(relation: $0.relation, column: $0.column) }
  }

  /// The settings that make up a context, with their values.
  func settings(of context: TenantContext) -> [String: String] {
    var settings = [tenantSetting: context.tenant]
    settings[userSetting] = context.user
    return settings.merging(context.settings) { _, value in value }
  }

  /// The columns that hold who acts, by relation.
  var identityColumns: [UInt32: Set<String>] {
    bindings.values.joined().reduce(into: [:]) { columns, binding in
      columns[binding.relation, default: []].insert(binding.column)
    }
  }

  /// Adds what the rows must be like, so that a tenant has a user of its own.
  func extend(_ goal: inout SynthesisGoal, catalog: Catalog, model: TenancyModel) {
    for (reading, bound) in bindings {
      guard case .some(.some(let source)) = sources[reading] else { continue }
      for binding in bound {
        goal.given[binding.relation, default: []].insert(binding.column)
        let keys = catalog.constraints.filter {
          $0.kind == .foreignKey && $0.relation == binding.relation
            && $0.columns.contains(binding.column)
        }
        if keys.isEmpty, binding.relation != source.relation,
          !isReferenced(binding, by: source, catalog)
        {
          goal.echoes[binding.relation, default: [:]][binding.column] = source
        }
        // Each tenant gets people of its own even where they are in a table of nobody.
        goal.owned.formUnion(
          keys.map(\.referencedRelation).filter { model.tables[$0]?.isOwned != true })
      }
    }
    repeatValues(in: &goal, catalog)
    for relation in goal.owned {
      goal.preferences[relation] = model.references.wishes[relation]
    }
  }

  /// Lets all rows of a tenant have the same value where one setting must fit them all, and those
  /// of both tenants where the setting says nothing of the tenant.
  private func repeatValues(in goal: inout SynthesisGoal, _ catalog: Catalog) {
    for (reading, bound) in bindings {
      let isShared = isScope(reading, bound, catalog)
      // Equal for equal settings, so that tables agree.
      let seed = (reading.setting + reading.path.joined()).utf8.reduce(UInt64(17)) {
        $0 &* 31 &+ UInt64($1)
      }
      for binding in bound {
        goal.repeated[binding.relation, default: [:]][binding.column] = RepeatedValue(
          seed: seed, isShared: isShared)
      }
    }
  }

  /// True of a setting that narrows what a tenant sees, such as the application's name: two tenants
  /// may well have the same.
  ///
  /// Ids and whatever names a person are taken to be somebody's own.
  private func isScope(
    _ reading: ContextReading, _ bound: [ContextBinding], _ catalog: Catalog
  ) -> Bool {
    guard reading.setting != userSetting, reading.path.isEmpty,
      together.contains(where: { $0.contains(reading.setting) && $0.contains(tenantSetting) }),
      !Self.namesPerson(reading.setting)
    else { return false }
    return bound.allSatisfy { binding in
      guard let column = catalog.relations[binding.relation]?.column(binding.column),
        !["uuid", "int4", "int8", "numeric"].contains(column.type.baseName),
        !Self.namesPerson(binding.column)
      else { return false }
      return !catalog.constraints(of: binding.relation).contains { constraint in
        (constraint.kind == .foreignKey && constraint.columns.contains(binding.column))
          || constraint.columns == [binding.column] && constraint.kind != .check
      }
    }
  }

  private static func namesPerson(_ name: String) -> Bool {
    let words = [
      "user", "uid", "person", "member", "owner", "author", "actor", "account", "email", "login",
      "sub", "principal", "employee", "customer",
    ]
    let name = name.lowercased()
    return words.contains { name.contains($0) }
  }

  /// True when the source's value comes through a foreign key from this very column.
  private func isReferenced(
    _ binding: ContextBinding, by source: ColumnSource, _ catalog: Catalog
  ) -> Bool {
    catalog.constraints.contains {
      $0.kind == .foreignKey && $0.relation == source.relation
        && $0.referencedRelation == binding.relation && $0.columns.contains(source.column)
    }
  }

  /// The contexts of the tenants, whose rows are made.
  func contexts(of tenants: [String], _ synthesizer: RowSynthesizer) -> [TenantContext] {
    tenants.indices.map { number in
      var context = TenantContext(tenant: tenants[number])
      let bySetting = Dictionary(grouping: sources.keys, by: \.setting)
      for (setting, readings) in bySetting {
        let values = readings.sorted { $0.path.lexicographicallyPrecedes($1.path) }
          .compactMap { reading -> (path: [String], value: String)? in
            guard let source = sources[reading] ?? nil else {
              return (reading.path, tenants[number])
            }
            let row = synthesizer.rows(of: source.relation, owner: .tenant(number)).first
            return (row?.values[source.column] ?? nil).map { (reading.path, $0) }
          }
        guard !values.isEmpty else { continue }
        let text = ContextReading.text(of: values)
        if setting == userSetting { context.user = text } else { context.settings[setting] = text }
      }
      for (setting, template) in given {
        context.settings[setting] = template.replacing("{tenant}", with: tenants[number])
          .replacing("{user}", with: context.user ?? "")
      }
      return context
    }
  }
}
