-- EXISTS over the parent, joined by both columns.
ALTER POLICY "Tenant isolation" ON "Front Desk"."ErrandNote"
  USING (EXISTS (SELECT 1 FROM "Front Desk"."Errand" e
    WHERE e."Id" = "ErrandNote"."ErrandId" AND e."TenantId" = "ErrandNote"."TenantId" AND e.:own))
  WITH CHECK (:own);
