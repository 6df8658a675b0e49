"""Stands in for AWS: moto's server for the services, and what a container, an instance and the SSO portal
answer. Prints one line of JSON with the addresses, and ends when its standard input does.
"""

import gzip
import http.server
import json
import sys
import threading
import time
import urllib.parse
import urllib.request

from moto.server import ThreadedMotoServer

moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
moto.start()

KEYS = {"AccessKeyId": "AKIDROLE", "SecretAccessKey": "role-secret", "Token": "role-token",
        "Expiration": "2999-01-01T00:00:00Z"}
skewed = {"count": 0}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body go in one packet; else the body waits 40 ms for the receipt of the head.
    wbufsize = -1

    def log_message(self, *words):
        pass

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def json(self, value, status=200, **headers):
        self.answer(status, json.dumps(value).encode(), **headers)

    def do_PUT(self):
        if self.path == "/latest/api/token" and self.headers.get("x-aws-ec2-metadata-token-ttl-seconds"):
            return self.answer(200, b"instance-token")
        self.answer(404)

    def do_GET(self):
        address = urllib.parse.urlparse(self.path)
        roles = "/latest/meta-data/iam/security-credentials/"
        if address.path.startswith(roles):
            if self.headers.get("x-aws-ec2-metadata-token") != "instance-token":
                return self.answer(401)
            if address.path == roles:
                return self.answer(200, b"the-role")
            return self.json({**KEYS, "AccessKeyId": "AKIDINSTANCE"})
        if address.path == "/container":
            if self.headers.get("Authorization") != "container-token":
                return self.answer(401)
            return self.json({**KEYS, "AccessKeyId": "AKIDCONTAINER"})
        if address.path == "/federation/credentials":
            query = urllib.parse.parse_qs(address.query)
            if (self.headers.get("x-amz-sso_bearer_token") != "sso-token"
                    or query != {"role_name": ["Reader"], "account_id": ["123456789012"]}):
                return self.answer(401)
            return self.json({"roleCredentials": {
                "accessKeyId": "AKIDSSO", "secretAccessKey": "s", "sessionToken": "t",
                "expiration": int((time.time() + 3600) * 1000)}})
        self.answer(404)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/skewed":
            # The clock of this server is a day ahead.
            skewed["count"] += 1
            tomorrow = time.gmtime(time.time() + 86_400)
            if self.headers["X-Amz-Date"][:8] != time.strftime("%Y%m%d", tomorrow):
                self.send_response_only(403)
                self.send_header("Date", time.strftime("%a, %d %b %Y %H:%M:%S GMT", tomorrow))
                text = json.dumps({"__type": "InvalidSignatureException",
                                   "message": "Signature expired: too old"}).encode()
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)
                return None
            return self.json({"count": skewed["count"]})
        if self.path == "/echo":
            return self.answer(200, body)
        if self.path == "/long":
            # A little more than a client may take.
            return self.answer(200, bytes((64 << 20) + 1))
        if self.path == "/close":
            # The first request on a connection is answered; the next one is swallowed.
            self.connection_uses = getattr(self, "connection_uses", 0) + 1
            calls.append(self.path)
            if self.connection_uses == 1:
                return self.json({"calls": len(calls)})
            self.close_connection = True
            return None
        if self.path == "/calls":
            return self.json({"calls": len(calls)})
        if self.headers.get("X-Amz-Target", "").endswith(".GetMetricData"):
            return self.metric_data(json.loads(body))
        self.answer(404)

    def metric_data(self, request):
        """Five values of each metric, two a page; of the namespace Endless without end."""
        page = int(request.get("NextToken", "0"))
        last = 2
        results = [
            {"Id": query["Id"], "Label": "x", "StatusCode": "PartialData",
             "Timestamps": [request["StartTime"] + 60 * number for number in numbers],
             "Values": [float(number) for number in numbers]}
            for query in request["MetricDataQueries"]
            for numbers in [range(2 * page, min(2 * page + 2, 5))]]
        namespace = request["MetricDataQueries"][0]["MetricStat"]["Metric"]["Namespace"]
        if namespace == "Endless":
            page, results = -1, []
        if namespace == "Uneven":
            results[0]["Values"].pop()
        if namespace == "Stranger":
            results[0]["Id"] = "someone"
        more = {"NextToken": str(page + 1)} if page < last else {}
        self.json({"MetricDataResults": results, **more})


class Unpacker(http.server.BaseHTTPRequestHandler):
    """Unpacks what is compressed and hands it to moto, which itself fails on compressed JSON."""

    protocol_version = "HTTP/1.1"
    packed = 0

    def log_message(self, *words):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name: value for name, value in self.headers.items()
                   if name.lower() not in ("content-encoding", "content-length", "host")}
        if self.headers.get("Content-Encoding") == "gzip":
            Unpacker.packed += 1
            body = gzip.decompress(body)
        request = urllib.request.Request(f"http://127.0.0.1:{port}/", data=body, headers=headers)
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
            self.send_response(answer.status)
            self.send_header("X-Packed", str(Unpacker.packed))
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

    def do_GET(self):
        text = str(Unpacker.packed).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


class Throttler(Unpacker):
    """The same, but says first that it was asked too often."""

    refused = 0

    def do_POST(self):
        if Throttler.refused < 2:
            Throttler.refused += 1
            self.rfile.read(int(self.headers["Content-Length"]))
            text = json.dumps({"__type": "com.amazonaws.cloudwatch#ThrottlingException",
                               "message": "Rate exceeded"}).encode()
            self.send_response(400)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)
        else:
            super().do_POST()


calls = []
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
host, port = moto.get_host_and_port()
unpacker = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Unpacker)
threading.Thread(target=unpacker.serve_forever, daemon=True).start()
throttler = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Throttler)
threading.Thread(target=throttler.serve_forever, daemon=True).start()
print(json.dumps({"throttler": f"http://127.0.0.1:{throttler.server_port}", "moto": f"http://127.0.0.1:{port}", "metadata": f"http://127.0.0.1:{server.server_port}",
                  "unpacker": f"http://127.0.0.1:{unpacker.server_port}"}), flush=True)
sys.stdin.read()
