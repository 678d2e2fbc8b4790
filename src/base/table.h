/*
 * The only include of uthash. Its memory comes from the arena, running out of
 * memory makes an addition fail (check `node->hh.tbl` after it), and nothing
 * here ends the process.
 *
 * uthash's macros have no argument for an allocator: a function that adds to
 * or deletes from a table has a local variable
 *     struct vt__arena *table_arena
 * that these macros name.
 *
 * Keys are hashed by vt__hash_…() (base/hash.h) and passed with the
 * _BYHASHVALUE macros.
 */
#ifndef VT_LEDGER_TABLE_H
#define VT_LEDGER_TABLE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/hash.h"

#define HASH_NONFATAL_OOM 1
#define uthash_malloc(bytes) vt__arena_take(table_arena, (bytes))
#define uthash_free(block, bytes) vt__arena_give(table_arena, (block), (bytes))
#define HASH_FUNCTION(key, bytes, value) ((value) = (unsigned)vt__hash_bytes((key), (bytes)))

#include <uthash.h>

#endif
