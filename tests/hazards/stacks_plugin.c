/* A library whose constructor has the program wait for a thread, under the loader's lock. */
void stacks_in_constructor(void);

__attribute__((constructor)) static void begin(void)
{
	stacks_in_constructor();
}
