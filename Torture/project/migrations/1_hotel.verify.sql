SELECT count(*) >= 2 FROM tenants;
