-- The function that runs the text is called by the one that runs as its owner.
CREATE FUNCTION depot.number_of(relation regclass, condition text) RETURNS bigint LANGUAGE plpgsql
  SET search_path = pg_catalog AS $$
DECLARE n bigint;
BEGIN
  EXECUTE format('SELECT count(*) FROM %s WHERE tenant_id = $1 AND (%s)', relation, condition)
    INTO n USING NULLIF(current_setting('app.current_tenant_id', true), '')::bigint;
  RETURN n;
END $$;
CREATE FUNCTION depot.article_count(condition text) RETURNS bigint LANGUAGE sql SECURITY DEFINER
  SET search_path = pg_catalog AS $$ SELECT depot.number_of('depot.articles', condition) $$;
