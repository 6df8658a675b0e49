extension TenancyRules {
  static func flaws(atEndOf scene: LintScene) -> [LateFlaw] {
    scene.droppedPolicies.filter { drop in
      let key = drop.table.key
      guard !scene.newlyProtected.contains(key), !scene.droppedTables.contains(key) else {
        return false
      }
      // Policy files may clear away what another of them has replaced.
      return !scene.isPolicyFile || scene.model.tables[key]?.policies.isEmpty != false
    }.map { drop in
      LateFlaw(
        flaw: LintFlaw(
          droppedPolicy, drop.table.description,
          "the policy \(drop.name) of \(drop.table) is dropped and none takes its place",
          remedy: "create the new policy in the same file"), origin: drop.origin)
    }
  }

  static func flaws(whenAllIsRead scene: LintScene) -> [LateFlaw] {
    let model = scene.model
    return model.tables.values.sorted { $0.name.key < $1.name.key }.filter {
      scene.isTenantTable($0.name) && !$0.isPartition
    }.flatMap { table -> [LateFlaw] in
      var flaws: [LateFlaw] = []
      func add(_ rule: LintRule, _ message: String, _ remedy: String) {
        flaws.append(
          LateFlaw(
            flaw: LintFlaw(rule, table.name.description, message, remedy: remedy),
            origin: table.origin))
      }
      if table.policies.isEmpty, !model.codeCreatesPolicies {
        add(
          policy, "no file creates a policy for \(table.name)", "add one to the folder of policies")
      }
      if !table.hasRowSecurity, !model.codeEnablesRowSecurity {
        add(
          rowSecurity, "no file enables row-level security on \(table.name)",
          "ALTER TABLE \(table.name.sql) ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
      }
      if table.hasRowSecurity, !table.isForced {
        add(
          forced, "the owner of \(table.name) passes its policies",
          "ALTER TABLE \(table.name.sql) FORCE ROW LEVEL SECURITY")
      }
      return flaws
    }
  }
}
