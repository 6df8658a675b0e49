extension RuleBook {
  /// Rules about what is worth knowing.
  static let notes = [
    Rule(
      name: "shared-table-writable", severity: .info,
      title: "every tenant may change rows that all see",
      why: "", example: "", source: ""),
    Rule(
      name: "policies-not-probed", severity: .info,
      title: "a table has policies, but nothing leads from its rows to a tenant",
      why: "", example: "", source: ""),
  ]
}
