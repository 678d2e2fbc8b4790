/*
 * Records of recordings that were written before there were blocks (VT_BUCKET_BLOCKS): devices
 * and accounts have a bucket less.
 */
#ifndef VT_REPORTS_RECORD_WIDEN_H
#define VT_REPORTS_RECORD_WIDEN_H

#include <stddef.h>
#include <stdint.h>

/* Bytes that a record of the type had then; 0 where it is as it was. */
size_t vt__narrow_bytes(uint32_t type);

/* Makes `count` such records, which lie in a row at `bytes`, wide ones in their place. */
void vt__widen(uint32_t type, unsigned char *bytes, uint64_t count);

#endif
