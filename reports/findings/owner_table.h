/*
 * Who a library's memory belongs to, by the name of its file.
 *
 * VT__LIBRARY_OWNER(what the name begins with, owner)
 * An empty owner: the call is passed on for others. The first that fits counts.
 */
#ifndef VT_REPORTS_OWNER_TABLE_H
#define VT_REPORTS_OWNER_TABLE_H

#define VT__LIBRARY_OWNERS(VT__LIBRARY_OWNER)                                                      \
	VT__LIBRARY_OWNER("libcudart", "")                                                         \
	VT__LIBRARY_OWNER("libcudadevrt", "")                                                      \
	VT__LIBRARY_OWNER("libcuda.", "")                                                          \
	VT__LIBRARY_OWNER("libnvidia", "")                                                         \
	VT__LIBRARY_OWNER("libcublas", "cuBLAS")                                                   \
	VT__LIBRARY_OWNER("libcudnn", "cuDNN")                                                     \
	VT__LIBRARY_OWNER("libnccl", "NCCL")                                                       \
	VT__LIBRARY_OWNER("libcufft", "cuFFT")                                                     \
	VT__LIBRARY_OWNER("libcusolver", "cuSOLVER")                                               \
	VT__LIBRARY_OWNER("libcusparse", "cuSPARSE")                                               \
	VT__LIBRARY_OWNER("libcurand", "cuRAND")                                                   \
	VT__LIBRARY_OWNER("libcutensor", "cuTENSOR")                                               \
	VT__LIBRARY_OWNER("libnvshmem", "NVSHMEM")                                                 \
	VT__LIBRARY_OWNER("libnvinfer", "TensorRT")                                                \
	VT__LIBRARY_OWNER("libc10", "PyTorch")                                                     \
	VT__LIBRARY_OWNER("libtorch", "PyTorch")                                                   \
	VT__LIBRARY_OWNER("libaoti", "PyTorch")                                                    \
	VT__LIBRARY_OWNER("libtensorflow", "TensorFlow")                                           \
	VT__LIBRARY_OWNER("xla_", "JAX")                                                           \
	VT__LIBRARY_OWNER("libjax", "JAX")                                                         \
	VT__LIBRARY_OWNER("libonnxruntime", "ONNX Runtime")                                        \
	VT__LIBRARY_OWNER("libflashinfer", "FlashInfer")                                           \
	VT__LIBRARY_OWNER("flashinfer", "FlashInfer")                                              \
	VT__LIBRARY_OWNER("libggml", "ggml")                                                       \
	VT__LIBRARY_OWNER("librmm", "RMM")                                                         \
	VT__LIBRARY_OWNER("libucx", "UCX")                                                         \
	VT__LIBRARY_OWNER("libuct", "UCX")                                                         \
	VT__LIBRARY_OWNER("libc.", "")                                                             \
	VT__LIBRARY_OWNER("libpython", "")                                                         \
	VT__LIBRARY_OWNER("libstdc++", "")

#endif
