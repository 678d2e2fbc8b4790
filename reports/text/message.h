/*
 * The room for what is wrong with a file: one line, without its newline.
 */
#ifndef VT_REPORTS_MESSAGE_H
#define VT_REPORTS_MESSAGE_H

#define VT__MESSAGE_BYTES 512

#endif
