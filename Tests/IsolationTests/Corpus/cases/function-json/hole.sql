-- The row as one JSON document.
CREATE FUNCTION "Front Desk".errand_json("id" uuid) RETURNS jsonb LANGUAGE plpgsql STABLE
  SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  RETURN (SELECT to_jsonb(e) FROM "Front Desk"."Errand" e WHERE e."Id" = "id");
END $$;
