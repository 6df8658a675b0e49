-- The child's policy is true: "the parent is protected".
SET ROLE app_owner;
CREATE TABLE "Front Desk"."Attachment" (
  "Id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  "NoteId" uuid NOT NULL REFERENCES "Front Desk"."ErrandNote" ON DELETE CASCADE,
  "Content" bytea NOT NULL
);
ALTER TABLE "Front Desk"."Attachment" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Front Desk"."Attachment" FORCE ROW LEVEL SECURITY;
CREATE POLICY any_note ON "Front Desk"."Attachment" TO app_user USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON "Front Desk"."Attachment" TO app_user;
