# shellcheck shell=bash disable=SC2154
# What the tests that build by CMake share: the toolkit's place, and nothing that is asked twice.
# Source it after lib.sh.

# In the place of the toolkit: its headers, and the simulated runtime. That compilers work is known,
# and nobody looks here at how fast a program is. $cuda and $cudart are what is found.
cuda_toolkit_for_cmake() {
	mkdir "$work/modules"
	cat >"$work/modules/FindCUDAToolkit.cmake" <<-TEXT
		set(CUDAToolkit_FOUND TRUE)
		add_library(CUDA::cudart UNKNOWN IMPORTED)
		set_target_properties(CUDA::cudart PROPERTIES
			IMPORTED_LOCATION "$cudart" INTERFACE_INCLUDE_DIRECTORIES "$cuda/include")
	TEXT
	cat >"$work/toolchain.cmake" <<-TEXT
		list(APPEND CMAKE_MODULE_PATH "$work/modules")
		set(CMAKE_C_COMPILER_WORKS TRUE)
		set(CMAKE_CXX_COMPILER_WORKS TRUE)
		set(CMAKE_C_FLAGS_RELWITHDEBINFO -g CACHE STRING "")
		set(CMAKE_CXX_FLAGS_RELWITHDEBINFO -g CACHE STRING "")
	TEXT
	export CMAKE_TOOLCHAIN_FILE=$work/toolchain.cmake
}
