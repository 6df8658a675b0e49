-- List partitions by tenant, reached only through the parent.
SET ROLE app_owner;
CREATE TABLE club.invoices (org_id int NOT NULL, no int NOT NULL, amount int NOT NULL,
  PRIMARY KEY (org_id, no)) PARTITION BY LIST (org_id);
CREATE TABLE club.invoices_1 PARTITION OF club.invoices FOR VALUES IN (1);
CREATE TABLE club.invoices_rest PARTITION OF club.invoices DEFAULT;
CALL pg_temp.protect('club.invoices');
