// swift-tools-version: 6.2
import PackageDescription

// One floor imports only from floors below its own; `scripts/check-layering` holds this list against the imports in the
// sources (docs/architecture.md draws the floors).
let package = Package(
    name: "connectd",
    products: [
        .executable(name: "connectd", targets: ["connectd"]),
        .executable(name: "Benchmarks", targets: ["Benchmarks"]),
        .library(name: "Engine", targets: ["Engine"]),
        .library(name: "ConnectTesting", targets: ["ConnectTesting"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.1.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.90.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.30.0"),
        .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.6.0"),
    ],
    targets: [
        // Floor 0: system libraries.
        .systemLibrary(name: "CRdKafka", pkgConfig: "rdkafka", providers: [.apt(["librdkafka-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),

        .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
        .systemLibrary(name: "CSnappy", pkgConfig: "snappy", providers: [.apt(["libsnappy-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        // The checksum of Kafka's record batches needs the processor's own instruction, which Swift cannot name.
        .target(name: "CCRC32C"),

        // Floor 1: the vocabulary and all pure logic.
        .target(
            name: "Engine",
            dependencies: [
                .product(name: "BigInt", package: "BigInt"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "OrderedCollections", package: "swift-collections"),
            ]
        ),

        // Floor 2: one technology each, over Engine.
        .target(
            name: "Kafka",
            dependencies: ["Engine", "CRdKafka", .product(name: "Logging", package: "swift-log")]
        ),
        .target(
            name: "Converters",
            dependencies: [
                "Engine",
                .product(name: "BigInt", package: "BigInt"),
                .product(name: "OrderedCollections", package: "swift-collections"),
            ]
        ),
        .target(name: "Transforms", dependencies: ["Engine"]),
        .target(
            name: "FileStream",
            dependencies: ["Engine", .product(name: "Logging", package: "swift-log")],
            path: "Sources/Connectors/FileStream"
        ),

        .target(
            name: "EmbeddedBroker",
            dependencies: [
                "CCRC32C", "CLZ4", "CSnappy", "CZlib", "CZstd",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "OrderedCollections", package: "swift-collections"),
            ]
        ),

        // Floor 3: what runs.
        .target(
            name: "Actors",
            dependencies: [
                "Engine",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "OrderedCollections", package: "swift-collections"),
            ]
        ),

        // Floor 4: the kit for authors of connectors and for our own tests.
        .target(
            name: "ConnectTesting",
            dependencies: [
                "Engine", "Kafka", "EmbeddedBroker", "Actors", "CRdKafka",
                .product(name: "BigInt", package: "BigInt"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "OrderedCollections", package: "swift-collections"),
            ]
        ),

        // Floor 5: programs.
        .executableTarget(
            name: "connectd",
            dependencies: [
                "Engine", "Kafka", "EmbeddedBroker", "Converters", "Transforms", "FileStream", "Actors",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]
        ),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "Engine", "Kafka", "EmbeddedBroker", "Converters", "Transforms", "FileStream", "Actors", "CRdKafka",
                "ConnectTesting",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),

        .testTarget(
            name: "EngineTests",
            dependencies: [
                "Engine", "ConnectTesting",
                .product(name: "BigInt", package: "BigInt"),
                .product(name: "OrderedCollections", package: "swift-collections"),
            ],
            exclude: ["Fixtures"]
        ),
        .testTarget(
            name: "KafkaTests",
            dependencies: [
                "Kafka", "Engine", "ConnectTesting", "EmbeddedBroker", "CRdKafka",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "OrderedCollections", package: "swift-collections"),
            ],
            exclude: ["Fixtures"]
        ),
        .testTarget(
            name: "ConvertersTests",
            dependencies: [
                "Converters", "Engine", "ConnectTesting",
                .product(name: "BigInt", package: "BigInt"),
                .product(name: "OrderedCollections", package: "swift-collections"),
            ],
            exclude: ["Fixtures"]
        ),
        .testTarget(
            name: "FileStreamTests",
            dependencies: [
                "FileStream", "Engine", "ConnectTesting", .product(name: "Logging", package: "swift-log"),
                .product(name: "OrderedCollections", package: "swift-collections"),
            ],
            exclude: ["Fixtures"]
        ),
        .testTarget(
            name: "EmbeddedBrokerTests",
            dependencies: [
                "EmbeddedBroker", "ConnectTesting", "CCRC32C",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            exclude: ["Records/Fixtures", "Security/Fixtures"]
        ),
        .testTarget(
            name: "ActorsTests",
            dependencies: [
                "Actors", "Kafka", "Engine", "Converters", "FileStream", "ConnectTesting",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "OrderedCollections", package: "swift-collections"),
            ]
        ),
        .testTarget(
            name: "BenchmarksTests",
            dependencies: [
                "Benchmarks", "Engine", "ConnectTesting",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),
        .testTarget(
            name: "connectdTests",
            dependencies: [
                "connectd", "Engine", "Kafka", "ConnectTesting", "CRdKafka",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)

// The same settings for every target that holds Swift.
for target in package.targets where target.type != .system && target.name != "CCRC32C" {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("MemberImportVisibility"),
            .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
            .treatAllWarnings(as: .error),
        ]
}
