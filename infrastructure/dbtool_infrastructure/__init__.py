"""What dbtool runs against on AWS: an Aurora cluster, its users, who may use it, and alarms."""
