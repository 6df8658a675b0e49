-- Composite and optional, ON UPDATE CASCADE.
SET ROLE app_owner;
CREATE TABLE "Front Desk"."Parcel" (
  "Id" bigint GENERATED ALWAYS AS IDENTITY,
  "TenantId" uuid NOT NULL REFERENCES "Front Desk"."Houses",
  "ErrandId" uuid,
  PRIMARY KEY ("TenantId", "Id"),
  FOREIGN KEY ("TenantId", "ErrandId") REFERENCES "Front Desk"."Errand" ("TenantId", "Id")
    ON UPDATE CASCADE
);
CALL pg_temp.protect('"Front Desk"."Parcel"');
