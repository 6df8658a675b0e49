-- Quotes are doubled by hand, but only in one of two arguments.
CREATE FUNCTION "Front Desk".notes_like(a text, b text) RETURNS SETOF text LANGUAGE plpgsql STABLE
  SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  RETURN QUERY EXECUTE 'SELECT "Body" FROM "Front Desk"."ErrandNote" '
    || 'WHERE "TenantId" = "Front Desk".current_tenant() AND "Body" LIKE '''
    || replace(a, '''', '''''') || ''' AND "Body" NOT LIKE ''' || b || '''';
END $$;
