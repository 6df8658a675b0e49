internal import CCurl

/// Makes requests through libcurl, over connections that are kept.
///
/// A client belongs to the thread that uses it. libcurl finds proxies in the environment
/// (`HTTPS_PROXY`, `NO_PROXY`) and speaks HTTP/2 where the server offers it.
package final class HTTPClient {
  private let curl: ccurl
  private let multi: UnsafeMutableRawPointer
  private var easy: UnsafeMutableRawPointer?
  /// Where libcurl says what went wrong, more exactly than by the name of the error.
  private let problem: UnsafeMutablePointer<CChar>
  private let certificates: String?
  private let isCancelled: @Sendable () -> Bool

  /// A client without connections.
  ///
  /// - Parameters:
  ///   - certificates: A file with the certificates to trust instead of the system's.
  ///   - isCancelled: Asked several times a second while an answer is waited for.
  /// - Throws: `AWSError` where libcurl is not installed.
  package init(
    certificates: String? = nil, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(AWSError) {
    guard let curl = CurlLibrary.functions, let multi = curl.multi_init() else {
      throw AWSError(
        .configuration, "libcurl cannot be loaded", remedy: "install it, for example libcurl4")
    }
    self.curl = curl
    self.multi = multi
    problem = .allocate(capacity: Int(CURL_ERROR_SIZE))
    self.certificates = certificates
    self.isCancelled = isCancelled
  }

  deinit {
    if let easy { curl.easy_cleanup(easy) }
    _ = curl.multi_cleanup(multi)
    problem.deallocate()
  }

  /// Makes a request and waits for the whole answer.
  ///
  /// - Throws: `HTTPFailure` when none came; any status is an answer.
  package func send(_ request: HTTPRequest) throws(HTTPFailure) -> HTTPResponse {
    guard !request.isCancellable || !isCancelled() else {
      throw HTTPFailure(code: .cancelled, message: "interrupted")
    }
    guard let easy = easy ?? curl.easy_init() else {
      throw HTTPFailure(code: .notSent, message: "libcurl is out of memory")
    }
    self.easy = easy
    curl.easy_reset(easy)
    let exchange = Exchange(body: request.body)
    let fields = headerList(request)
    defer { curl.slist_free_all(fields) }
    configure(easy, request, fields, exchange)
    guard curl.multi_add_handle(multi, easy) == CURLM_OK else {
      throw HTTPFailure(code: .notSent, message: "libcurl refuses the request")
    }
    defer { _ = curl.multi_remove_handle(multi, easy) }
    let result = try withExtendedLifetime(exchange) { () throws(HTTPFailure) in
      try wait(isCancellable: request.isCancellable)
    }
    guard result == CURLE_OK else {
      guard !exchange.isTooLong else {
        throw HTTPFailure(
          code: .noAnswer, message: "it is longer than \(Exchange.longestAnswer >> 20) MiB")
      }
      throw failure(result)
    }
    var status = 0
    _ = ccurl_get_long(curl, easy, CURLINFO_RESPONSE_CODE, &status)
    return HTTPResponse(status: status, headers: exchange.headers, body: exchange.answer)
  }

  private func wait(isCancellable: Bool) throws(HTTPFailure) -> CURLcode {
    while true {
      var running: Int32 = 0
      _ = curl.multi_perform(multi, &running)
      var left: Int32 = 0
      while let message = curl.multi_info_read(multi, &left) {
        if message.pointee.msg == CURLMSG_DONE { return ccurl_message_result(message) }
      }
      if isCancellable, isCancelled() {
        throw HTTPFailure(code: .cancelled, message: "interrupted")
      }
      _ = curl.multi_poll(multi, nil, 0, 100, nil)
    }
  }

  private func headerList(_ request: HTTPRequest) -> UnsafeMutablePointer<curl_slist>? {
    // Without an empty Expect libcurl asks for leave before it sends a long body.
    var list = curl.slist_append(nil, "Expect:")
    for field in request.headers where field.name.lowercased() != "host" {
      list = curl.slist_append(list, "\(field.name): \(field.value)")
    }
    return list
  }

  private func configure(
    _ easy: UnsafeMutableRawPointer, _ request: HTTPRequest,
    _ fields: UnsafeMutablePointer<curl_slist>?, _ exchange: Exchange
  ) {
    func set(_ option: CURLoption, _ value: Int) { _ = ccurl_set_long(curl, easy, option, value) }
    func set(_ option: CURLoption, _ value: String) {
      _ = ccurl_set_text(curl, easy, option, value)
    }
    let context = Unmanaged.passUnretained(exchange).toOpaque()
    set(CURLOPT_URL, request.url)
    set(CURLOPT_PROTOCOLS_STR, "http,https")
    set(CURLOPT_FOLLOWLOCATION, 0)
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_PATH_AS_IS, 1)
    set(CURLOPT_TIMEOUT_MS, request.timeout.milliseconds)
    set(CURLOPT_CONNECTTIMEOUT_MS, request.connectTimeout.milliseconds)
    set(CURLOPT_ACCEPT_ENCODING, "gzip, deflate")
    // Of CURL_HTTP_VERSION_2TLS: HTTP/2 where TLS negotiates it.
    set(CURLOPT_HTTP_VERSION, 4)
    set(CURLOPT_TCP_KEEPALIVE, 1)
    problem.pointee = 0
    _ = ccurl_set_pointer(curl, easy, CURLOPT_ERRORBUFFER, problem)
    if let certificates { set(CURLOPT_CAINFO, certificates) }
    if !request.usesProxy { set(CURLOPT_NOPROXY, "*") }
    _ = ccurl_set_pointer(curl, easy, CURLOPT_HTTPHEADER, fields)
    if request.method == "POST" || !request.body.isEmpty {
      // From a callback that cannot go back to the start, so that libcurl does not send a body again
      // by itself when a kept connection breaks: a statement could be executed twice.
      set(CURLOPT_POST, 1)
      _ = ccurl_set_large(curl, easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count))
      _ = ccurl_set_transfer(curl, easy, CURLOPT_READFUNCTION) { buffer, size, count, context in
        Exchange.from(context)?.read(into: buffer, limit: size * count) ?? 0
      }
      _ = ccurl_set_pointer(curl, easy, CURLOPT_READDATA, context)
    }
    if request.method != "GET", request.method != "POST" {
      set(CURLOPT_CUSTOMREQUEST, request.method)
    }
    _ = ccurl_set_transfer(curl, easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      Exchange.from(context)?.write(bytes, size * count) ?? 0
    }
    _ = ccurl_set_pointer(curl, easy, CURLOPT_WRITEDATA, context)
    _ = ccurl_set_transfer(curl, easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      Exchange.from(context)?.writeHeader(bytes, size * count) ?? 0
    }
    _ = ccurl_set_pointer(curl, easy, CURLOPT_HEADERDATA, context)
  }

  private func failure(_ result: CURLcode) -> HTTPFailure {
    let name = curl.easy_strerror(result).map { String(cString: $0) }
    let message = String(cString: problem)
    let code: HTTPFailure.Code =
      switch result {
      case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT,
        CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE,
        CURLE_SSL_CERTPROBLEM, CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
        .notSent
      case CURLE_OPERATION_TIMEDOUT: .timedOut
      default: .noAnswer
      }
    return HTTPFailure(
      code: code, message: message.isEmpty ? name ?? "error \(result.rawValue)" : message)
  }
}

/// The bytes of one request and its answer, which libcurl's callbacks read and write.
private final class Exchange {
  /// Bytes of an answer at most; services have answers of a few MiB.
  static let longestAnswer = 64 << 20

  private let body: [UInt8]
  private var sent = 0
  /// True when an answer was given up since it had no end.
  private(set) var isTooLong = false
  private(set) var headers: [SigningRequest.Header] = []
  private(set) var answer: [UInt8] = []

  init(body: [UInt8]) { self.body = body }

  static func from(_ context: UnsafeMutableRawPointer?) -> Exchange? {
    context.map { Unmanaged<Exchange>.fromOpaque($0).takeUnretainedValue() }
  }

  func read(into buffer: UnsafeMutablePointer<CChar>?, limit: Int) -> Int {
    let count = min(limit, body.count - sent)
    guard let buffer, count > 0 else { return 0 }
    body[sent..<sent + count].withUnsafeBytes { bytes in
      UnsafeMutableRawBufferPointer(start: buffer, count: count).copyMemory(from: bytes)
    }
    sent += count
    return count
  }

  func write(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
    guard let bytes else { return 0 }
    isTooLong = answer.count + count > Self.longestAnswer
    guard !isTooLong else { return 0 }
    answer.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: count))
    return count
  }

  func writeHeader(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
    guard let bytes else { return 0 }
    let line = String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
    // Another status line: what came before was an interim answer.
    if line.hasPrefix("HTTP/") { headers = [] }
    if let colon = line.firstIndex(of: ":") {
      let value = line[line.index(after: colon)...]
      headers.append(
        SigningRequest.Header(
          String(line[..<colon]),
          String(decoding: value.utf8.trimmingBlanks, as: UTF8.self)))
    }
    return count
  }
}

extension Duration {
  /// In whole milliseconds.
  var milliseconds: Int {
    Int(components.seconds) * 1_000 + Int(components.attoseconds / 1_000_000_000_000_000)
  }
}

extension Substring.UTF8View {
  fileprivate var trimmingBlanks: Substring.UTF8View {
    let isBlank = { (byte: UInt8) in byte == 32 || (9...13).contains(byte) }
    guard let first = firstIndex(where: { !isBlank($0) }),
      let last = lastIndex(where: { !isBlank($0) })
    else { return self[startIndex..<startIndex] }
    return self[first...last]
  }
}
