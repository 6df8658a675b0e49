-- Errands without an end are seen by all.
ALTER POLICY "Tenant isolation" ON "Front Desk"."Errand"
  USING (:own OR upper_inf("Due") AND "Urgency" = 'High') WITH CHECK (:own);
