-- A partial unique index over a value in a document.
CREATE UNIQUE INDEX ticket ON "Front Desk"."Errand" (("Detail" ->> 'ticket'))
  WHERE "Detail" ? 'ticket';
