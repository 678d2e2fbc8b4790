"""A server that nobody may change: serving.py REQUESTS THREADS [WARM-UP].

The first requests, for warm-up, come from another line; a library makes its handle's events with the
first of all.
"""
import ctypes
import sys
import threading

import buffers
from buffers import Buffer

sessions = []


class Server:
    def handle(self, number):
        inputs = Buffer(1 << 20)
        if warm_up and number == 0:
            for _ in range(8):
                assert buffers.driver.cuEventCreate(ctypes.byref(ctypes.c_void_p()), 0) == 0
        for _ in range(number % 3 + 1):  # a loop of its own is no request of its own
            Buffer(1 << 18)
        sessions.append(Buffer(1 << 16))  # what it should not keep
        del inputs


def serve(requests):
    buffers.use()
    server = Server()
    for number in range(warm_up):
        server.handle(number)
    for number in range(warm_up, requests):
        server.handle(number)


warm_up = int(sys.argv[3]) if len(sys.argv) > 3 else 0
workers = [threading.Thread(target=serve, args=(int(sys.argv[1]),)) for _ in range(int(sys.argv[2]))]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
sessions.clear()
