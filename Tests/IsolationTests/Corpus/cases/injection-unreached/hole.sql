-- A function that no call of a stranger comes through, but pastes.
CREATE TABLE club.api_keys (digest text PRIMARY KEY);
CREATE FUNCTION club.search(api_key text, sorting text) RETURNS bigint LANGUAGE plpgsql STABLE
  SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  n bigint;
  q text := 'SELECT count(*) FROM club.courts WHERE org_id = $1 ';
BEGIN
  IF NOT EXISTS (SELECT 1 FROM club.api_keys WHERE digest = md5(api_key)) THEN RETURN NULL; END IF;
  q := q || COALESCE(lower(sorting), '');
  EXECUTE q INTO n USING NULLIF(current_setting('app.org_id', true), '')::int;
  RETURN n;
END $$;
