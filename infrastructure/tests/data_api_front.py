"""The Data API as AWS has it in one respect that dbtool's server leaves out: the secret decides who
logs in.

Each call's secret is looked up in Secrets Manager, and a `dbtool data-api serve` that logs in with
what stands there answers the call.
"""

import json
import os
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Credentials = tuple[str, str]


class DataApiFront:
    """A server on loopback.

    - Parameter look_up: User and password of a secret's current version.
    - Parameter url: The database's URL for a user, without a password.
    """

    def __init__(
        self,
        dbtool: str,
        look_up: Callable[[str], Credentials],
        url: Callable[[str], str],
    ) -> None:
        self._dbtool, self._look_up, self._url = dbtool, look_up, url
        self._servers: dict[Credentials, tuple[subprocess.Popen[str], str]] = {}
        self._lock = threading.Lock()
        self.faults: list[str] = []
        """Error codes that the next calls meet, one each."""
        self.bodies: list[dict[str, Any]] = []
        """What was called."""
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"http://127.0.0.1:{self._http.server_port}"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        for process, _ in self._servers.values():
            process.terminate()
            process.wait(timeout=30)

    def answer(self, path: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        content = json.loads(body)
        self.bodies.append(content)
        if self.faults:
            code = self.faults.pop(0)
            return 400, {"x-amzn-ErrorType": code}, json.dumps({"message": code}).encode()
        request = urllib.request.Request(
            self._server(self._look_up(content["secretArn"])) + path,
            data=body,
            headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return response.status, dict(response.headers), response.read()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read()

    def _server(self, credentials: Credentials) -> str:
        with self._lock:
            if credentials not in self._servers:
                user, password = credentials
                process = subprocess.Popen(
                    [
                        self._dbtool,
                        "data-api",
                        "serve",
                        "--port",
                        "0",
                        "--format",
                        "json",
                        "--url",
                        self._url(user),
                    ],
                    env={"PATH": os.environ["PATH"], "PGPASSWORD": password},
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    text=True,
                )
                assert process.stdout
                lines = ""
                while not lines.endswith("}\n"):
                    lines += process.stdout.readline()
                    assert process.poll() is None, "dbtool data-api serve did not start"
                self._servers[credentials] = (process, json.loads(lines)["endpoint"])
            return self._servers[credentials][1]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        front = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, headers, answer = front.answer(self.path, body)
                self.send_response(status)
                for name, value in headers.items():
                    if name.lower() in ("content-type", "x-amzn-errortype"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        return Handler
