-- Unique indexes over expressions, parts and NULLs that hold within a club only.
ALTER TABLE club.courts ADD COLUMN registry_code text,
  ADD COLUMN token text DEFAULT gen_random_uuid()::text UNIQUE;
CREATE UNIQUE INDEX ON club.courts (org_id, lower(label));
CREATE UNIQUE INDEX ON club.courts (registry_code, org_id);
CREATE UNIQUE INDEX ON club.courts ((org_id || '/' || label)) WHERE indoor;
