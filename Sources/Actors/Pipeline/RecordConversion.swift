import Engine

/// One transformation in its place in `transforms`, with its predicate.
struct TransformationStep: Sendable {
    let alias: String
    let transformation: any Transformation
    let predicate: (any Predicate)?
    /// `negate=true`: applies where the predicate does not.
    let isNegated: Bool

    /// False drops the record.
    func apply(_ record: inout ConnectRecord) throws -> Bool {
        if let predicate, try predicate.test(record) == isNegated { return true }
        return try transformation.apply(&record)
    }
}

/// What happens to the records of a batch between a plugin and Kafka: transformations and converters, in the direction's order.
///
/// Pure over its plugins; several converter actors share one. A batch without transformations is converted in place by whole
/// columns; with them its records are taken out one by one.
struct RecordConversion: Sendable {
    enum Direction: Sendable {
        /// Transform, then serialise.
        case toKafka
        /// Deserialise, then transform.
        case fromKafka
    }

    /// What came of a batch besides the batch itself.
    struct Outcome: Sendable {
        /// Records dropped by a transformation.
        var filtered = 0
        /// Records that failed, no longer in the batch.
        var failures: [RecordFailure] = []
    }

    let direction: Direction
    let keyConverter: any Converter
    let valueConverter: any Converter
    let headerConverter: any HeaderConverter
    let transformations: [TransformationStep]

    /// True when the batches must go through one actor, in order.
    var isOrderSensitive: Bool { transformations.contains { $0.transformation.isOrderSensitive } }

    /// Converts a batch in place. Failed records are taken out and listed.
    func apply(to batch: inout RecordBatch) -> Outcome {
        var outcome = Outcome()
        switch direction {
        case .toKafka:
            transform(&batch, &outcome)
            remove(
                serializeHeaders(&batch) + keyConverter.serialize(.key, of: &batch)
                    + valueConverter.serialize(.value, of: &batch),
                from: &batch,
                &outcome
            )
        case .fromKafka:
            remove(
                keyConverter.deserialize(.key, of: &batch) + valueConverter.deserialize(.value, of: &batch)
                    + deserializeHeaders(&batch),
                from: &batch,
                &outcome
            )
            transform(&batch, &outcome)
        }
        return outcome
    }

    private func remove(_ failures: [RecordFailure], from batch: inout RecordBatch, _ outcome: inout Outcome) {
        guard !failures.isEmpty else { return }
        // A record can fail on several sides: the first counts.
        var byIndex: [Int: RecordFailure] = [:]
        for failure in failures where byIndex[failure.index] == nil { byIndex[failure.index] = failure }
        let indexes = byIndex.keys.sorted()
        batch.removeRecords(at: indexes)
        outcome.failures += indexes.compactMap { byIndex[$0] }
    }

    private func transform(_ batch: inout RecordBatch, _ outcome: inout Outcome) {
        guard !transformations.isEmpty, !batch.isEmpty else { return }
        var result = RecordBatch()
        let arena = Arena()
        result.retain(arena)
        for (partition, offset) in batch.sourceOffsets { result.setSourceOffset(offset, partition: partition) }
        for index in batch.records.indices {
            var record = batch.record(at: index)
            do {
                var isKept = true
                for step in transformations where isKept {
                    isKept = try step.apply(&record)
                }
                if isKept {
                    result.append(record, offset: batch.records[index].offset, arena: arena)
                } else {
                    outcome.filtered += 1
                }
            } catch {
                outcome.failures.append(batch.failure(at: index, stage: .transformation, error))
            }
        }
        batch = result
    }

    private func serializeHeaders(_ batch: inout RecordBatch) -> [RecordFailure] {
        convertHeaders(&batch) { batch, topic, key, cell, arena in
            let bytes = try headerConverter.fromConnectHeader(
                topic: topic,
                key: key,
                schema: batch.schema(of: cell),
                value: batch.value(of: cell)
            )
            return bytes.map { $0.withUnsafeBytes { Cell.bytes(arena.copy($0)) } } ?? .null()
        }
    }

    private func deserializeHeaders(_ batch: inout RecordBatch) -> [RecordFailure] {
        convertHeaders(&batch) { batch, topic, key, cell, arena in
            let datum = try headerConverter.toConnectHeader(
                topic: topic,
                key: key,
                bytes: cell.kind == .null ? nil : cell.buffer
            )
            return batch.cell(for: datum, arena: arena)
        }
    }

    private func convertHeaders(
        _ batch: inout RecordBatch,
        _ convert: (inout RecordBatch, String, String, Cell, Arena) throws -> Cell
    ) -> [RecordFailure] {
        guard !batch.headers.isEmpty else { return [] }
        var failures: [RecordFailure] = []
        let arena = Arena()
        batch.retain(arena)
        for index in batch.records.indices {
            let slot = batch.records[index]
            let topic = batch.topic(of: slot)
            do {
                for position in Int(slot.firstHeader)..<Int(slot.firstHeader + slot.headerCount) {
                    let header = batch.headers[position]
                    let key = String(decoding: header.key.buffer, as: UTF8.self)
                    batch.headers[position].value = try convert(&batch, topic, key, header.value, arena)
                }
            } catch {
                failures.append(batch.failure(at: index, stage: .headerConverter, error))
            }
        }
        return failures
    }
}
