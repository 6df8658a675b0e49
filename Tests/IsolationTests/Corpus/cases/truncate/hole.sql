-- TRUNCATE is granted.
GRANT TRUNCATE ON club.matches TO app_user;
