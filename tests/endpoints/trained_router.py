"""A ticket router as a pilot has it: scikit-learn's logistic regression over character n-grams, fitted at start.

    python trained_router.py TICKETS.jsonl

It runs in an environment of its own that has scikit-learn, knows nothing of the harness, and prints its address when it
listens. POST {"text"} to /route gives a label and its probability, to /label the label alone; 422 for what is no text.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-not-found]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-not-found]
from sklearn.pipeline import Pipeline, make_pipeline  # type: ignore[import-not-found]

LONGEST = 3


def fitted(table: Path) -> Pipeline:
    """The router, fitted to rows with `text` and `label`."""
    rows = [json.loads(line) for line in table.read_text(encoding="utf-8").splitlines()]
    router = make_pipeline(TfidfVectorizer(analyzer="char_wb", ngram_range=(1, LONGEST)), LogisticRegression(C=30.0))
    return router.fit([row["text"] for row in rows], [row["label"] for row in rows])


def answer(router: Pipeline, body: bytes) -> tuple[int, dict[str, object]]:
    """Status and reply, with the confidence."""
    try:
        text = json.loads(body)["text"]
    except (ValueError, KeyError, TypeError):
        return 422, {"detail": "no text"}
    if not isinstance(text, str) or not text.strip():
        return 422, {"detail": "no text"}
    (likely,) = router.predict_proba([text])
    best = int(likely.argmax())
    return 200, {"label": str(router.classes_[best]), "confidence": round(float(likely[best]), 4)}


def handler(router: Pipeline) -> type[BaseHTTPRequestHandler]:
    """The request handler that answers with this router."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            status, reply = answer(router, self.rfile.read(int(self.headers.get("Content-Length", 0))))
            if self.path == "/label":
                reply.pop("confidence", None)
            told = json.dumps(reply).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, format: str, *args: object) -> None:
            """Print nothing for a request."""

    return Handler


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(fitted(Path(sys.argv[1]))))
    server.daemon_threads = True
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
