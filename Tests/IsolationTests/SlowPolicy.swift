import Testing

/// A policy that makes queries slow, and its twin that looks like it and does not.
struct SlowPolicy: Sendable, CustomTestStringConvertible {
  var name: String
  /// What both begin with.
  var schema = ""
  /// What makes it slow.
  var slow: String
  /// What stands in its place in the twin.
  var fast: String
  var rule: String
  var object = "public.logs"
  var operation = "select"

  var testDescription: String { name }

  private static let setting = "current_setting('app.current_tenant_id', true)"
  private static let bare = "tenant_id = NULLIF(\(setting), '')::uuid"
  private static let user = MembershipSchema.user

  /// A table of tenants that is found by its own key only.
  static let logs = """
    CREATE TABLE logs (tenant_id uuid NOT NULL REFERENCES tenants, id uuid PRIMARY KEY,
      word text NOT NULL, author_id uuid NOT NULL);
    """
  private static let index = "CREATE INDEX ON logs (tenant_id);"
  private static let helper = """
    CREATE FUNCTION tenant_now() RETURNS uuid LANGUAGE plpgsql STABLE AS $$
      BEGIN RETURN NULLIF(\(setting), '')::uuid; END $$;
    """
  private static let members = """
    CREATE TABLE members (tenant_id uuid NOT NULL REFERENCES tenants, user_id uuid NOT NULL,
      PRIMARY KEY (tenant_id, user_id));
    ALTER TABLE members ENABLE ROW LEVEL SECURITY;
    ALTER TABLE members FORCE ROW LEVEL SECURITY;
    CREATE POLICY own_rows ON members FOR SELECT USING (user_id = \(user));
    GRANT SELECT ON members TO app_user;
    """
  private static let byUser = "CREATE INDEX ON members (user_id);"
  private static let query = "SELECT m.tenant_id FROM members m WHERE m.user_id = \(user)"
  private static let inMembers = "tenant_id IN (\(query))"
  private static let anyMembers = "tenant_id = ANY (ARRAY(\(query)))"

  static let ofIndexes = [
    SlowPolicy(
      name: "no index begins with the tenant column", schema: logs + PlantedSchema.protect("logs"),
      slow: "CREATE INDEX ON logs (id, tenant_id);", fast: index, rule: "tenant-index-missing"),
    SlowPolicy(
      name: "no index of a partitioned table begins with it", slow: "",
      fast: "CREATE INDEX ON events (tenant_id);", rule: "tenant-index-missing",
      object: "public.events"),
    SlowPolicy(
      name: "the tenant column is compared as text, so its index is of no use",
      schema: logs + PlantedSchema.protect("logs", "tenant_id::text = (SELECT \(setting))") + index,
      slow: "", fast: "CREATE INDEX ON logs ((tenant_id::text));", rule: "tenant-index-missing"),
    SlowPolicy(
      name: "only an UPDATE policy compares a column without an index",
      schema: logs + PlantedSchema.protect("logs") + index + byAuthor, slow: "",
      fast: "CREATE INDEX ON logs (author_id);", rule: "tenant-index-missing",
      operation: "update"),
  ]

  private static let byAuthor = PlantedSchema.split(
    "logs", select: "true", update: "author_id = (SELECT \(user))",
    updateCheck: PlantedSchema.own())

  static let ofCalls = [
    SlowPolicy(
      name: "a setting is read for each row", schema: logs,
      slow: PlantedSchema.protect("logs", bare), fast: PlantedSchema.protect("logs"),
      rule: "slow-policy-call"),
    SlowPolicy(
      name: "a setting is read in an index condition", schema: logs + index,
      slow: PlantedSchema.protect("logs", "\(bare) OR word = \(setting)"),
      fast: PlantedSchema.protect("logs", bare), rule: "slow-policy-call"),
    SlowPolicy(
      name: "a function is called for each row", schema: logs + helper,
      slow: PlantedSchema.protect("logs", "tenant_id = tenant_now()"),
      fast: PlantedSchema.protect("logs", "tenant_id = (SELECT tenant_now())"),
      rule: "slow-policy-call"),
    SlowPolicy(
      name: "a VOLATILE function keeps the index from being used", schema: logs + helper + index,
      slow: """
        ALTER FUNCTION tenant_now VOLATILE;
        \(PlantedSchema.protect("logs", "tenant_id = tenant_now()"))
        """, fast: PlantedSchema.protect("logs", "tenant_id = tenant_now()"),
      rule: "slow-policy-call"),
    SlowPolicy(
      name: "a function gives an array for each row",
      schema: logs + """
        CREATE FUNCTION mine() RETURNS uuid[] LANGUAGE plpgsql STABLE AS $$
          BEGIN RETURN ARRAY[NULLIF(\(setting), '')::uuid]; END $$;
        """, slow: PlantedSchema.protect("logs", "tenant_id = ANY (mine())"),
      fast: PlantedSchema.protect("logs", "tenant_id = ANY ((SELECT mine())::uuid[])"),
      rule: "slow-policy-call"),
    SlowPolicy(
      name: "a policy for one command calls a function for each row", schema: logs + helper,
      slow: PlantedSchema.protect("logs")
        + PlantedSchema.split("logs", select: "tenant_id = tenant_now()"),
      fast: PlantedSchema.protect("logs") + PlantedSchema.split("logs"),
      rule: "slow-policy-call"),
  ]

  static let ofSubqueries = [
    SlowPolicy(
      name: "a membership is looked for without an index",
      schema: logs + index + members + PlantedSchema.protect("logs", anyMembers), slow: "",
      fast: byUser, rule: "slow-policy-subquery"),
    SlowPolicy(
      name: "a subquery keeps the index on the tenant column from being used",
      schema: logs + index + members + byUser, slow: PlantedSchema.protect("logs", inMembers),
      fast: PlantedSchema.protect("logs", anyMembers), rule: "slow-policy-subquery"),
    SlowPolicy(
      name: "a membership is looked for in each row's tenant",
      schema: logs + index + members + byUser,
      slow: PlantedSchema.protect(
        "logs",
        "word <> '' AND EXISTS (SELECT 1 FROM members m WHERE m.tenant_id = logs.tenant_id "
          + "AND m.user_id = \(user))"),
      fast: PlantedSchema.protect("logs", anyMembers), rule: "slow-policy-subquery"),
    SlowPolicy(
      name: "a subquery for each row has no index",
      schema: logs + index + """
        CREATE TABLE shares (tenant_id uuid NOT NULL REFERENCES tenants, id uuid PRIMARY KEY,
          log_id uuid NOT NULL REFERENCES logs);
        \(PlantedSchema.protect("shares", "true"))
        CREATE INDEX ON shares (tenant_id);
        """
        + PlantedSchema.protect(
          "logs",
          "EXISTS (SELECT FROM shares s WHERE s.log_id = logs.id AND s.\(PlantedSchema.own()))"),
      slow: "DROP INDEX shares_tenant_id_idx;", fast: "CREATE INDEX ON shares (log_id);",
      rule: "slow-policy-subquery"),
    SlowPolicy(
      name: "a function that a policy calls looks for memberships without an index",
      schema: logs + index + members + """
        CREATE FUNCTION my_tenants() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
          SET search_path = pg_catalog, public, pg_temp AS $$ SELECT ARRAY(\(query)) $$;
        \(PlantedSchema.protect("logs", "tenant_id = ANY ((SELECT my_tenants())::uuid[])"))
        """, slow: "", fast: byUser, rule: "slow-policy-subquery"),
  ]
}
