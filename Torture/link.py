"""A link on the loopback interface that can be slow, and be cut at a byte."""

import socket
import struct
import threading
import time

UP, DOWN = "to the server", "from the server"
RESET = struct.pack("ii", 1, 0)


class Link:
    """Carries connections to a target, and counts what it carries in each direction."""

    def __init__(self, host, port):
        self.target = (host, port)
        self.carried = {UP: 0, DOWN: 0}
        self.cut_at = {}
        self.stays_cut = False
        self.resets = False
        self.delay = 0.0
        self.bytes_a_second = None
        self.cuts = 0
        self.lock = threading.Lock()
        self.ends = set()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            if self.cuts and self.stays_cut:
                self.end(client)
                continue
            try:
                server = socket.create_connection(self.target)
            except OSError:
                self.end(client)
                continue
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.lock:
                self.ends |= {client, server}
            for source, sink, way in ((client, server, UP), (server, client, DOWN)):
                threading.Thread(target=self.carry, args=(source, sink, way), daemon=True).start()

    def carry(self, source, sink, way):
        try:
            while data := source.recv(1 << 14):
                time.sleep(self.delay)
                if self.bytes_a_second:
                    time.sleep(len(data) / self.bytes_a_second)
                with self.lock:
                    left = self.cut_at.get(way, 1 << 62) - self.carried[way]
                    self.carried[way] += len(data)
                    cuts = left <= len(data)
                    if cuts:
                        self.cut_at = {}
                sink.sendall(data[: max(0, left)] if cuts else data)
                if cuts:
                    self.cut()
                    return
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            # One side has died, so the other one must learn of it.
            self.end(source)
            self.end(sink)

    def cut(self):
        with self.lock:
            self.cuts += 1
            ends, self.ends = self.ends, set()
        for end in ends:
            self.end(end)

    def end(self, end):
        try:
            if self.resets:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            # Not only close, which waits for the thread that reads from it.
            end.shutdown(socket.SHUT_RD if self.resets else socket.SHUT_RDWR)
            end.close()
        except OSError:
            pass

    def close(self):
        # A thread waits in accept, which close alone does not wake.
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()
        self.cut()
