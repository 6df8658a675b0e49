-- FORCE without ENABLE does nothing.
ALTER TABLE kb.remarks DISABLE ROW LEVEL SECURITY;
