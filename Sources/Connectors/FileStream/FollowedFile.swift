import Engine
import Glibc
import Logging

/// A file followed through growth, truncation and rotation, line by line. Used by one task, one call at a time.
struct FollowedFile {
    private let path: String
    private let logger: Logger
    private let limits: LineReader.Limits
    private var reader: LineReader
    private var open: FileWatch.Opened?
    private let watch: FileWatch
    private var isWatching = false
    private var isArmed = false
    private var hasWaited = false
    /// The stored position lies behind what is there now: byte 0 is to be stored before anything else is read.
    private var mustStoreStart = false

    /// Follows a path from a position on.
    init(
        path: String,
        position: Int64,
        topic: String,
        limits: LineReader.Limits,
        maximumLineByteCount: Int,
        hub: InotifyHub,
        logger: Logger
    ) throws {
        self.path = path
        self.logger = logger
        self.limits = limits
        reader = LineReader(
            name: path,
            topic: topic,
            position: position,
            maximumLineByteCount: maximumLineByteCount
        )
        watch = try hub.follow(path)
    }

    /// Gives everything back.
    mutating func close() {
        watch.close()
        open = nil
        reader.restart(at: 0)
    }

    /// What `next` found.
    enum Outcome {
        /// Records, or none but a position to store.
        case batch(RecordBatch, position: Int64)
        /// It is not a file to follow but a pipe or a terminal.
        case stream(OpenFile)
    }

    /// The next lines; suspends until there are some.
    mutating func next() async throws -> Outcome {
        while true {
            try Task.checkCancellation()
            if !isWatching {
                // Before the first look, so that every file that takes the name from now on is seen.
                try watch.arm([])
                isWatching = true
            }
            if mustStoreStart {
                mustStoreStart = false
                return .batch(RecordBatch(), position: 0)
            }
            if open == nil, let stream = try openFile() { return .stream(stream) }
            if mustStoreStart { continue }
            if let open {
                var batch = RecordBatch()
                if try read(open.file, into: &batch) { return .batch(batch, position: reader.position) }
                if try !atEnd(of: open, &batch) {
                    if !batch.isEmpty { return .batch(batch, position: 0) }
                    continue
                }
            }
            try await waitForChange()
        }
    }

    /// The files kept open because they took the name while older ones were read.
    var successorCount: Int { watch.successorCount }

    /// Opens the next file if there is one. Returns it when it is not a file to follow.
    private mutating func openFile() throws -> OpenFile? {
        var found: (file: OpenFile, status: FileStatus)?
        if watch.successorCount == 0 {
            found = try OpenFile.reading(path)
            if let found, found.status.kind != .regular { return found.file }
        }
        let own = found.map { FileWatch.Opened(file: $0.file, identity: $0.status.identity) }
        guard let next = watch.next(orElse: own) else { return nil }
        guard let status = FileStatus.of(descriptor: next.file.descriptor) else { throw readError(errno) }
        open = next
        isArmed = false
        if hasWaited { logger.info("the source file is there now", metadata: ["file": "\(path)"]) }
        if status.size < reader.position {
            logger.warning(
                "the source file is shorter than the stored position: it was truncated or replaced; reading from byte 0",
                metadata: ["file": "\(path)", "size": "\(status.size)", "position": "\(reader.position)"]
            )
            reader.restart(at: 0)
            mustStoreStart = true
        }
        return nil
    }

    /// Reads until the batch is full or the end is reached. Returns false when there is no line at all.
    private mutating func read(_ file: OpenFile, into batch: inout RecordBatch) throws -> Bool {
        while !(try reader.takeLines(into: &batch, limits: limits)) {
            guard let status = FileStatus.of(descriptor: file.descriptor) else { throw readError(errno) }
            let rest = status.size - reader.readPosition
            // Below the position nothing can be read; a size of 0 may be that of a file that the kernel makes up.
            guard rest > 0 || status.size == 0 else { break }
            let (path, position) = (path, reader.readPosition)
            let count = try reader.fill(expected: Int(clamping: rest)) { room in
                guard let address = room.baseAddress else { return 0 }
                while true {
                    let count = pread(file.descriptor, address, room.count, off_t(position))
                    if count >= 0 { return count }
                    if errno != EINTR { throw Self.readError(errno, path: path, position: position) }
                }
            }
            if count == 0 { break }
        }
        return !batch.isEmpty
    }

    /// Acts on the end of the open file. Returns true when there is nothing to do but wait. The last line of a replaced file is
    /// put into the batch.
    private mutating func atEnd(of current: FileWatch.Opened, _ batch: inout RecordBatch) throws -> Bool {
        // In this order: see EndOfFile.
        let isReplaced = watch.successorCount > 1
        let successor =
            if let next = watch.successor {
                FileStatus.of(descriptor: next.descriptor)
            } else {
                FileStatus.of(path: path)
            }
        guard let status = FileStatus.of(descriptor: current.file.descriptor) else { throw readError(errno) }
        let end = EndOfFile(position: reader.position, readPosition: reader.readPosition)
        switch end.action(open: status, successor: successor, isReplaced: isReplaced) {
        case .readOn:
            return false
        case .wait:
            return true
        case .startOver:
            logger.warning(
                "the source file was truncated; reading from byte 0",
                metadata: ["file": "\(path)", "size": "\(status.size)", "position": "\(reader.position)"]
            )
            reader.restart(at: 0)
            mustStoreStart = true
            return false
        case .rereadLine:
            logger.warning(
                "the source file was truncated within its last, incomplete line; reading that line again",
                metadata: ["file": "\(path)", "size": "\(status.size)", "position": "\(reader.position)"]
            )
            reader.restart(at: reader.position)
            return false
        case .moveOn:
            logger.info(
                "the source file was replaced; the old one is read to its end, the new one from byte 0",
                metadata: ["file": "\(path)", "position": "\(reader.readPosition)"]
            )
            if watch.wasFull() {
                logger.error(
                    "the source file was replaced so often while older files were read that not all could be kept open",
                    metadata: ["file": "\(path)", "kept": "\(FileWatch.mostFiles)"]
                )
            }
            reader.takeRest(into: &batch)
            reader.restart(at: 0)
            // Once the last line is delivered there is nothing left of the old file: what is stored with it is the new file's
            // start, so that a restart does not look for the old position in the new file.
            mustStoreStart = batch.isEmpty
            open = nil
            return false
        }
    }

    /// Watches first and looks once more, then suspends until something happens.
    private mutating func waitForChange() async throws {
        guard isArmed else {
            var targets = [FileWatch.Target.path(path)]
            if let open { targets.append(.descriptor(open.file.descriptor)) }
            if let next = watch.successor { targets.append(.descriptor(next.descriptor)) }
            try watch.arm(targets)
            isArmed = true
            return
        }
        reader.rest()
        if open == nil, !hasWaited {
            logger.info("waiting for the source file to appear", metadata: ["file": "\(path)"])
        }
        hasWaited = hasWaited || open == nil
        isArmed = false
        try await watch.wait()
    }

    private func readError(_ code: Int32) -> ConnectError {
        Self.readError(code, path: path, position: reader.readPosition)
    }

    private static func readError(_ code: Int32, path: String, position: Int64) -> ConnectError {
        FileErrors.inputOutput("cannot read, at byte \(position), the source file", path: path, code: code)
    }
}
