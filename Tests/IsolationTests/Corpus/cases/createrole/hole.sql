-- CREATEROLE lets the application grant itself the owner on PostgreSQL 15.
ALTER ROLE app_user CREATEROLE;
