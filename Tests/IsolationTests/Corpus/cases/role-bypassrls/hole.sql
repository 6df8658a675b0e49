-- App_user has BYPASSRLS.
ALTER ROLE app_user BYPASSRLS;
