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
      name: "self-enrolment", severity: .error,
      title: "a tenant can write the rows that decide what it may see",
      why:
        "Policies that ask a table of memberships, shares or mappings are as strong as that table. A user who may insert a membership of itself in another tenant, or point a mapping at it, reads that tenant's rows with the next statement, and every policy on the way is satisfied.",
      example: """
        CREATE POLICY join_us ON memberships FOR INSERT WITH CHECK (user_id = auth.uid());
        -- the user enrols itself anywhere; instead, only in a tenant that it administers:
        CREATE POLICY invite ON memberships FOR INSERT WITH CHECK (tenant_id = current_tenant());
        REVOKE INSERT, UPDATE ON memberships FROM app_user; -- or leave it to provisioning
        """,
      source: "PostgreSQL manual, section 5.8 \"Row Security Policies\""),
    Rule(
      name: "ended-access", severity: .warning,
      title: "policies honour access that has ended",
      why:
        "A row that gives access often says that it is over, with revoked_at, expires_at, is_active or a status, instead of being deleted. A policy that does not ask for it lets former members read on. What such a column means is judged by its name, so this is a warning.",
      example: """
        -- lets former members in
        USING (EXISTS (SELECT FROM memberships m
          WHERE m.tenant_id = projects.tenant_id AND m.user_id = auth.uid()))
        -- does not
        USING (EXISTS (SELECT FROM memberships m
          WHERE m.tenant_id = projects.tenant_id AND m.user_id = auth.uid() AND m.revoked_at IS NULL))
        """,
      source: "PostgreSQL manual, section 5.8 \"Row Security Policies\""),
    Rule(
      name: "context-preset", severity: .warning,
      title: "sessions of the role begin with a tenant",
      why: "", example: "", source: ""),
  ]
}
