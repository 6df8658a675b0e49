// swift-tools-version: 6.1
import PackageDescription

/// Upcoming language features that every target is built with.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
  .enableUpcomingFeature("ExistentialAny"),
  // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
  .enableUpcomingFeature("InternalImportsByDefault"),
  // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
  .enableUpcomingFeature("MemberImportVisibility"),
]

let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")

// Debian's libpg-query-dev has no pkg-config file and needs none: it installs into /usr.
#if os(Linux)
  let pgQueryPkgConfig: String? = nil
#else
  let pgQueryPkgConfig: String? = "libpg_query"
#endif

// The house: a target imports only targets that stand below it in this list's `dependencies`.
// ARCHITECTURE.md draws it.
let package = Package(
  name: "dbtool",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "dbtool", targets: ["dbtool"]),
    .library(name: "InstrumentedClient", targets: ["InstrumentedClient"]),
    .library(name: "InstrumentedClientMetrics", targets: ["SwiftMetricsSink"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.81.0"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.5.0"),
  ],
  targets: [
    // C libraries: a module map each, nothing else.
    .systemLibrary(
      name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
    // Without pkg-config, which would link it: libcurl is opened when the first request is made.
    .systemLibrary(
      name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
    .systemLibrary(
      name: "COpenSSL", pkgConfig: "libcrypto",
      providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
    .systemLibrary(
      name: "CPgQuery", pkgConfig: pgQueryPkgConfig,
      providers: [.apt(["libpg-query-dev"]), .brew(["libpg_query"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(
      name: "CExpat", pkgConfig: "expat",
      providers: [.apt(["libexpat1-dev"]), .brew(["expat"])]),
    .systemLibrary(
      name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),

    .target(name: "YAML", dependencies: ["CYAML", "Wording"]),
    .target(name: "SourceFiles"),
    .target(name: "Wording"),
    .target(name: "Digests", dependencies: ["COpenSSL"]),
    .target(name: "SQLSyntax", dependencies: ["CPgQuery"]),
    .target(name: "Postgres", dependencies: ["CLibPQ", "SQLSyntax"]),
    .target(name: "DatabaseInstrumentation", dependencies: ["Postgres", "SQLSyntax", "Wording"]),

    .target(name: "Processes"),
    .target(name: "LocalPostgres", dependencies: ["Postgres", "Processes"]),
    .target(name: "Synthesis", dependencies: ["Postgres", "SQLSyntax", "Wording"]),
    .target(name: "Tenants", dependencies: ["Synthesis", "Postgres", "SQLSyntax", "Wording"]),
    .target(
      name: "Migrations",
      dependencies: ["Postgres", "SQLSyntax", "SourceFiles", "Digests", "Wording"]),
    .target(
      name: "Policies",
      dependencies: [
        "Tenants", "Postgres", "SQLSyntax", "SourceFiles", "Digests", "Wording", "YAML",
      ]),
    .target(
      name: "Seeding",
      dependencies: [
        "Tenants", "Synthesis", "DatabaseInstrumentation", "Postgres", "SQLSyntax", "SourceFiles",
        "Digests", "Wording", "YAML",
      ]),
    .target(
      name: "Isolation",
      dependencies: [
        "Tenants", "Synthesis", "DatabaseInstrumentation", "Postgres", "SQLSyntax", "Wording",
      ]),
    .target(name: "Lint", dependencies: ["Migrations", "SQLSyntax", "Wording"]),
    .target(name: "Schema", dependencies: ["Postgres", "SQLSyntax"]),
    .target(name: "AWS", dependencies: ["CCurl", "CExpat", "CZlib", "Digests", "Wording"]),
    .target(name: "DataAPI", dependencies: ["AWS", "Postgres", "SQLSyntax"]),
    .target(
      name: "Databases", dependencies: ["AWS", "DataAPI", "Postgres", "Processes", "SourceFiles"]),
    .target(name: "Stacks", dependencies: ["AWS", "Databases", "Wording"]),
    .target(
      name: "OperationMetrics",
      dependencies: [
        "AWS", "Databases", "DatabaseInstrumentation", "Digests", "Postgres", "SQLSyntax",
        "Wording",
      ]),
    .target(name: "Costs", dependencies: ["OperationMetrics", "Wording"]),
    // What an application imports: nothing but the names of the rooms below.
    .target(
      name: "InstrumentedClient",
      dependencies: ["Databases", "DatabaseInstrumentation", "OperationMetrics", "Postgres"]),
    .target(name: "Runs", dependencies: ["Postgres", "SQLSyntax", "Wording"]),
    .target(
      name: "SwiftMetricsSink",
      dependencies: [
        "DatabaseInstrumentation", "OperationMetrics",
        .product(name: "CoreMetrics", package: "swift-metrics"),
      ]),
    .target(
      name: "DataAPIServer",
      dependencies: [
        "AWS", "Postgres", "SQLSyntax",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ]),
    .target(
      name: "Reports", dependencies: ["Digests", "Wording"],
      // The page's look and script, which become part of the binary.
      resources: [.embedInCode("HTML/Page/page.css"), .embedInCode("HTML/Page/page.js")]),

    .executableTarget(
      name: "dbtool",
      dependencies: [
        "Lint", "Migrations", "Policies", "Seeding", "Tenants", "Isolation", "Schema", "Reports",
        "LocalPostgres", "DataAPIServer", "Databases", "Stacks", "Runs", "OperationMetrics",
        "Costs",
        "AWS", "Processes",
        "DatabaseInstrumentation", "Digests", "Postgres", "SQLSyntax", "Wording", "YAML",
        argumentParser,
      ]),

    // What Benchmarks/data-api measures.
    .executableTarget(
      name: "data-api-client", dependencies: ["DataAPI", "AWS", "Postgres"],
      path: "Benchmarks/data-api-client"),

    // What Benchmarks/instrumentation measures.
    .executableTarget(
      name: "instrumented-client",
      dependencies: ["OperationMetrics", "DatabaseInstrumentation", "Postgres", "SQLSyntax"],
      path: "Benchmarks/instrumented-client"),

    // What Benchmarks/seed-speed measures.
    .executableTarget(
      name: "row-generator", dependencies: ["Seeding", "Postgres"],
      path: "Benchmarks/row-generator"),

    // What tests share: a PostgreSQL server of their own, databases, sample files.
    .target(
      name: "TestSupport",
      dependencies: [
        "LocalPostgres", "DataAPIServer", "Databases", "Stacks", "Runs", "OperationMetrics", "AWS",
        "Processes",
        "Postgres", "SQLSyntax",
      ],
      path: "Tests/TestSupport", exclude: ["stand_in.py"]),
    .testTarget(name: "YAMLTests", dependencies: ["YAML", "Wording"]),
    .testTarget(name: "StacksTests", dependencies: ["Stacks", "AWS", "TestSupport"]),
    .testTarget(name: "SQLSyntaxTests", dependencies: ["SQLSyntax"]),
    .testTarget(
      name: "PostgresTests", dependencies: ["Postgres", "SQLSyntax", "TestSupport"]),
    .testTarget(
      name: "DatabaseInstrumentationTests",
      dependencies: [
        "DatabaseInstrumentation", "Databases", "Postgres", "SQLSyntax", "Synthesis",
        "TestSupport",
      ]),
    .testTarget(
      name: "LocalPostgresTests",
      dependencies: ["LocalPostgres", "Processes", "Postgres", "TestSupport"]),
    .testTarget(
      name: "MigrationsTests",
      dependencies: ["Migrations", "DataAPI", "DataAPIServer", "Postgres", "TestSupport"]),
    .testTarget(name: "SchemaTests", dependencies: ["Schema", "Postgres", "TestSupport"]),
    .testTarget(
      name: "LintTests",
      dependencies: ["Lint", "Migrations", "LocalPostgres", "Postgres", "SQLSyntax", "TestSupport"]),
    .testTarget(
      name: "PoliciesTests", dependencies: ["Policies", "Postgres", "SQLSyntax", "TestSupport"]),
    .testTarget(
      name: "SeedingTests",
      dependencies: [
        "Seeding", "Tenants", "Synthesis", "DatabaseInstrumentation", "Postgres", "SQLSyntax",
        "TestSupport",
      ]),
    .testTarget(name: "TenantsTests", dependencies: ["Tenants", "Postgres", "TestSupport"]),
    .testTarget(
      name: "SynthesisTests", dependencies: ["Synthesis", "SQLSyntax", "Postgres", "TestSupport"]),
    .testTarget(
      name: "IsolationTests",
      dependencies: [
        "Isolation", "DatabaseInstrumentation", "Postgres", "SQLSyntax", "TestSupport",
      ],
      // Read where they lie.
      exclude: ["Corpus", "RealSchemas"]),
    .testTarget(
      name: "OperationMetricsTests",
      dependencies: [
        "OperationMetrics", "SwiftMetricsSink", "DatabaseInstrumentation", "Postgres", "SQLSyntax",
        "TestSupport",
        .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "MetricsTestKit", package: "swift-metrics"),
      ],
      // Read where they lie.
      exclude: ["check_embedded.py", "read_metrics.py", "embedded_metric_format.schema.json"]),
    .testTarget(name: "CostsTests", dependencies: ["Costs", "OperationMetrics"]),
    .testTarget(
      name: "AWSTests", dependencies: ["AWS", "Digests", "Wording", "TestSupport"]),
    .testTarget(
      name: "DataAPITests",
      dependencies: ["DataAPI", "DataAPIServer", "AWS", "Postgres", "TestSupport"]),
    .testTarget(
      name: "DataAPIServerTests", dependencies: ["DataAPIServer", "AWS", "TestSupport"],
      exclude: ["conformance.py", "drivers.py"]),
    .testTarget(
      name: "ReportsTests", dependencies: ["Reports", "TestSupport"],
      // Read where they lie.
      exclude: ["Validators", "check_page.py", "hotel.gate.json"]),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "dbtool", "Postgres", "SQLSyntax", "LocalPostgres", "Reports", "DataAPIServer",
        "TestSupport",
      ]),
  ]
)

// What libFuzzer calls, and the tests of what it found: Fuzzing/README.md.
let unread = ["corpus", "dictionaries", "README.md"]
let fuzzed: [Target.Dependency] = [
  "dbtool", "AWS", "DataAPIServer", "Isolation", "Migrations", "Policies", "Postgres", "SQLSyntax",
  "Synthesis", "Tenants", "YAML",
]
if Context.environment["DBTOOL_FUZZ"] == nil {
  package.targets.append(
    .testTarget(
      name: "FuzzingTests", dependencies: fuzzed, path: "Fuzzing", exclude: ["Driver"] + unread,
      sources: ["Targets", "Tests"]))
} else {
  // scripts/fuzz builds this; nothing of it is in any other build. Only tests may import a program,
  // so here dbtool is a library.
  package.products = []
  package.targets.removeAll { $0.type == .test }
  if let index = package.targets.firstIndex(where: { $0.name == "dbtool" }) {
    package.targets[index] = .target(
      name: "dbtool", dependencies: package.targets[index].dependencies,
      swiftSettings: [
        .unsafeFlags(["-Xfrontend", "-entry-point-function-name", "-Xfrontend", "dbtool_main"])
      ])
  }
  package.targets.append(
    .executableTarget(
      name: "fuzz", dependencies: fuzzed, path: "Fuzzing", exclude: ["Tests"] + unread,
      sources: ["Targets", "Driver"], swiftSettings: [.unsafeFlags(["-parse-as-library"])]))
  for target in package.targets where target.type != .system {
    let sanitized = ["-sanitize=fuzzer,address"]
    target.swiftSettings = (target.swiftSettings ?? []) + [.unsafeFlags(sanitized)]
    target.linkerSettings = (target.linkerSettings ?? []) + [.unsafeFlags(sanitized)]
  }
}

for target in package.targets where target.type != .system {
  target.swiftSettings = (target.swiftSettings ?? []) + strict
}

// `make test` runs what is tested optimised. The tests themselves need not be.
for target in package.targets where target.type == .test || target.name == "TestSupport" {
  target.swiftSettings?.append(.unsafeFlags(["-Onone"], .when(configuration: .release)))
}
