-- Owned by the owner, over tables that are not FORCEd, without data yet.
ALTER TABLE club.matches NO FORCE ROW LEVEL SECURITY;
SET ROLE app_owner;
CREATE MATERIALIZED VIEW club.court_use AS
  SELECT org_id, court_id, count(*) AS n FROM club.matches GROUP BY 1, 2 WITH NO DATA;
GRANT SELECT ON club.court_use TO app_user;
