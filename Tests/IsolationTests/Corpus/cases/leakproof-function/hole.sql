-- A user-defined LEAKPROOF function runs before the policies and says what it sees.
CREATE FUNCTION loud(value text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 LEAKPROOF AS $$
BEGIN
  RAISE NOTICE '%', value;
  RETURN true;
END $$;
