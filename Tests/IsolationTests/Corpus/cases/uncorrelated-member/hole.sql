-- Whoever is a member anywhere sees every match.
ALTER POLICY tenant_isolation ON club.matches
  USING (EXISTS (SELECT 1 FROM club.memberships m WHERE m.:own)) WITH CHECK (:own);
