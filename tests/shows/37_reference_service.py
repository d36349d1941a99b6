"""No false alarm in 100,000 text and record cases over all packs, of a service that is right by construction.

    python tests/shows/37_reference_service.py [CASES]

All are drawn, rendered, answered and judged in this process, and 500 of them over HTTP as `harness check` sends them.
"""
# slow: 100,000 cases, a minute

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import process_time

import httpx
import msgspec

from harness.core.sample import Samples
from harness.core.settings import Target
from harness.generate.bases import Bases
from harness.generate.draw import make_case
from harness.replay.codecs import encode
from tests.endpoints import reference
from tests.endpoints.reference_check import WRAPPING, Answer, Tally, drawn, judged, tally, types_of

CASES, OVER_HTTP = 100_000, 500
SERVICES: tuple[tuple[Samples, Answer], ...] = (
    (reference.parcels(), reference.score),
    (reference.tickets(), reference.route),
)


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """The service over HTTP; it sees the media type, too."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, reply = answer(self.headers["Content-Type"], body)
            content = msgspec.json.encode(reply)
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/answer"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def over_http(samples: Samples, answer: Answer, most: int) -> Tally:
    bases, found, types = Bases(seed=2, samples=samples, wrapping=WRAPPING), Tally(), types_of(samples)
    with serving(answer) as url, httpx.Client(trust_env=False, timeout=30) as client:
        target = Target(url=url, protocol="json")
        for one in drawn(samples, most, seed=2):
            case = make_case(one, bases)
            request = encode(case, target, 2, 0)
            reply = client.post(request.url, content=request.body, headers=dict(request.headers))
            found.add(case, judged(case, reply.status_code, reply.content, types))
    return found


def told(what: str, found: Tally, seconds: float) -> int:
    bodies = ", ".join(f"{count} {name}" for name, count in sorted(found.decodes.items()))
    print(
        f"{what}: {found.cases} cases in {seconds:.0f} s of one core, {found.asked} ask for an answer and "
        f"{found.through} get it, {found.handed} go to a person, {found.vacuous} changed nothing; bodies: {bodies}; "
        f"{len(found.wrong)} false alarms"
    )
    for line in found.wrong[:10]:
        print(f"  {line}")
    return len(found.wrong) + (found.through < 0.99 * found.asked)


def main() -> int:
    most, failed, cases, wrong = int(sys.argv[1]) if len(sys.argv) > 1 else CASES, 0, 0, 0
    for samples, answer in SERVICES:
        started = process_time()
        here = tally(samples, answer, most // len(SERVICES))
        failed += told(f"{samples.kind}s", here, process_time() - started)
        started = process_time()
        sent = over_http(samples, answer, OVER_HTTP // len(SERVICES))
        failed += told(f"{samples.kind}s over HTTP", sent, process_time() - started)
        cases, wrong = cases + here.cases + sent.cases, wrong + len(here.wrong) + len(sent.wrong)
    print(f"{cases:,} cases of a service that is right by construction, {wrong} false alarms")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
