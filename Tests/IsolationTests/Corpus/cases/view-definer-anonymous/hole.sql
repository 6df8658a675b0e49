-- No tenant column, but the names of other tenants' spaces.
CREATE VIEW kb.site_sizes AS
  SELECT s.name, count(p.id) AS pages FROM kb.spaces s LEFT JOIN kb.pages p
    ON p.tenant_id = s.tenant_id AND p.space_id = s.id GROUP BY s.name;
GRANT SELECT ON kb.site_sizes TO app_user;
