-- Two views of the superuser, one on the other, only the outer one granted.
CREATE VIEW "Front Desk"."NoteBase" AS
  SELECT "TenantId", "ErrandId", "Body" FROM "Front Desk"."ErrandNote";
CREATE VIEW "Front Desk"."NoteBoard" AS SELECT "Body" FROM "Front Desk"."NoteBase";
GRANT SELECT ON "Front Desk"."NoteBoard" TO app_user;
