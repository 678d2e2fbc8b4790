"""A server that nobody may change: serving.py REQUESTS THREADS."""
import sys
import threading

import buffers
from buffers import Buffer

sessions = []


class Server:
    def handle(self, number):
        inputs = Buffer(1 << 20)
        for _ in range(number % 3 + 1):  # a loop of its own is no request of its own
            Buffer(1 << 18)
        sessions.append(Buffer(1 << 16))  # what it should not keep
        del inputs


def serve(requests):
    buffers.use()
    server = Server()
    for number in range(requests):
        server.handle(number)


workers = [threading.Thread(target=serve, args=(int(sys.argv[1]),)) for _ in range(int(sys.argv[2]))]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
sessions.clear()
