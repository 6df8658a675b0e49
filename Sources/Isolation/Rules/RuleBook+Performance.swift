extension RuleBook {
  /// Rules about policies that make queries slow; none of them opens anything.
  static let performance = [
    Rule(
      name: "slow-policy-call", severity: .info,
      title: "a policy computes for each row what is the same for all of them",
      why: """
        A policy is a filter. Unless an index takes its place, it is evaluated for each row of all \
        tenants, and so is each function in it, although the tenant is the same throughout the \
        statement. Inside (SELECT …) it is computed once, before the first row is read. A VOLATILE \
        function keeps an index from being used as well. With an index on the tenant column a bare \
        current_setting costs nothing, and is not reported.
        """,
      example: """
        CREATE FUNCTION tenant_now() RETURNS uuid LANGUAGE plpgsql STABLE AS $$
          BEGIN RETURN NULLIF(current_setting('app.current_tenant_id', true), '')::uuid; END $$;
        CREATE POLICY own_rooms ON rooms USING (tenant_id = tenant_now() OR floor < 0);
        ALTER POLICY own_rooms ON rooms USING (tenant_id = (SELECT tenant_now()) OR floor < 0);
        """,
      source: Manual.volatility),
    Rule(
      name: "tenant-index-missing", severity: .info,
      title: "no index begins with the column that a policy compares with the context",
      why: """
        Every query of every tenant gets the policy's condition. Without an index that begins with \
        its column, each of them reads the rows of all tenants, and grows slower with each tenant \
        that comes.
        """,
      example: """
        CREATE POLICY own_rooms ON rooms USING (tenant_id = current_tenant());
        CREATE INDEX ON rooms (tenant_id);   -- at work: CREATE INDEX CONCURRENTLY
        """,
      source: Manual.multicolumnIndexes),
    Rule(
      name: "slow-policy-subquery", severity: .info,
      title: "a policy's subquery reads a whole table, or keeps an index from being used",
      why: """
        A subquery in a policy never becomes a join. If it depends on the row it runs for each row, \
        and without an index reads its table each time. If it does not, IN (SELECT …) still tests \
        each row of all tenants, while = ANY (ARRAY(SELECT …)) is computed first and lets the index \
        on the tenant column find the rows.
        """,
      example: """
        CREATE POLICY own_rooms ON rooms USING (tenant_id IN (
          SELECT m.tenant_id FROM memberships m WHERE m.user_id = acting_user()));
        CREATE INDEX ON memberships (user_id);
        ALTER POLICY own_rooms ON rooms USING (tenant_id = ANY (ARRAY(
          SELECT m.tenant_id FROM memberships m WHERE m.user_id = acting_user())));
        """,
      source: Manual.explain),
  ]
}
