extension RuleBook {
  /// Rules about the tenant context.
  static let context = [
    Rule(
      name: "unset-context", severity: .error,
      title: "a table is open when the tenant setting was never set",
      why: """
        In a session that never set the tenant, current_setting(…, true) is NULL. A policy that \
        takes this for permission opens all rows to every connection that forgets to name a \
        tenant: a job, a console, a new code path.
        """,
      example: """
        CREATE POLICY jobs ON rooms FOR SELECT                                     -- open
          USING (current_setting('app.current_tenant_id', true) IS NULL);
        ALTER POLICY jobs ON rooms
          USING (tenant_id = NULLIF(current_setting('app.current_tenant_id', true), '')::uuid);
        """,
      source: Manual.settingFunctions),
    Rule(
      name: "empty-context", severity: .error,
      title: "a table is open when the tenant setting is empty",
      why: """
        After a transaction that used SET LOCAL, the setting is not unset but empty. In a pooled \
        connection that is how every transaction begins which names no tenant, so a policy that \
        takes '' for permission opens all rows to it.
        """,
      example: """
        CREATE POLICY jobs ON rooms FOR SELECT                                     -- open
          USING (current_setting('app.current_tenant_id', true) = '');
        ALTER POLICY jobs ON rooms
          USING (tenant_id = NULLIF(current_setting('app.current_tenant_id', true), '')::uuid);
        """,
      source: Manual.settingFunctions),
    Rule(
      name: "context-fallback", severity: .error,
      title: "a session without a tenant falls back to the rows of a fixed one",
      why: """
        COALESCE puts a fixed tenant in the place of a missing one. A session that forgot to name \
        its tenant then works on that tenant's rows instead of on none, and nobody notices.
        """,
      example: """
        CREATE POLICY adding ON rooms FOR INSERT WITH CHECK (tenant_id = COALESCE( -- open
          NULLIF(current_setting('app.current_tenant_id', true), ''),
          '99999999-9999-4999-8999-999999999999')::uuid);
        ALTER POLICY adding ON rooms
          WITH CHECK (tenant_id = NULLIF(current_setting('app.current_tenant_id', true), '')::uuid);
        """,
      source: Manual.settingFunctions),
    Rule(
      name: "immutable-context", severity: .error,
      title: "a policy calls an IMMUTABLE function that reads a setting",
      why: """
        IMMUTABLE promises that the result never changes, so the planner may compute it once and \
        keep the value in a cached plan. When the session then acts for another tenant, the plan \
        still shows the first one's rows.
        """,
      example: """
        CREATE POLICY tenant_isolation ON rooms USING (tenant_id = current_tenant());
        ALTER FUNCTION current_tenant() IMMUTABLE;                                 -- open
        ALTER FUNCTION current_tenant() STABLE;                                    -- closed
        """,
      source: Manual.volatility),
    Rule(
      name: "self-enrolment", severity: .error,
      title: "a tenant can write the rows that decide what it may see",
      why:
        "Policies that ask a table of memberships, shares or mappings are as strong as that table. A user who may insert a membership of itself in another tenant, or point a mapping at it, reads that tenant's rows with the next statement, and every policy on the way is satisfied.",
      example: """
        CREATE POLICY joining ON memberships FOR INSERT WITH CHECK (user_id = acting_user());
        -- The user enrols itself anywhere. Instead, only in a tenant that it administers:
        ALTER POLICY joining ON memberships WITH CHECK (tenant_id = current_tenant());
        REVOKE INSERT, UPDATE ON memberships FROM app_user;   -- or leave it to provisioning
        """,
      source: "PostgreSQL manual, \"Row Security Policies\""),
    Rule(
      name: "ended-access", severity: .warning,
      title: "policies honour access that has ended",
      why:
        "A row that gives access often says that it is over, with revoked_at, expires_at, is_active or a status, instead of being deleted. A policy that does not ask for it lets former members read on. What such a column means is judged by its name, so this is a warning.",
      example: """
        CREATE POLICY members ON rooms USING (EXISTS (SELECT FROM memberships m    -- open
          WHERE m.tenant_id = rooms.tenant_id AND m.user_id = acting_user()));
        ALTER POLICY members ON rooms USING (EXISTS (SELECT FROM memberships m WHERE
          m.tenant_id = rooms.tenant_id AND m.user_id = acting_user() AND m.revoked_at IS NULL));
        """,
      source: "PostgreSQL manual, \"Row Security Policies\""),
    Rule(
      name: "context-preset", severity: .warning,
      title: "sessions of the role begin with a tenant",
      why: """
        ALTER ROLE … SET or ALTER DATABASE … SET gives every new session a tenant. Code that forgets \
        to name one then reaches that tenant's rows instead of none.
        """,
      example: """
        ALTER ROLE app_user                                                        -- open
          SET app.current_tenant_id = '11111111-1111-4111-8111-111111111111';
        ALTER ROLE app_user RESET app.current_tenant_id;                           -- closed
        """,
      source: Manual.alterRole),
  ]
}
