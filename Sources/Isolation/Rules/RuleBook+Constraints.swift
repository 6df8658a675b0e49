extension RuleBook {
  /// Rules about constraints that reach across tenants.
  static let constraints = [
    Rule(
      name: "cross-tenant-reference", severity: .error,
      title: "a foreign key without the tenant column accepts another tenant's row",
      why: "", example: "", source: ""),
    Rule(
      name: "uniqueness-oracle", severity: .warning,
      title: "a unique key without the tenant column tells what another tenant has",
      why: "", example: "", source: ""),
    Rule(
      name: "exclusion-oracle", severity: .warning,
      title: "an exclusion constraint without the tenant column tells what another tenant has",
      why: "", example: "", source: ""),
  ]
}
