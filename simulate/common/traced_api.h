/*
 * Which of the driver's functions have a door, where CUPTI can report them: all rows of
 * vt_driver_functions.h but one. VT_IF_DOOR(name, ROW) is ROW, or for that one VT_NO_ROW.
 */
#ifndef VT_SIMULATE_TRACED_API_H
#define VT_SIMULATE_TRACED_API_H

/* It says who called it, and so has nothing in front. */
#define VT_WITHOUT_DOOR_cuGetExportTable , VT_NO_ROW

#define VT_IF_DOOR(name, ROW) VT_SECOND(VT_WITHOUT_DOOR_##name, ROW, )
#define VT_SECOND(...) VT_SECOND_OF(__VA_ARGS__)
#define VT_SECOND_OF(first, second, ...) second
#define VT_NO_ROW(...)

#endif
