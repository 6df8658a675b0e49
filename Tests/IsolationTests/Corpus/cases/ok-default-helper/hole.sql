-- The default is the function that the policies use.
ALTER TABLE "Front Desk"."Errand" ALTER "TenantId" SET DEFAULT "Front Desk".current_tenant();
