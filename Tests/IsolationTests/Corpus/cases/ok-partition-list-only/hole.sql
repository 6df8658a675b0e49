-- List partitions by tenant without a DEFAULT, reached through the parent.
SET ROLE app_owner;
CREATE TABLE messages (tenant_id uuid NOT NULL, body text NOT NULL) PARTITION BY LIST (tenant_id);
CREATE TABLE messages_north PARTITION OF messages
  FOR VALUES IN ('7b1d2f64-52a0-4f0e-9d0c-3c6f1f2b9a11');
CREATE TABLE messages_south PARTITION OF messages
  FOR VALUES IN ('1f0a4bd2-93f3-4a37-8a0e-4d5a7f0f9c22');
CALL pg_temp.protect('messages');
