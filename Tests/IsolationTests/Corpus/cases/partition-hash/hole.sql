-- Hash partitions by the tenant, granted.
SET ROLE app_owner;
CREATE TABLE kb.hits (tenant_id text NOT NULL, path text NOT NULL) PARTITION BY HASH (tenant_id);
CREATE TABLE kb.hits_0 PARTITION OF kb.hits FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE kb.hits_1 PARTITION OF kb.hits FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CALL pg_temp.protect('kb.hits');
GRANT ALL ON kb.hits_0, kb.hits_1 TO app_user;
