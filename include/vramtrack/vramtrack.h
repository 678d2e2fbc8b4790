/* vramtrack: device memory with one owner, accounted by purpose. All of the public C interface. */
#ifndef VRAMTRACK_VRAMTRACK_H
#define VRAMTRACK_VRAMTRACK_H

#include <vramtrack/allocator.h>
#include <vramtrack/buffer.h>
#include <vramtrack/mark.h>
#include <vramtrack/memory_source.h>
#include <vramtrack/narration.h>
#include <vramtrack/purpose.h>
#include <vramtrack/scope.h>
#include <vramtrack/status.h>
#include <vramtrack/tracker.h>

#endif
