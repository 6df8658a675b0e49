internal import AWS
internal import NIOCore
internal import NIOHTTP1

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Gathers the requests of one connection, and writes their answers.
final class RequestHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  /// 4 MiB (Amazon Aurora User Guide, "Data API limitations").
  static let longestRequest = 4 << 20

  private let service: DataAPIService
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []
  private var isTooLong = false

  init(_ service: DataAPIService) { self.service = service }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body = []
      isTooLong = false
      if head.headers.contains(name: "expect") {
        let interim = HTTPResponseHead(version: head.version, status: .continue)
        context.writeAndFlush(wrapOutboundOut(.head(interim)), promise: nil)
      }
    case .body(var part):
      if body.count + part.readableBytes > Self.longestRequest {
        isTooLong = true
        body = []
      } else if !isTooLong {
        body += part.readBytes(length: part.readableBytes) ?? []
      }
    case .end:
      guard let head else { return }
      self.head = nil
      respond(to: head, context)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func respond(to head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    let loop = context.eventLoop
    let promise = loop.makePromise(of: Answer.self)
    let bound = NIOLoopBound((self, context), eventLoop: loop)
    promise.futureResult.whenSuccess { answer in
      let (handler, context) = bound.value
      handler.write(answer, to: head, context)
    }
    let reply = Reply(promise)
    guard !isTooLong else {
      reply.give(
        Answer(to: ServiceFailure(.requestTooLarge, "The request is longer than 4 MiB")))
      return
    }
    let parts = head.uri.utf8.split(
      separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false
    ).map { String(Substring($0)) }
    let request = SigningRequest(
      method: head.method.rawValue, path: parts[0], query: parts.count > 1 ? parts[1] : nil,
      headers: head.headers.map { .init($0.name, $0.value) }, body: body)
    service.answer(request, reply, on: loop)
  }

  private func write(_ answer: Answer, to head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    guard !answer.isDropped else {
      context.close(promise: nil)
      return
    }
    var headers = HTTPHeaders([
      ("Content-Type", "application/json"), ("Content-Length", String(answer.body.count)),
      ("Date", Self.date(Int64(time(nil)))), ("x-amzn-RequestId", Self.requestID()),
    ])
    if let type = answer.type { headers.add(name: "x-amzn-ErrorType", value: type) }
    if !head.isKeepAlive { headers.add(name: "Connection", value: "close") }
    let response = HTTPResponseHead(
      version: head.version, status: HTTPResponseStatus(statusCode: answer.status),
      headers: headers)
    context.write(wrapOutboundOut(.head(response)), promise: nil)
    context.write(
      wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))), promise: nil)
    let isLast = !head.isKeepAlive
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
      if isLast { bound.value.close(promise: nil) }
    }
  }

  /// As a Date field has it (RFC 9110, section 5.6.7).
  static func date(_ seconds: Int64) -> String {
    var time = time_t(seconds)
    var parts = tm()
    gmtime_r(&time, &parts)
    let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : String(number) }
    return "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) "
      + "\(parts.tm_year + 1900) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
  }

  private static func requestID() -> String {
    var generator = SystemRandomNumberGenerator()
    let digits = (0..<2).map { _ in
      let text = String(generator.next(), radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }.joined()
    let cuts = [0, 8, 12, 16, 20, 32]
    return zip(cuts, cuts.dropFirst()).map { start, end in
      digits.dropFirst(start).prefix(end - start)
    }.joined(separator: "-")
  }
}
