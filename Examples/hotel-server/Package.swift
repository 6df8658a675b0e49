// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "hotel-server",
  platforms: [.macOS(.v15)],
  dependencies: [
    // Your own package says: .package(url: "https://…/dbtool", from: "0.1.0")
    .package(name: "dbtool", path: "../.."),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.11.0"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.3.0"),
  ],
  targets: [
    .executableTarget(
      name: "HotelServer",
      dependencies: [
        .product(name: "InstrumentedClient", package: "dbtool"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
      ],
      swiftSettings: [.swiftLanguageMode(.v6)])
  ]
)
