-- AND binds tighter than OR.
ALTER POLICY "Tenant isolation" ON "Front Desk"."ErrandNote"
  USING (:own AND "Body" <> '' OR "Pinned") WITH CHECK (:own);
