-- A second INSERT policy for a form.
CREATE POLICY form ON "Front Desk"."Errand" FOR INSERT TO app_user
  WITH CHECK ("Urgency" = 'Low');
