-- The role that may create roles is one SET ROLE away.
CREATE ROLE corpus_onboarding NOLOGIN CREATEROLE;
GRANT corpus_onboarding TO app_user;
