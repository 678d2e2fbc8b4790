/* The model's tensors: all in one allocation, each at its offset. */
#ifndef CLIENT_WEIGHTS_H
#define CLIENT_WEIGHTS_H

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "device_memory.h"

namespace worker
{

struct Tensor {
	std::string name;
	std::vector<unsigned char> bytes;
};

class Weights
{
public:
	Weights(const std::vector<Tensor> &tensors, VramTracker &tracker);

	const void *tensor(const std::string &name) const;
	/* Whether the device has these bytes. */
	bool holds(const Tensor &tensor) const;
	size_t size() const
	{
		return memory_.size();
	}

private:
	void upload(const Tensor &tensor, size_t offset);

	DeviceMemory memory_;
	std::map<std::string, size_t> offsets_;
};

} /* namespace worker */

#endif
