#ifndef CONNECTD_CRC32C_H
#define CONNECTD_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/// The CRC-32C (Castagnoli, RFC 3720 appendix B.4) of `count` bytes, continuing from `crc`: 0 for the first piece. Uses the processor's
/// own instruction where there is one.
uint32_t connectd_crc32c(uint32_t crc, const void *bytes, size_t count);

/// The same from tables alone: what machines without the instruction get, and what tests hold the fast way against.
uint32_t connectd_crc32c_portable(uint32_t crc, const void *bytes, size_t count);

#endif
