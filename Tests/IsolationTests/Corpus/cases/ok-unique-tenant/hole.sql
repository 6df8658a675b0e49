-- Unique expressions with the tenant.
CREATE UNIQUE INDEX court_label ON club.courts (org_id, lower(label));
CREATE UNIQUE INDEX one_indoor ON club.courts (org_id) WHERE indoor AND label = 'centre';
