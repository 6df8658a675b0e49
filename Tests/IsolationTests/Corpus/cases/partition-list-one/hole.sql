-- Only the partition of one tenant is granted, which takes no other tenant's rows.
SET ROLE app_owner;
CREATE TABLE depot.returns (tenant_id bigint NOT NULL, no int NOT NULL, reason text,
  PRIMARY KEY (tenant_id, no)) PARTITION BY LIST (tenant_id);
CREATE TABLE depot.returns_1001 PARTITION OF depot.returns FOR VALUES IN (1001);
CREATE TABLE depot.returns_rest PARTITION OF depot.returns DEFAULT;
CALL pg_temp.protect('depot.returns');
GRANT SELECT, INSERT, UPDATE, DELETE ON depot.returns_1001 TO app_user;
