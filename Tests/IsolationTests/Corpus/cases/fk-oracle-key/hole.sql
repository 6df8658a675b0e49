-- A key that can be guessed: the foreign key tells whether it exists.
SET ROLE app_owner;
CREATE TABLE depot.barcodes (code text PRIMARY KEY, tenant_id bigint NOT NULL);
CALL pg_temp.protect('depot.barcodes');
CREATE TABLE depot.reviews (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id bigint NOT NULL,
  code text NOT NULL REFERENCES depot.barcodes (code),
  stars int NOT NULL CHECK (stars BETWEEN 1 AND 5)
);
CALL pg_temp.protect('depot.reviews');
