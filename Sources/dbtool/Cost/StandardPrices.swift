/// The prices that dbtool knows; `dbtool metrics prices` prints them.
enum StandardPrices {
  /// As a file to edit.
  static let text = """
    # What AWS asks, in US dollars, on demand and without free tiers. Edit a copy, and name it with --prices,
    # or with cost.prices or metrics.prices in dbtool.yaml.
    date: 2026-11-29
    region: us-east-1
    # Written down from what is published, not fetched: compare them with the pages and with your bill. What a part
    # names under "unverified" was written from memory, and compared with nothing.
    source: https://aws.amazon.com/cloudwatch/pricing/
    # For a metric and month; each different set of a name and dimension values is a metric.
    metrics:
      - up-to: 10000
        price: 0.30
      - up-to: 250000
        price: 0.10
      - up-to: 1000000
        price: 0.05
      - price: 0.02
    # For a thousand PutMetricData requests.
    thousand-requests: 0.01
    # For a gigabyte of log events, also of those that carry the embedded metric format.
    log-gigabyte: 0.50

    # A file without one of the parts below gets it from here.
    aurora:
      source: https://aws.amazon.com/rds/aurora/pricing/
      # For an Aurora capacity unit and hour. With I/O-Optimized storage reads and writes are in the price.
      acu-hour: 0.12
      acu-hour-io-optimized: 0.156
      # For a gigabyte and month.
      storage-gigabyte: 0.10
      storage-gigabyte-io-optimized: 0.225
      # For a million reads and writes, and for a million writes that are copied to another region.
      million-io: 0.20
      million-replicated-writes: 0.20
      # For a gigabyte and month, beyond what is free: a day, and as much as the database has.
      backup-gigabyte: 0.021
    data-api:
      source: https://aws.amazon.com/rds/aurora/pricing/
      # For a million requests of up to 32 KB; up-to is in millions.
      million-requests:
        - up-to: 1000
          price: 0.35
        - price: 0.20
    monitoring:
      source: https://aws.amazon.com/cloudwatch/pricing/
      # For a metric that an alarm watches, and for a dashboard, a month.
      alarm-metric: 0.10
      dashboard: 3.00
      # For a gigabyte that is kept a month, as compressed.
      stored-log-gigabyte: 0.03
      # Database Insights, advanced: for an Aurora capacity unit and hour.
      insights-acu-hour: 0.003125
      unverified: [stored-log-gigabyte, insights-acu-hour]
    secrets:
      source: https://aws.amazon.com/secrets-manager/pricing/
      # For a month, and for ten thousand calls.
      secret: 0.40
      ten-thousand-calls: 0.05
    keys:
      source: https://aws.amazon.com/kms/pricing/
      # For a month.
      key: 1.00
    network:
      source: https://aws.amazon.com/privatelink/pricing/
      # For an interface endpoint in one zone, and for a NAT gateway (aws.amazon.com/vpc/pricing), an hour.
      endpoint-hour: 0.01
      nat-gateway-hour: 0.045

    """
}
