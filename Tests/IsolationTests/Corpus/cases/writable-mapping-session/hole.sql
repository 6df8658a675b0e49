-- The function for the tenant reads a table that the application writes.
SET ROLE app_owner;
CREATE TABLE "Front Desk"."SessionMap" ("Session" uuid PRIMARY KEY, "House" uuid NOT NULL);
GRANT SELECT, INSERT, UPDATE, DELETE ON "Front Desk"."SessionMap" TO app_user;
ALTER POLICY "Tenant isolation" ON "Front Desk"."Clerk"
  USING (:own OR EXISTS (SELECT 1 FROM "Front Desk"."SessionMap" m
    WHERE m."Session" = "Front Desk".current_tenant() AND m."House" = "TenantId"))
  WITH CHECK (:own);
