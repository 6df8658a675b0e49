internal import AWS
internal import Databases

extension CloudWatchExporter {
  /// An exporter that finds credentials and the endpoint as AWS's own tools do.
  ///
  /// - Parameters:
  ///   - layout: The metrics and their dimensions.
  ///   - namespace: The metrics' namespace.
  ///   - environment: The environment's variables, in which credentials are looked for.
  ///   - region: Where CloudWatch is; nil for what the environment or the profile says.
  ///   - endpoint: Another place than AWS's own.
  ///   - onProblem: Hears once why metrics are not taken.
  /// - Throws: `MetricError` when no region is known, or a configuration file makes no sense.
  public convenience init(
    layout: MetricLayout = MetricLayout(), namespace: String = CloudWatchExporter.defaultNamespace,
    environment: [String: String], region: String? = nil, endpoint: String? = nil,
    onProblem: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(MetricError) {
    let aws: AWSEnvironment
    let place: ServiceEndpoint
    do {
      aws = try AWSEnvironment(orRegion: region, HostEnvironment(environment))
      place = try aws.endpoint("monitoring", variable: "CLOUDWATCH", at: endpoint)
      // Before the first minute is over, and somebody waits for metrics that never come.
      _ = try CloudWatchClient.requests([], namespace: namespace)
    } catch {
      throw MetricError("\(error)")
    }
    self.init(layout: layout, namespace: namespace, onProblem: onProblem) { isStopped in
      CloudWatchClient(service: try aws.service(isCancelled: isStopped), endpoint: place)
    }
  }
}
