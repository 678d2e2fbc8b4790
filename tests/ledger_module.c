/*
 * An object to load and unload: tests of the ledger's modules open it.
 */
#include "config.h"

/* Declared here because its only user asks for it by name. */
int ledger_module_code(int number);

int ledger_module_code(int number)
{
	return number * 3 + 1;
}
