-- Whoever has an errand sees all notes.
ALTER POLICY "Tenant isolation" ON "Front Desk"."ErrandNote"
  USING (EXISTS (SELECT 1 FROM "Front Desk"."Errand" e WHERE e.:own)) WITH CHECK (:own);
