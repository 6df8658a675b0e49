-- A partition for each big tenant, granted directly.
SET ROLE app_owner;
CREATE TABLE club.invoices (org_id int NOT NULL, no int NOT NULL, amount int NOT NULL,
  PRIMARY KEY (org_id, no)) PARTITION BY LIST (org_id);
CREATE TABLE club.invoices_1 PARTITION OF club.invoices FOR VALUES IN (1);
CREATE TABLE club.invoices_rest PARTITION OF club.invoices DEFAULT;
CALL pg_temp.protect('club.invoices');
GRANT SELECT ON club.invoices_1, club.invoices_rest TO app_user;
