-- The second policy is for a role that app_user is a member of.
CREATE ROLE corpus_reader NOLOGIN;
GRANT corpus_reader TO app_user;
CREATE POLICY reader ON patients FOR SELECT TO corpus_reader USING (true);
