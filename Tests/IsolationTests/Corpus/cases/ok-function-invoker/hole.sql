-- An invoker function without a filter.
CREATE FUNCTION find_visit(p_id uuid) RETURNS SETOF visits LANGUAGE sql STABLE
  AS $$ SELECT * FROM visits WHERE id = p_id $$;
