-- A numbered primary key that the application may choose.
SET ROLE app_owner;
CREATE TABLE depot.pallets (id int PRIMARY KEY, tenant_id bigint NOT NULL, weight int);
CALL pg_temp.protect('depot.pallets');
