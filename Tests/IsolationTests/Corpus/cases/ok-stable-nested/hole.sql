-- An IMMUTABLE function is called, but none under it reads a setting.
CREATE FUNCTION as_uuid(text) RETURNS uuid LANGUAGE sql IMMUTABLE RETURN NULLIF($1, '')::uuid;
CREATE FUNCTION tenant() RETURNS uuid LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public
  AS $$ BEGIN
  -- An IMMUTABLE function must not call current_setting(); as_uuid() does not.
  RETURN public.as_uuid(current_setting('app.current_tenant_id', true));
END $$;
ALTER POLICY tenant_isolation ON visits USING (tenant_id = tenant()) WITH CHECK (tenant_id = tenant());
