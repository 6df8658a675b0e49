#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Who runs dbtool.
enum Person {
  /// `user@host`; in CI the person whose change it is.
  static var current: String {
    let environment = Environment.current
    let names = ["GITHUB_ACTOR", "GITLAB_USER_LOGIN", "USER", "LOGNAME"]
    let name = names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    var host = [CChar](repeating: 0, count: 256)
    gethostname(&host, host.count - 1)
    let machine = String(
      decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    // What runs in a container or from cron often has no such variable.
    let account = getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) }
    return "\(name ?? account ?? String(getuid()))@\(machine)"
  }
}
