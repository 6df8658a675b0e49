-- dbtool: lock-timeout=2s
--
-- Fails, and changes nothing, if an address has been used again after a removal: which of the two
-- guests is to stay is not for a migration to decide.

SET LOCAL ROLE app_owner;

-- Goes with the column it mentions, but better by name than as a side effect.
DROP INDEX public.guests_email_key;

ALTER TABLE public.guests DROP COLUMN deleted_at;

CREATE UNIQUE INDEX guests_email_key ON public.guests (tenant_id, lower(email));

RESET ROLE;
