-- App_user is a member of a role that the policies bind too.
CREATE ROLE corpus_staff NOLOGIN;
GRANT corpus_staff TO app_user;
GRANT USAGE ON SCHEMA "Front Desk" TO corpus_staff;
GRANT SELECT ON "Front Desk"."Clerk" TO corpus_staff;
