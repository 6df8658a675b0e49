-- SELECT on an identity's sequence tells how many rows all tenants make.
GRANT SELECT ON SEQUENCE kb.pages_id_seq TO app_user;
