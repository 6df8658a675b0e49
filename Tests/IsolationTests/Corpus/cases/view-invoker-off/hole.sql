-- Security_invoker = false is the same as nothing.
CREATE VIEW club.schedule WITH (security_invoker = false) AS
  SELECT m.org_id, m.starts_at, c.label FROM club.matches m
    JOIN club.courts c ON c.org_id = m.org_id AND c.id = m.court_id;
GRANT SELECT ON club.schedule TO app_user;
