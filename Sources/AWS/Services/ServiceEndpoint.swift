/// Where a service is, and how requests to it are signed.
package struct ServiceEndpoint: Sendable, Equatable {
  /// Scheme, host and port.
  package var origin: String
  /// The region that signatures are for.
  package var region: String
  /// The service's signing name, for example `rds-data`.
  package var signingName: String

  /// An endpoint from its parts.
  package init(origin: String, region: String, signingName: String) {
    self.origin = origin
    self.region = region
    self.signingName = signingName
  }

  /// The endpoint that the configuration names, or AWS's own.
  ///
  /// AWS SDKs and Tools Reference Guide, "Service-specific endpoints" and "Dual-stack and FIPS
  /// endpoints".
  ///
  /// - Parameters:
  ///   - service: The host's first part, for example `rds-data`.
  ///   - variable: As the variable has it, for example `RDS_DATA`.
  ///   - endpoint: The address that was asked for; nil for the configuration's.
  /// - Throws: `AWSError` for a FIPS or dual-stack endpoint beside an address of one's own.
  package static func resolve(
    _ service: String, signingName: String? = nil, variable: String, region: String,
    endpoint: String? = nil, configuration: SharedConfiguration
  ) throws(AWSError) -> ServiceEndpoint {
    let usesFIPS = configuration.flag("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint")
    let usesDualStack = configuration.flag("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")
    if let own = endpoint ?? configuration.endpoint(for: variable) {
      guard !usesFIPS, !usesDualStack else {
        throw AWSError(
          .configuration, "an endpoint of one's own cannot be a FIPS or dual-stack endpoint",
          remedy: "unset AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT")
      }
      guard own.hasPrefix("http://") || own.hasPrefix("https://") else {
        throw AWSError(.configuration, "the endpoint must begin with http:// or https://")
      }
      let origin = own.hasSuffix("/") ? String(own.dropLast()) : own
      return ServiceEndpoint(
        origin: origin, region: region, signingName: signingName ?? service)
    }
    // A region becomes a part of the host's name.
    guard region.utf8.allSatisfy({ $0 == 45 || (48...57).contains($0) || (97...122).contains($0) })
    else { throw AWSError(.configuration, "\"\(region)\" is no region") }
    let suffix =
      switch (region.hasPrefix("cn-"), usesDualStack) {
      case (false, false): "amazonaws.com"
      case (false, true): "api.aws"
      case (true, false): "amazonaws.com.cn"
      case (true, true): "api.amazonwebservices.com.cn"
      }
    return ServiceEndpoint(
      origin: "https://\(service)\(usesFIPS ? "-fips" : "").\(region).\(suffix)", region: region,
      signingName: signingName ?? service)
  }
}

extension SharedConfiguration {
  /// True when a variable, or else a key of the profile, says `true`.
  func flag(_ name: String, _ key: String) -> Bool {
    (variable(name) ?? value(key))?.lowercased() == "true"
  }
}
