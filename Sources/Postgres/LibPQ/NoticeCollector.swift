internal import CLibPQ

/// Keeps the server's notices, which libpq would print to standard error.
final class NoticeCollector {
  private var messages: [String] = []
  /// Enough to explain a run; a loop of RAISE NOTICE must not fill the memory.
  private let limit = 1_000

  func install(on handle: OpaquePointer) {
    PQsetNoticeProcessor(
      handle,
      { context, message in
        guard let context, let message else { return }
        Unmanaged<NoticeCollector>.fromOpaque(context).takeUnretainedValue()
          .append(String(serverText: message))
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  func take() -> [String] {
    defer { messages = [] }
    return messages
  }

  private func append(_ message: String) {
    if messages.count < limit { messages.append(message.trimmedLines) }
  }
}
