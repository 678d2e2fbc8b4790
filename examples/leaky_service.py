"""A small inference service in Python, with a leak to find.

    vramtrack run -- python3 leaky_service.py
    vramtrack run --simulate -- python3 leaky_service.py     (without a GPU)

It keeps the key/value tensors of its sessions on the device. A session that ends gives its
memory back; one that is thrown out to make room for another does not.
"""

import ctypes

MIB = 1 << 20


class Device:
    """What of the CUDA runtime is needed here."""

    def __init__(self):
        self.runtime = None
        for name in ("libcudart.so.13", "libcudart.so.12", "libcudart.so"):
            try:
                self.runtime = ctypes.CDLL(name)
                break
            except OSError:
                continue
        if self.runtime is None:
            raise SystemExit("leaky_service: no libcudart.so: add its folder to LD_LIBRARY_PATH")

    def allocate(self, size):
        address = ctypes.c_void_p()
        error = self.runtime.cudaMalloc(ctypes.byref(address), ctypes.c_size_t(size))
        if error:
            raise MemoryError(f"cudaMalloc of {size} bytes: error {error}")
        return address

    def free(self, address):
        self.runtime.cudaFree(address)


class Session:
    def __init__(self, device, tokens):
        self.device = device
        self.keys = device.allocate(tokens * 4096)
        self.values = device.allocate(tokens * 4096)

    def close(self):
        self.device.free(self.keys)
        self.device.free(self.values)


class Service:
    MOST_SESSIONS = 4

    def __init__(self):
        self.device = Device()
        self.sessions = {}

    def open(self, name, tokens):
        if len(self.sessions) == self.MOST_SESSIONS:
            oldest = next(iter(self.sessions))
            self.sessions.pop(oldest)  # the leak: nobody calls close()
        self.sessions[name] = Session(self.device, tokens)

    def stop(self):
        for session in self.sessions.values():
            session.close()


def main():
    service = Service()
    for number in range(10):
        service.open(f"user {number}", 256 + number)
    service.stop()
    print("service: 10 sessions")


if __name__ == "__main__":
    main()
