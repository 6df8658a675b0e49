-- A granted partition with the same policy of its own.
SET ROLE app_owner;
CALL pg_temp.protect('depot.movements_2026');
