-- The LEAKPROOF function stands behind an operator and tells with an error.
CREATE FUNCTION kb.same(a text, b text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE LEAKPROOF
  COST 1 AS $$
BEGIN
  IF a <> b THEN RAISE EXCEPTION 'no match: %', a; END IF;
  RETURN true;
END $$;
CREATE OPERATOR kb.=== (LEFTARG = text, RIGHTARG = text, FUNCTION = kb.same);
