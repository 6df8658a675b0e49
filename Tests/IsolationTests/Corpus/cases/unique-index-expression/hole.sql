-- A unique index over lower(label) of all clubs.
CREATE UNIQUE INDEX court_label ON club.courts (lower(label));
