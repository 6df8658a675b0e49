extension RuleBook {
  /// Rules about definitions.
  static let definitions = [
    Rule(
      name: "definer-search-path", severity: .warning,
      title: "a SECURITY DEFINER function looks names up where its caller says",
      why: "", example: "", source: ""),
    Rule(
      name: "tenant-default", severity: .warning,
      title: "rows that name no tenant get a fixed one",
      why: "", example: "", source: ""),
  ]
}
