/* The variables that switch caches of frameworks off (docs/caches.md). */
#include "config.h"

#include "cli/caches.h"

#include <stdlib.h>

#include "cli/message.h"

static const struct vt__cache_setting settings[] = {
	{"PyTorch", "PYTORCH_NO_CUDA_MEMORY_CACHING", "1", ""},
	{"JAX", "XLA_PYTHON_CLIENT_PREALLOCATE", "false", ""},
	{"JAX", "XLA_PYTHON_CLIENT_ALLOCATOR", "platform",
	 " (above 0.10 each array is a mapping of its own, in steps of 2 MiB, and is not given back "
	 "at once)"},
	{"TensorFlow", "TF_GPU_ALLOCATOR", "cuda_malloc_async", " (from 2.5 on)"},
	{"TensorFlow", "TF_FORCE_GPU_ALLOW_GROWTH", "true",
	 " (before 2.5 its cache stays, and grows)"},
	{"numba", "NUMBA_CUDA_MAX_PENDING_DEALLOCS_COUNT", "0", ""},
};

static const char *const others[] = {
	"CuPy has no variable for its pools: cupy.cuda.set_allocator(None) and "
	"cupy.cuda.set_pinned_memory_allocator(None) in the program",
	"RMM has none: rmm.reinitialize(pool_allocator=False) in the program",
};

const struct vt__cache_setting *vt__cache_settings(size_t *count)
{
	*count = sizeof(settings) / sizeof(*settings);
	return settings;
}

const char *vt__cache_setting_of_user(const struct vt__cache_setting *setting)
{
	return getenv(setting->variable);
}

void vt__cache_settings_say(void)
{
	for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++) {
		const struct vt__cache_setting *setting = &settings[i];
		const char *own = vt__cache_setting_of_user(setting);

		if (own)
			vt__say("--no-caching: %s: %s=%s stays, as you set it", setting->framework,
				setting->variable, own);
		else
			vt__say("--no-caching: %s: %s=%s%s", setting->framework, setting->variable,
				setting->value, setting->remark);
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		vt__say("--no-caching: %s", others[i]);
}
