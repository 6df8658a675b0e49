-- A superuser's view over an invoker view: the invoker stays the one who asks.
CREATE VIEW "Front Desk"."NoteBase" WITH (security_invoker = true) AS
  SELECT "TenantId", "ErrandId", "Body" FROM "Front Desk"."ErrandNote";
CREATE VIEW "Front Desk"."NoteBoard" AS SELECT * FROM "Front Desk"."NoteBase";
GRANT SELECT ON "Front Desk"."NoteBoard" TO app_user;
