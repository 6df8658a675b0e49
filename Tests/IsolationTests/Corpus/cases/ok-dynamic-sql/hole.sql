-- Dynamic SQL with USING and %I.
CREATE FUNCTION "Front Desk".notes_like(q text) RETURNS SETOF text LANGUAGE plpgsql STABLE
  SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  RETURN QUERY EXECUTE format('SELECT "Body" FROM %I.%I WHERE "TenantId" = $1 AND "Body" LIKE $2',
    'Front Desk', 'ErrandNote') USING "Front Desk".current_tenant(), q;
END $$;
