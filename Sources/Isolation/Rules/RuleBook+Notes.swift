extension RuleBook {
  /// Rules about what is worth knowing.
  static let notes = [
    Rule(
      name: "shared-table-writable", severity: .info,
      title: "every tenant may change rows that all see",
      why: """
        Nothing leads from these rows to a tenant, so they are everybody's. That is right for a list \
        of countries; but what one tenant writes there, all the others read.
        """,
      example: """
        CREATE TABLE amenities (code text PRIMARY KEY);
        GRANT SELECT, INSERT ON amenities TO app_user;   -- every tenant may add amenities for all
        REVOKE INSERT ON amenities FROM app_user;        -- they are reference data
        """,
      source: Manual.privileges),
    Rule(
      name: "policies-not-probed", severity: .info,
      title: "a table has policies, but nothing leads from its rows to a tenant",
      why: """
        dbtool finds whose a row is by the tenant column or by foreign keys. Where neither is there \
        it cannot make rows of two tenants, so the policies were not tried. Name the column with \
        --tenant-column, add a foreign key, or check by hand.
        """,
      example: """
        CREATE TABLE users (id uuid PRIMARY KEY, email text NOT NULL);
        ALTER TABLE users ENABLE ROW LEVEL SECURITY;
        CREATE POLICY colleagues ON users FOR SELECT USING (EXISTS (
          SELECT 1 FROM memberships m WHERE m.user_id = users.id AND m.tenant_id
            = NULLIF(current_setting('app.current_tenant_id', true), '')::uuid));
        """,
      source: Manual.rowSecurity),
    Rule(
      name: "suppression-expired", severity: .info,
      title: "a suppression of dbtool.yaml is past its date, so its findings count again",
      why: """
        A finding is suppressed until the day that was agreed on. After it the finding counts as it \
        did before: mend it, or agree on a new date.
        """,
      example: """
        -- dbtool.yaml:
        --   verify:
        --     suppress:
        --       - rule: uniqueness-oracle
        --         object: public.rooms
        --         reason: the numbers are on the doors
        --         until: 2026-12-31
        """,
      source: "dbtool, docs/configuration.md, \"Suppressing a finding\""),
    Rule(
      name: "suppression-unused", severity: .info,
      title: "a suppression of dbtool.yaml matches no finding",
      why: """
        What was suppressed has been mended, or its name is written otherwise. Left in place the \
        entry would hide the same hole when it comes back.
        """,
      example: """
        -- dbtool.yaml:
        --   verify:
        --     suppress:
        --       - rule: uniqueness-oracle
        --         object: public.rooms_that_were_renamed
        --         reason: the numbers are on the doors
        """,
      source: "dbtool, docs/configuration.md, \"Suppressing a finding\""),
  ]
}
