-- An invoker view of sums, with the option spelt 1.
CREATE VIEW revenue WITH (security_invoker = 1) AS
  SELECT tenant_id, currency, sum(total) AS total FROM invoices GROUP BY 1, 2;
GRANT SELECT ON revenue TO app_user;
