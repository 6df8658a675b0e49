-- The same with quoted names, only SELECT.
SET ROLE app_owner;
CREATE TABLE "Front Desk"."NightErrand" ("Guard" text) INHERITS ("Front Desk"."Errand");
GRANT SELECT ON "Front Desk"."NightErrand" TO app_user;
