-- App_user is a superuser.
ALTER ROLE app_user SUPERUSER;
