-- Parent and child both protected.
SET ROLE app_owner;
CREATE TABLE "Front Desk"."NightErrand" ("Guard" text) INHERITS ("Front Desk"."Errand");
CALL pg_temp.protect('"Front Desk"."NightErrand"');
