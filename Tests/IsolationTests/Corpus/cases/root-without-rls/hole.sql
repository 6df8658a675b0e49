-- The list of tenants is readable by every tenant.
ALTER TABLE "Front Desk"."Houses" DISABLE ROW LEVEL SECURITY;
