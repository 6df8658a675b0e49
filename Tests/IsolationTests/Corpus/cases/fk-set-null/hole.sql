-- Deleting an own errand changes another tenant's alarms.
SET ROLE app_owner;
CREATE TABLE "Front Desk"."Alarm" (
  "Id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  "TenantId" uuid NOT NULL,
  "ErrandId" uuid REFERENCES "Front Desk"."Errand" ("Id") ON DELETE SET NULL,
  "At" timestamptz NOT NULL DEFAULT now()
);
CALL pg_temp.protect('"Front Desk"."Alarm"');
