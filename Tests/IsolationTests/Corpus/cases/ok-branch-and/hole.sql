-- The branch is AND-ed, not OR-ed.
ALTER POLICY tenant_isolation ON kb.pages
  USING (:own AND (state = 'live' OR title <> '')) WITH CHECK (:own AND state IN ('draft', 'review', 'live'));
