-- A procedure with its own rights and a password in its body.
CREATE EXTENSION dblink SCHEMA public;
CREATE PROCEDURE depot.note_remotely(statement text) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM public.dblink_exec('host=main user=app_owner password=geheim', 'SET work_mem = 1; '
    || statement);
END $$;
