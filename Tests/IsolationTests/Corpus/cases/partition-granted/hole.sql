-- A partition is granted, its own row-level security is off.
GRANT SELECT, INSERT ON depot.movements_2026 TO app_user;
