-- An invoker view over a definer function.
CREATE FUNCTION "Front Desk".all_clerks() RETURNS SETOF "Front Desk"."Clerk" LANGUAGE sql STABLE
  SECURITY DEFINER SET search_path = pg_catalog AS $$ SELECT * FROM "Front Desk"."Clerk" $$;
CREATE VIEW "Front Desk"."ClerkList" WITH (security_invoker = true) AS
  SELECT "TenantId", "Id", "FullName" FROM "Front Desk".all_clerks();
GRANT SELECT ON "Front Desk"."ClerkList" TO app_user;
