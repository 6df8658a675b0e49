#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// TCP ports on 127.0.0.1.
enum TCPPort {
  /// A port that nobody listens on now.
  ///
  /// Another program can take it before the server does; then the server says so and the caller
  /// tries the next one.
  static func unused(preferring preferred: Int? = nil) throws -> Int {
    if let preferred, let port = bindable(preferred) { return port }
    guard let port = bindable(0) else {
      throw LocalPostgresError.system("cannot find an unused TCP port")
    }
    return port
  }

  /// The port that a socket gets which is bound to `port`; 0 lets the kernel choose.
  private static func bindable(_ port: Int) -> Int? {
    #if canImport(Darwin)
      let descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #else
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #endif
    guard descriptor >= 0, let number = UInt16(exactly: port) else { return nil }
    defer { close(descriptor) }
    // As PostgreSQL itself does, so that connections that linger from the last run don't matter.
    var yes: Int32 = 1
    setsockopt(
      descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = number.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    return withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic -> Int? in
        guard bind(descriptor, generic, size) == 0, getsockname(descriptor, generic, &size) == 0
        else { return nil }
        return Int(UInt16(bigEndian: pointer.pointee.sin_port))
      }
    }
  }
}
