extension RuleBook {
  /// Rules about definitions.
  static let definitions = [
    Rule(
      name: "definer-search-path", severity: .warning,
      title: "a SECURITY DEFINER function looks names up where its caller says",
      why: """
        Names in the body without a schema are looked up in the caller's search_path, temporary \
        tables first. Whoever can make a table, a temporary one is enough, can put it in the place \
        of the one that the function means, with the owner's rights.
        """,
      example: """
        CREATE FUNCTION count_rooms() RETURNS bigint LANGUAGE sql SECURITY DEFINER -- open
          AS $$ SELECT count(*) FROM rooms $$;
        ALTER FUNCTION count_rooms() SET search_path = pg_catalog, public, pg_temp;
        """,
      source: Manual.definerFunctions),
    Rule(
      name: "tenant-default", severity: .warning,
      title: "rows that name no tenant get a fixed one",
      why: """
        With a real tenant as the default, code that forgets the column does not fail: its rows \
        land with that tenant, in jobs and migrations that no policy binds for example.
        """,
      example: """
        ALTER TABLE rooms ALTER COLUMN tenant_id                                   -- open
          SET DEFAULT '11111111-1111-4111-8111-111111111111';
        ALTER TABLE rooms ALTER COLUMN tenant_id DROP DEFAULT;                     -- closed
        """,
      source: Manual.defaults),
  ]
}
