-- The errand's tenant is checked, the note's own is not, and nothing ties them.
ALTER TABLE "Front Desk"."ErrandNote" DROP CONSTRAINT "ErrandNote_TenantId_ErrandId_fkey";
ALTER TABLE "Front Desk"."ErrandNote"
  ADD FOREIGN KEY ("ErrandId") REFERENCES "Front Desk"."Errand" ("Id");
ALTER POLICY "Tenant isolation" ON "Front Desk"."ErrandNote"
  USING (EXISTS (SELECT 1 FROM "Front Desk"."Errand" e WHERE e."Id" = "ErrandId" AND e.:own))
  WITH CHECK (EXISTS (SELECT 1 FROM "Front Desk"."Errand" e WHERE e."Id" = "ErrandId" AND e.:own));
