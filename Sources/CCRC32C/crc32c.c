#include "crc32c.h"

#include <stdatomic.h>
#include <string.h>

// Tables for eight bytes a step: table[k][b] is the effect of byte b followed by k zero bytes.
static uint32_t table[8][256];
static atomic_int table_state; // 0 not made, 1 made. Making it twice at once writes the same values twice.

static void make_table(void) {
    for (uint32_t n = 0; n < 256; n++) {
        uint32_t crc = n;
        for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0x82f63b78u & (0u - (crc & 1u)));
        table[0][n] = crc;
    }
    for (uint32_t n = 0; n < 256; n++) {
        for (int k = 1; k < 8; k++) table[k][n] = table[0][table[k - 1][n] & 0xff] ^ (table[k - 1][n] >> 8);
    }
    atomic_store_explicit(&table_state, 1, memory_order_release);
}

uint32_t connectd_crc32c_portable(uint32_t crc, const void *bytes, size_t count) {
    if (atomic_load_explicit(&table_state, memory_order_acquire) == 0) make_table();
    const uint8_t *p = bytes;
    crc = ~crc;
    while (count >= 8) {
        uint32_t low = crc ^ ((uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24);
        crc = table[7][low & 0xff] ^ table[6][low >> 8 & 0xff] ^ table[5][low >> 16 & 0xff] ^ table[4][low >> 24]
            ^ table[3][p[4]] ^ table[2][p[5]] ^ table[1][p[6]] ^ table[0][p[7]];
        p += 8;
        count -= 8;
    }
    while (count-- > 0) crc = table[0][(crc ^ *p++) & 0xff] ^ (crc >> 8);
    return ~crc;
}

#if defined(__x86_64__)

#include <nmmintrin.h>

// The instruction gives a result every cycle but takes three for each, so three pieces of this many bytes are summed side by side
// and put together afterwards.
#define LANE 4096

// shifted[k][b] is what byte k of a sum, with the value b, becomes when LANE zero bytes follow. Sums are linear in their bits.
static uint32_t shifted[4][256];
static atomic_int shifted_state;

static void make_shifted(void) {
    uint32_t of_bit[32];
    for (int bit = 0; bit < 32; bit++) {
        uint32_t sum = 1u << bit;
        for (int n = 0; n < LANE; n++) sum = table[0][sum & 0xff] ^ (sum >> 8);
        of_bit[bit] = sum;
    }
    for (int byte = 0; byte < 4; byte++) {
        for (uint32_t value = 0; value < 256; value++) {
            uint32_t sum = 0;
            for (int bit = 0; bit < 8; bit++) {
                if (value >> bit & 1u) sum ^= of_bit[8 * byte + bit];
            }
            shifted[byte][value] = sum;
        }
    }
    atomic_store_explicit(&shifted_state, 1, memory_order_release);
}

static uint32_t past_lane(uint32_t sum) {
    return shifted[0][sum & 0xff] ^ shifted[1][sum >> 8 & 0xff] ^ shifted[2][sum >> 16 & 0xff] ^ shifted[3][sum >> 24];
}

__attribute__((target("sse4.2"))) static uint32_t with_instruction(uint32_t crc, const uint8_t *p, size_t count) {
    uint64_t sum = (uint32_t)~crc;
    if (count >= 3 * LANE) {
        if (atomic_load_explicit(&table_state, memory_order_acquire) == 0) make_table();
        if (atomic_load_explicit(&shifted_state, memory_order_acquire) == 0) make_shifted();
    }
    while (count >= 3 * LANE) {
        uint64_t second = 0;
        uint64_t third = 0;
        for (size_t at = 0; at < LANE; at += 8) {
            uint64_t word;
            memcpy(&word, p + at, 8);
            sum = _mm_crc32_u64(sum, word);
            memcpy(&word, p + LANE + at, 8);
            second = _mm_crc32_u64(second, word);
            memcpy(&word, p + 2 * LANE + at, 8);
            third = _mm_crc32_u64(third, word);
        }
        sum = past_lane((uint32_t)sum) ^ (uint32_t)second;
        sum = past_lane((uint32_t)sum) ^ (uint32_t)third;
        p += 3 * LANE;
        count -= 3 * LANE;
    }
    while (count >= 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        sum = _mm_crc32_u64(sum, word);
        p += 8;
        count -= 8;
    }
    uint32_t rest = (uint32_t)sum;
    while (count-- > 0) rest = _mm_crc32_u8(rest, *p++);
    return ~rest;
}

uint32_t connectd_crc32c(uint32_t crc, const void *bytes, size_t count) {
    if (__builtin_cpu_supports("sse4.2")) return with_instruction(crc, bytes, count);
    return connectd_crc32c_portable(crc, bytes, count);
}

#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)

#include <arm_acle.h>

uint32_t connectd_crc32c(uint32_t crc, const void *bytes, size_t count) {
    const uint8_t *p = bytes;
    crc = ~crc;
    while (count >= 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        crc = __crc32cd(crc, word);
        p += 8;
        count -= 8;
    }
    while (count-- > 0) crc = __crc32cb(crc, *p++);
    return ~crc;
}

#else

uint32_t connectd_crc32c(uint32_t crc, const void *bytes, size_t count) {
    return connectd_crc32c_portable(crc, bytes, count);
}

#endif
