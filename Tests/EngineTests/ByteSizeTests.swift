import Engine
import Testing

@Suite("Byte sizes")
struct ByteSizeTests {
    @Test(
        "Sizes are read with decimal and binary units",
        arguments: [
            ("0", 0), ("4096", 4096), ("64MB", 64_000_000), ("64mb", 64_000_000), ("1.5GB", 1_500_000_000),
            ("512KiB", 524_288), ("1k", 1000), ("2TB", 2_000_000_000_000), ("7B", 7), ("0.5MiB", 524_288),
        ]
    )
    func reading(_ text: String, _ bytes: Int) {
        #expect(ByteSize(text)?.bytes == bytes)
    }

    @Test(
        "What is no size is refused",
        arguments: ["", "MB", "-1", "1.2.3MB", "12 parsecs", "9223372036854775807TB", "1e3", "0x10"]
    )
    func refusing(_ text: String) {
        #expect(ByteSize(text) == nil)
    }

    @Test(
        "Sizes are shown in the largest unit",
        arguments: [(999, "999 B"), (1000, "1.0 kB"), (64_000_000, "64.0 MB"), (1_990_000_000, "1.9 GB")]
    )
    func showing(_ bytes: Int, _ text: String) {
        #expect(ByteSize(bytes: bytes).description == text)
    }
}
