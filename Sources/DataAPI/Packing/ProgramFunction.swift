/// The temporary functions that run a packed program inside a transaction.
///
/// They go with the transaction, which is rolled back or drops them at its end.
enum ProgramFunction {
  /// What has to be run once in a transaction before the first program, in one statement.
  static let definition =
    "DO "
    + PackedScript.dollarQuoted(
      "BEGIN EXECUTE \(PackedScript.dollarQuoted(block)); "
        + "EXECUTE \(PackedScript.dollarQuoted(pages)); "
        + "EXECUTE \(PackedScript.dollarQuoted(run)); END")

  /// Runs the program `:program`, and gives the reports in pieces that fit into rows.
  static let call =
    "SELECT page::text FROM pg_temp.dbtool_run(CAST(:program AS text)) AS page"

  /// Gives the pieces of the same reports from the number `:first` on, counted from 0.
  static let continuation =
    "SELECT page::text FROM pg_temp.dbtool_pages(CAST(:first AS integer)) AS page"

  /// Takes the functions away again, so that COMMIT leaves nothing behind in the session, which the
  /// next caller may get.
  ///
  /// Whatever role the transaction took on, its deferred triggers run in it before.
  static let removal =
    "DO "
    + PackedScript.dollarQuoted(
      "BEGIN SET CONSTRAINTS ALL IMMEDIATE; RESET SESSION AUTHORIZATION; RESET ROLE; "
        + "DROP FUNCTION pg_temp.dbtool_run(text), pg_temp.dbtool_pages(integer), "
        + "pg_temp.dbtool_block(jsonb, integer, integer, text[]); END")

  /// Characters of a piece: below 64 KB, whatever the characters.
  static let pageLength = 15_000
  /// Pieces of an answer: below 1 MiB, also where half the characters are escaped in JSON.
  static let pageCount = 30

  /// One function for each savepoint that is open: it calls itself when another one begins, and its
  /// subtransaction is the savepoint's.
  ///
  /// A report is `[step, count]`, `[step, count, columns, rows]` with rows in composite form, or
  /// `[step, sqlstate, message, …]`.
  private static let block = """
    CREATE FUNCTION pg_temp.dbtool_block(
      program jsonb, level integer, INOUT reached integer, INOUT reports text[]
    ) LANGUAGE plpgsql AS \(PackedScript.dollarQuoted(body))
    """

  private static let body = """
    #variable_conflict use_variable
    DECLARE
      dbtool_row record; dbtool_rows text[]; dbtool_names json; dbtool_count bigint;
      dbtool_failed integer; dbtool_kind text; \(PLpgSQL.declarations)
    BEGIN
      LOOP
        BEGIN
          LOOP
            dbtool_kind := program -> reached ->> 0;
            IF dbtool_kind IN ('x', 'q') THEN
              dbtool_failed := reached;
              IF dbtool_kind = 'q' THEN
                dbtool_rows := '{}';
                dbtool_names := NULL;
                FOR dbtool_row IN EXECUTE program -> reached ->> 1 LOOP
                  IF dbtool_names IS NULL THEN
                    SELECT pg_catalog.json_agg(name) INTO dbtool_names
                    FROM pg_catalog.json_object_keys(pg_catalog.row_to_json(dbtool_row)) AS name;
                  END IF;
                  dbtool_rows := dbtool_rows || dbtool_row::text;
                END LOOP;
                GET DIAGNOSTICS dbtool_count = ROW_COUNT;
                reports := reports || pg_catalog.json_build_array(
                  reached, dbtool_count, dbtool_names, dbtool_rows)::text;
              ELSE
                EXECUTE program -> reached ->> 1;
                GET DIAGNOSTICS dbtool_count = ROW_COUNT;
                reports := reports || pg_catalog.json_build_array(reached, dbtool_count)::text;
              END IF;
              reached := reached + 1;
            ELSIF dbtool_kind = 's' THEN
              SELECT b.reached, b.reports INTO reached, reports
              FROM pg_temp.dbtool_block(program, level + 1, reached + 1, reports) AS b;
            ELSIF dbtool_kind = 'b' THEN
              IF (program -> reached ->> 1)::integer < level THEN RETURN; END IF;
              RAISE SQLSTATE 'DBT00';
            ELSIF dbtool_kind = 'r' THEN
              IF (program -> reached ->> 1)::integer = level THEN reached := reached + 1; END IF;
              RETURN;
            ELSIF level = 0 AND reached < 0 THEN
              RAISE SQLSTATE 'DBT01';
            ELSE
              RETURN;
            END IF;
          END LOOP;
        EXCEPTION
          WHEN SQLSTATE 'DBT00' THEN
            reached := reached + 1;
          WHEN SQLSTATE 'DBT01' THEN
            RETURN;
          WHEN OTHERS OR query_canceled OR assert_failure THEN
            \(PLpgSQL.diagnostics)
            reports := reports
              || pg_catalog.json_build_array(dbtool_failed, \(PLpgSQL.fields))::text;
            reached := (program -> dbtool_failed ->> 2)::integer;
            IF program -> reached ->> 0 = 'f' THEN
              -- Counted from the end, as no other step is: the transaction does not recover.
              reached := -1;
              RETURN;
            END IF;
        END;
      END LOOP;
    END
    """

  private static let pages = """
    CREATE FUNCTION pg_temp.dbtool_pages(first integer) RETURNS SETOF text
    LANGUAGE sql AS $pages$
      SELECT pg_catalog.substr(all_reports, 1 + number * \(pageLength), \(pageLength))
      FROM (SELECT pg_catalog.current_setting('dbtool.reports') AS all_reports) AS kept,
        pg_catalog.generate_series(first, first + \(pageCount - 1)) AS number
      WHERE number * \(pageLength) < pg_catalog.length(all_reports)
      ORDER BY number
    $pages$
    """

  private static let run = """
    CREATE FUNCTION pg_temp.dbtool_run(program text) RETURNS SETOF text
    LANGUAGE plpgsql AS $run$
    BEGIN
      PERFORM pg_catalog.set_config('dbtool.reports', pg_catalog.array_to_string(
        (SELECT b.reports FROM pg_temp.dbtool_block(program::jsonb, 0, 0, '{}') AS b), E'\\n'), true);
      RETURN QUERY SELECT * FROM pg_temp.dbtool_pages(0);
    END
    $run$
    """
}
