-- OR a role that the application is not.
ALTER POLICY "Tenant isolation" ON "Front Desk"."Errand"
  USING (:own OR current_user = 'app_readonly') WITH CHECK (:own);
