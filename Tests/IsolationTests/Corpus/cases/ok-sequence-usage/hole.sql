-- USAGE on the sequence of an identity, nothing more.
GRANT USAGE ON SEQUENCE kb.pages_id_seq TO app_user;
