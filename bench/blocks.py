"""How a benchmark program in Python is asked: blocks.hpp says it."""
import sys


def serve(measure_block):
    """measure_block returns the numbers of a block."""
    print("ready", flush=True)
    for line in sys.stdin:
        for _ in range(int(line)):
            print(*(f"{number:.3f}" for number in measure_block()))
        sys.stdout.flush()
