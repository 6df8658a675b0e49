extension RuleBook {
  /// Rules about the tenant context.
  static let context = [
    Rule(
      name: "unset-context", severity: .error,
      title: "a table is open when the tenant setting was never set",
      why: "", example: "", source: ""),
    Rule(
      name: "empty-context", severity: .error,
      title: "a table is open when the tenant setting is empty",
      why: "", example: "", source: ""),
    Rule(
      name: "context-fallback", severity: .error,
      title: "a session without a tenant falls back to the rows of a fixed one",
      why: "", example: "", source: ""),
    Rule(
      name: "immutable-context", severity: .error,
      title: "a policy calls an IMMUTABLE function that reads a setting",
      why: "", example: "", source: ""),
    Rule(
      name: "context-preset", severity: .warning,
      title: "sessions of the role begin with a tenant",
      why: "", example: "", source: ""),
  ]
}
