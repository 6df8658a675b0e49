-- TRIGGER is granted.
GRANT TRIGGER ON "Front Desk"."Errand" TO app_user;
