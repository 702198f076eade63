"""A receiver of Journeywork's webhooks that one can start from: it checks signatures and takes each event once.

    pip install standardwebhooks
    WEBHOOK_SECRET=whsec_... python examples/webhook_receiver.py 9000

Three rules make it safe. The body is verified as it came, before anything reads it. An event is written down under its
`webhook-id` together with what it changes, in one transaction, so a repeat changes nothing. And it answers quickly:
what takes long is done later.
"""

import json
import os
import sqlite3
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

LARGEST = 256 * 1024
TABLES = """
create table if not exists seen (webhook_id text primary key);
create table if not exists placements (id text primary key, last_event text not null);
"""


class Receiver(BaseHTTPRequestHandler):
    """Takes events in by POST. `secret` and `database` are set by `serve`."""

    secret: str
    database: str

    def do_POST(self) -> None:
        """Verify, take once, answer: 204 for what is taken now or was before, 401 for what is not from Journeywork."""
        length = int(self.headers.get("Content-Length", 0))
        if length > LARGEST:
            self.answer(413)
            return
        body = self.rfile.read(length)
        try:
            event = Webhook(self.secret).verify(body, dict(self.headers))
        except (WebhookVerificationError, ValueError):
            self.answer(401)
            return
        self.take(self.headers["webhook-id"], event)
        self.answer(204)

    def take(self, webhook_id: str, event: dict[str, str]) -> None:
        """Do what the event asks for, unless it was done before. Here: note what last happened to each placement."""
        with sqlite3.connect(self.database) as db:
            new = db.execute("insert or ignore into seen values (?)", (webhook_id,)).rowcount
            if new and event["type"].startswith("org.journeywork.placement."):
                db.execute("insert or replace into placements values (?, ?)", (event["subject"], event["type"]))
        db.close()
        print(json.dumps({"id": webhook_id, "type": event["type"], "new": bool(new)}), flush=True)

    def answer(self, status: int) -> None:
        """Answer with a status and nothing else."""
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's word
        """Say nothing of requests; `take` says what was taken."""


def serve(secret: str, port: int, database: str = "events.db") -> ThreadingHTTPServer:
    """Make a server that listens on this machine; call its `serve_forever`."""
    with sqlite3.connect(database) as db:
        db.executescript(TABLES)
    db.close()
    handler = type("Bound", (Receiver,), {"secret": secret, "database": database})
    return ThreadingHTTPServer(("127.0.0.1", port), handler)


if __name__ == "__main__":
    serve(os.environ["WEBHOOK_SECRET"], int(sys.argv[1])).serve_forever()
