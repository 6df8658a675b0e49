-- Pages of public spaces are seen by all, through a function that reads the space.
CREATE FUNCTION kb.is_public(site text, space bigint) RETURNS boolean LANGUAGE sql STABLE
  SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT EXISTS (SELECT 1 FROM kb.spaces s
    WHERE s.tenant_id = site AND s.id = space AND s.visibility = 'public') $$;
ALTER POLICY tenant_isolation ON kb.pages
  USING (:own OR kb.is_public(tenant_id, space_id)) WITH CHECK (:own);
