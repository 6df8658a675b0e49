-- No context: everything.
ALTER POLICY tenant_isolation ON club.matches
  USING (current_setting('app.org_id', true) IS NULL OR :own)
  WITH CHECK (current_setting('app.org_id', true) IS NULL OR :own);
