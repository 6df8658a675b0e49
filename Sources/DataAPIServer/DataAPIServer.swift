internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// The RDS Data API over HTTP in front of any PostgreSQL database.
///
/// It answers as Aurora PostgreSQL Serverless v2 does, limits and errors included, so that what works
/// here works there. It listens on the loopback interface alone: whoever reaches it, reaches the
/// database.
package final class DataAPIServer: Sendable {
  private let group: MultiThreadedEventLoopGroup
  private let channel: any Channel
  private let service: DataAPIService
  private let reaper: RepeatedTask

  /// The port that it listens on.
  package let port: Int

  /// The address for `--endpoint-url`, for example `http://127.0.0.1:8081`.
  package var endpoint: String { "http://127.0.0.1:\(port)" }

  /// How many calls there have been.
  package var callCount: Int { service.faults.callCount }

  /// Starts to listen.
  ///
  /// - Throws: An error of the system when the port is not free.
  package init(_ options: DataAPIServerOptions) throws {
    let service = DataAPIService(options)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          // Callers that send the next request before the answer are served one after the other.
          try channel.pipeline.syncOperations.configureHTTPServerPipeline(
            withErrorHandling: true)
          try channel.pipeline.syncOperations.addHandler(RequestHandler(service))
        }
      }
    do {
      channel = try bootstrap.bind(host: "127.0.0.1", port: options.port).wait()
    } catch {
      try? group.syncShutdownGracefully()
      throw error
    }
    self.group = group
    self.service = service
    port = channel.localAddress?.port ?? options.port
    let pause = min(.seconds(1), options.idleTimeout / 4)
    let interval = TimeAmount.nanoseconds(Int64(pause / .nanoseconds(1)))
    reaper = group.next().scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
      service.expireTransactions()
    }
  }

  /// Stops; open transactions are rolled back.
  package func stop() {
    reaper.cancel()
    try? channel.close().wait()
    service.close()
    try? group.syncShutdownGracefully()
  }
}
