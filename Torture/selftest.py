def run(dbtool): return 0
