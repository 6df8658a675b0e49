-- App_user is a member of the owner of FORCEd tables.
GRANT app_owner TO app_user;
