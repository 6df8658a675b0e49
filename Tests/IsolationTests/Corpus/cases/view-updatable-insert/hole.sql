-- Only INSERT is granted on a superuser's view.
CREATE VIEW "Front Desk"."NewNote" AS
  SELECT "TenantId", "ErrandId", "Body" FROM "Front Desk"."ErrandNote" WHERE :own;
GRANT INSERT ON "Front Desk"."NewNote" TO app_user;
