-- The parent has no tenant column, its children have.
SET ROLE app_owner;
CREATE TABLE depot.documents (id uuid DEFAULT gen_random_uuid(), title text NOT NULL);
CREATE TABLE depot.manuals (tenant_id bigint NOT NULL) INHERITS (depot.documents);
CALL pg_temp.protect('depot.manuals');
GRANT SELECT ON depot.documents TO app_user;
