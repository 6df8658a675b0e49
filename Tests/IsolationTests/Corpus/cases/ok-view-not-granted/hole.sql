-- A superuser's view that is not granted.
CREATE VIEW "Front Desk"."All Errands" AS SELECT * FROM "Front Desk"."Errand";
