-- REFERENCES on columns, and a schema of its own.
GRANT REFERENCES (tenant_id, email) ON patients TO app_user;
CREATE SCHEMA plugins AUTHORIZATION app_user;
