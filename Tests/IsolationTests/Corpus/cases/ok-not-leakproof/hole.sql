-- A cheap function that talks, but is not LEAKPROOF.
CREATE FUNCTION loud(value text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$
BEGIN
  RAISE NOTICE '%', value;
  RETURN true;
END $$;
