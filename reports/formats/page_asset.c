/*
 * The page as `make page` made it, put in by the assembler.
 */
#include "config.h"

#include "reports/formats/page_asset.h"

__asm__(".section .rodata\n"
	".global vt__page_asset, vt__page_asset_end\n"
	".hidden vt__page_asset, vt__page_asset_end\n"
	"vt__page_asset:\n"
	".incbin \"" VT__PAGE_FILE "\"\n"
	"vt__page_asset_end:\n"
	".byte 0\n"
	".previous\n");
