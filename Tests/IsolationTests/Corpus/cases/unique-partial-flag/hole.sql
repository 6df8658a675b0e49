-- Unique among the courts in use, of all clubs; the column that says so is left to its default.
ALTER TABLE club.courts ADD COLUMN retired boolean NOT NULL DEFAULT false;
CREATE UNIQUE INDEX court_in_use ON club.courts (label) WHERE NOT retired;
