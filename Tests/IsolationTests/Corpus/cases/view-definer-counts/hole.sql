-- Numbers alone: how many errands all tenants have.
CREATE VIEW "Front Desk"."Load" AS
  SELECT "Urgency", count(*) AS n FROM "Front Desk"."Errand" GROUP BY 1;
GRANT SELECT ON "Front Desk"."Load" TO app_user;
