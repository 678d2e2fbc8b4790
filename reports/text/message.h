/*
 * A message that says in one line what is wrong with an input: where, what, what to do.
 */
#ifndef VT_REPORTS_MESSAGE_H
#define VT_REPORTS_MESSAGE_H

#define VT__MESSAGE_BYTES 512

#endif
