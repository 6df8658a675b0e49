-- ALTER FUNCTION made the helper of all policies IMMUTABLE, for an index.
ALTER FUNCTION "Front Desk".current_tenant() IMMUTABLE;
