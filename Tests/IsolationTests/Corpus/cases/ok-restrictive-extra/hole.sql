-- The usual policy, and a restrictive one that hides the pinned.
CREATE POLICY unpinned ON "Front Desk"."ErrandNote" AS RESTRICTIVE FOR DELETE TO app_user
  USING (NOT "Pinned");
