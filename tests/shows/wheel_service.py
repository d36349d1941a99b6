"""A correct service in one file, with nothing but the standard library: total = quantity x price.

write FOLDER: its pilot's samples. serve: prints its URL and answers until it is killed.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.reply(404, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            order = json.loads(body)
            numbers = [order["quantity"], order["price"]]
            if any(isinstance(n, bool) or not isinstance(n, int | float) for n in numbers) or not order["name"]:
                raise ValueError("not of its type")
            if not isinstance(order["name"], str):
                raise ValueError("not of its type")
            if not (1 <= numbers[0] <= 1000 and 0 <= numbers[1] <= 1000):  # which NaN is not either
                raise ValueError("out of its range")
            self.reply(200, {"total": round(numbers[0] * numbers[1], 2)})
        except (ValueError, KeyError, TypeError) as reason:
            self.reply(422, {"detail": str(reason)})

    def reply(self, status: int, value: object) -> None:
        content = json.dumps(value).encode()
        head = f"HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        self.wfile.write(head.encode() + content)

    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    if sys.argv[1] == "write":
        folder = Path(sys.argv[2])
        folder.mkdir(parents=True, exist_ok=True)
        orders = [{"name": f"part {k}", "quantity": k + 1, "price": 2.5 * k + 1} for k in range(60)]
        rows = [{**order, "total": round(float(order["quantity"]) * float(order["price"]), 2)} for order in orders]  # type: ignore[arg-type]
        (folder / "orders.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        return
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_port}/total", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
