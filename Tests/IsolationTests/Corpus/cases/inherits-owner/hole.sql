-- App_user is a member of the owner, and one table is not FORCEd.
GRANT app_owner TO app_user;
ALTER TABLE "Front Desk"."ErrandNote" NO FORCE ROW LEVEL SECURITY;
