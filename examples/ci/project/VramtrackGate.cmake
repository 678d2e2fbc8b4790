# Runs tests under vramtrack's gate:
#
#   include(VramtrackGate)
#   vramtrack_gate(test_cache test_blocks)      # targets that add_test() runs
#
# A test then fails if its program leaks device memory, too. Options, by -D:
#   VRAMTRACK_GATE=OFF               run them as they are
#   VRAMTRACK_GATE_OPTIONS=--simulate;--policy;gate.ini    more options of the gate
# The recordings of all tests are in vramtrack/ of the build folder.
option(VRAMTRACK_GATE "run the tests under vramtrack gate" ON)
set(VRAMTRACK_GATE_OPTIONS "" CACHE STRING "options for vramtrack gate, a list")
if(VRAMTRACK_GATE)
	find_program(VRAMTRACK_PROGRAM vramtrack)
	if(NOT VRAMTRACK_PROGRAM)
		message(FATAL_ERROR "vramtrack is not in PATH; tests run without it by "
			"-DVRAMTRACK_GATE=OFF")
	endif()
endif()

# The property that puts a command before a test is TEST_LAUNCHER from CMake 3.29 on. Before, it
# is CROSSCOMPILING_EMULATOR, which also leads programs that run while building.
function(vramtrack_gate)
	if(NOT VRAMTRACK_GATE)
		return()
	endif()
	set(property TEST_LAUNCHER)
	if(CMAKE_VERSION VERSION_LESS 3.29)
		set(property CROSSCOMPILING_EMULATOR)
	endif()
	set_property(TARGET ${ARGN} PROPERTY ${property} "${VRAMTRACK_PROGRAM}" gate
		-o "${CMAKE_BINARY_DIR}/vramtrack" ${VRAMTRACK_GATE_OPTIONS} --)
endfunction()
