"""Receives webhooks and checks their signatures (Standard Webhooks 1.0). Python 3.9 or newer, nothing to install.

    python3 receive.py 9000 secret.txt

The file holds the secret that the subscription was answered with, `whsec_…`; more of them, a line each. Prints a line for
each entry that is genuine.
"""
import base64
import hashlib
import hmac
import http.server
import json
import sys
import time

AGE_SECS_MAX = 5 * 60
BODY_BYTES_MAX = 32 * 1024 * 1024


def is_genuine(secrets, headers, body):
    """Whether whoever knows one of the secrets signed it, and not long ago."""
    told, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > AGE_SECS_MAX:
        return False
    signed = f"{told}.{timestamp}.".encode() + body
    for secret in secrets:
        key = base64.b64decode(secret[len("whsec_"):])
        ours = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        if any(hmac.compare_digest(ours, theirs) for theirs in headers.get("webhook-signature", "").split()):
            return True
    return False


class Receiver(http.server.BaseHTTPRequestHandler):
    # Ids that were had. What lasts would be kept where the work is done, in the same transaction.
    had = set()

    def do_POST(self):
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(min(length, BODY_BYTES_MAX))
        with open(sys.argv[2], encoding="utf-8") as file:
            secrets = file.read().split()
        if not is_genuine(secrets, self.headers, body):
            return self.answer(401)
        if self.headers["webhook-id"] not in self.had:
            event = json.loads(body)
            print(int(event["sequence"]), event["type"], flush=True)
            self.had.add(self.headers["webhook-id"])
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver)
    print(f"listening on http://127.0.0.1:{server.server_port}/", flush=True)
    server.serve_forever()
