/* The keys and values of one request: zeroed, freed with the request. */
#ifndef CLIENT_KV_CACHE_H
#define CLIENT_KV_CACHE_H

#include <memory>
#include <vector>

#include "device_memory.h"

namespace worker
{

class KVCache
{
public:
	KVCache(size_t layers, size_t bytes_per_layer, VramTracker *tracker)
		: bytes_per_layer_(bytes_per_layer),
		  cache_(std::make_unique<DeviceMemory>(layers * bytes_per_layer, tracker,
							VramPurpose::KVCache, true))
	{
	}

	void *layer(size_t number) const
	{
		return static_cast<char *>(cache_->get()) + number * bytes_per_layer_;
	}
	size_t size() const
	{
		return cache_->size();
	}
	void reset()
	{
		cache_->zero();
	}

	bool is_zero() const
	{
		std::vector<unsigned char> seen(cache_->size());

		cache_->copy_to_host(seen.data(), seen.size());
		for (unsigned char byte : seen)
			if (byte != 0)
				return false;
		return true;
	}

private:
	size_t bytes_per_layer_;
	std::unique_ptr<DeviceMemory> cache_;
};

} /* namespace worker */

#endif
