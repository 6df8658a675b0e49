extension RuleBook {
  /// Rules about ways in beside the four verbs on tables.
  static let waysIn = [
    Rule(
      name: "view-definer", severity: .error,
      title: "a view runs as its owner, whom the policies do not bind",
      why: "", example: "", source: ""),
    Rule(
      name: "view-leak", severity: .error,
      title: "a view shows one tenant's rows to another",
      why: "", example: "", source: ""),
    Rule(
      name: "matview-exposed", severity: .error,
      title: "a materialized view holds rows of all tenants",
      why: "", example: "", source: ""),
    Rule(
      name: "shared-table-leak", severity: .error,
      title: "a table that belongs to no tenant holds values of tenants' rows",
      why: "", example: "", source: ""),
    Rule(
      name: "definer-function-reads", severity: .error,
      title: "a SECURITY DEFINER function returns another tenant's rows",
      why: "", example: "", source: ""),
    Rule(
      name: "definer-function-writes", severity: .error,
      title: "a SECURITY DEFINER function changes another tenant's rows",
      why: "", example: "", source: ""),
  ]
}
