-- Text comparison with '' in front of the cast.
ALTER POLICY tenant_isolation ON visits
  USING (CASE WHEN current_setting('app.current_tenant_id', true) = '' THEN true ELSE :own END)
  WITH CHECK (:own);
