/* Weights are uploaded in pieces, each straight to its place. */
#include "weights.h"

#include <algorithm>

namespace worker
{

namespace
{

constexpr size_t tensor_alignment = 256;
constexpr size_t chunk_bytes = size_t(1) << 20;

size_t aligned_bytes(const Tensor &tensor)
{
	return (tensor.bytes.size() + tensor_alignment - 1) / tensor_alignment * tensor_alignment;
}

size_t total_bytes(const std::vector<Tensor> &tensors)
{
	size_t total = 0;

	for (const Tensor &tensor : tensors)
		total += aligned_bytes(tensor);
	return total;
}

} /* namespace */

Weights::Weights(const std::vector<Tensor> &tensors, VramTracker &tracker)
	: memory_(total_bytes(tensors), &tracker, VramPurpose::ModelWeights, false, "weights")
{
	size_t offset = 0;

	for (const Tensor &tensor : tensors) {
		upload(tensor, offset);
		offsets_[tensor.name] = offset;
		offset += aligned_bytes(tensor);
	}
}

void Weights::upload(const Tensor &tensor, size_t offset)
{
	for (size_t done = 0; done < tensor.bytes.size(); done += chunk_bytes)
		memory_.copy_from_host(tensor.bytes.data() + done,
				       std::min(chunk_bytes, tensor.bytes.size() - done),
				       offset + done);
}

const void *Weights::tensor(const std::string &name) const
{
	return memory_.get_as<char>() + offsets_.at(name);
}

bool Weights::holds(const Tensor &tensor) const
{
	std::vector<unsigned char> seen(tensor.bytes.size());

	memory_.copy_to_host(seen.data(), seen.size(), offsets_.at(tensor.name));
	return seen == tensor.bytes;
}

} /* namespace worker */
