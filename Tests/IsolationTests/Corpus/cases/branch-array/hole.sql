-- A label opens a page.
ALTER POLICY tenant_isolation ON kb.pages USING (:own OR 'faq' = ANY (labels)) WITH CHECK (:own);
