CREATE OR REPLACE FUNCTION guests() RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT count(*) FROM bookings
$$;
