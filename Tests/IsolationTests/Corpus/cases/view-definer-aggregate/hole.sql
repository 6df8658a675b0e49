-- A view of the superuser shows sums of all tenants.
CREATE VIEW revenue AS
  SELECT tenant_id, currency, sum(total) AS total FROM invoices GROUP BY 1, 2;
GRANT SELECT ON revenue TO app_user;
