-- OR current_user = 'app_user' was meant for the owner.
CREATE POLICY maintenance ON "Front Desk"."ErrandNote" TO PUBLIC
  USING (current_user = 'app_user') WITH CHECK (false);
