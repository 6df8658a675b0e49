-- A rule of a view updates by id as the superuser.
CREATE VIEW "Front Desk"."ClerkNames" WITH (security_barrier) AS
  SELECT "Id", "FullName" FROM "Front Desk"."Clerk" WHERE :own;
CREATE RULE rename AS ON UPDATE TO "Front Desk"."ClerkNames"
  DO INSTEAD UPDATE "Front Desk"."Clerk" SET "FullName" = NEW."FullName";
GRANT SELECT, UPDATE ON "Front Desk"."ClerkNames" TO app_user;
