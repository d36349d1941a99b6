"""The relay beside mitmproxy's reverse mode and nginx's stream module: requests a second on one core, in one run.

Needs nginx with its stream module, wrk, and mitmdump on the PATH or in MITMDUMP. The server and wrk share one core, the
proxy has the other. Each proxy is measured in turn, ROUNDS times; the medians are compared. A fast proxy leaves the
other core little idle time, so requests per CPU second of the proxy are printed as well.
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil

from tests.endpoints.servers import await_port, free_port

ROUNDS, SECONDS, CONNECTIONS = 5, 2, 32
TRACE = "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
MODULE = "/usr/lib/nginx/modules/ngx_stream_module.so"
MIN_HTTP, MIN_TCP = 25.0, 0.45


def nginx_conf(folder: Path, name: str, block: str, cpu: int) -> list[str]:
    path = folder / f"{name}.conf"
    path.write_text(
        f"load_module {MODULE};\nworker_processes 1;\ndaemon off;\n"
        f"pid {folder}/{name}.pid;\nerror_log {folder}/{name}.log;\n"
        f"worker_cpu_affinity {1 << cpu:02b};\nevents {{ worker_connections 4096; }}\n{block}\n",
        encoding="utf-8",
    )
    return ["nginx", "-c", str(path)]


@contextmanager
def started(command: list[str], port: int, cpu: int) -> Iterator[psutil.Process]:
    server = subprocess.Popen(
        ["taskset", "-c", str(cpu), *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        await_port(port)
        yield psutil.Process(server.pid)
    finally:
        server.terminate()
        server.wait()


def used(process: psutil.Process) -> float:
    """CPU seconds of the process and its children so far."""
    times = [one.cpu_times() for one in (process, *process.children(recursive=True))]
    return float(sum(one.user + one.system for one in times))


def requests_a_second(port: int) -> float:
    command = ["taskset", "-c", "1", "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-H", TRACE]
    done = subprocess.run(
        [*command, f"http://127.0.0.1:{port}/v1/vendors/4711"], check=True, capture_output=True, text=True
    )
    found = re.search(r"Requests/sec:\s*([\d.]+)", done.stdout)
    assert found, done.stdout
    assert "Non-2xx" not in done.stdout, done.stdout
    return float(found[1])


def relay(folder: Path, name: str, url: str, port: int, faults: str) -> list[str]:
    (folder / f"{name}.toml").write_text(
        f'[[upstream]]\nname = "erp"\nurl = "{url}"\nlisten = "127.0.0.1:{port}"\n', encoding="utf-8"
    )
    (folder / f"{name}_faults.toml").write_text(faults, encoding="utf-8")
    program = [str(Path(sys.executable).with_name("harness"))]
    return [*program, "serve", "proxy", "--config", f"{folder}/{name}.toml", "--faults", f"{folder}/{name}_faults.toml"]


FIVE = "".join(
    f'[[fault]]\nkind = "status"\nwhere = "erp"\nname = "erp.{k}"\npath = "/never/{k}"\nshare = 0.5\n' for k in range(5)
)
FIVE_OVER_TCP = "".join(
    f'[[fault]]\nkind = "reset"\nwhere = "erp"\nname = "erp.{k}"\nwindow = [{9000 + k}, 9999]\n' for k in range(5)
)


def main() -> int:
    mitmdump = os.environ.get("MITMDUMP") or shutil.which("mitmdump")
    if not (mitmdump and shutil.which("nginx") and shutil.which("wrk") and Path(MODULE).exists()):
        print("skipped: needs nginx with its stream module, wrk and mitmdump")
        return 77
    names = ["direct", "nginx stream", "relay TCP", "relay HTTP", "mitmproxy"]
    ports = {name: free_port() for name in names}
    origin = ports["direct"]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        answer = '{"name": "' + "x" * 1000 + '"}'
        http = f"http {{ access_log off; keepalive_requests 100000000; server {{ listen 127.0.0.1:{origin}; "
        http += f"location / {{ default_type application/json; return 200 '{answer}'; }} }} }}"
        passing = f"stream {{ server {{ listen 127.0.0.1:{ports['nginx stream']}; proxy_pass 127.0.0.1:{origin}; }} }}"
        reverse = ["--mode", f"reverse:http://127.0.0.1:{origin}", "--listen-host", "127.0.0.1"]
        commands = {
            "direct": nginx_conf(folder, "origin", http, 1),
            "nginx stream": nginx_conf(folder, "stream", passing, 0),
            "relay TCP": relay(folder, "tcp", f"tcp://127.0.0.1:{origin}", ports["relay TCP"], FIVE_OVER_TCP),
            "relay HTTP": relay(folder, "http", f"http://127.0.0.1:{origin}", ports["relay HTTP"], FIVE),
            "mitmproxy": [mitmdump, "-q", *reverse, "-p", str(ports["mitmproxy"])],
        }
        running = {
            name: stack.enter_context(started(commands[name], ports[name], int(name == "direct"))) for name in names
        }
        time.sleep(1)
        rates: dict[str, list[float]] = {name: [] for name in names}
        each: dict[str, list[float]] = {name: [] for name in names}
        for _ in range(ROUNDS):
            for name in names:
                before = used(running[name])
                rate = requests_a_second(ports[name])
                rates[name].append(rate)
                each[name].append(rate * SECONDS / max(used(running[name]) - before, 0.01))
    medians = {name: statistics.median(some) for name, some in rates.items()}
    for name in names:
        print(f"{name:14} {medians[name]:9.0f} requests/s   {statistics.median(each[name]):9.0f} a CPU second")
    over_http, over_tcp = medians["relay HTTP"] / medians["mitmproxy"], medians["relay TCP"] / medians["nginx stream"]
    print(
        f"relay: HTTP {over_http:.1f}x mitmproxy (goal {MIN_HTTP:g}x), TCP {over_tcp:.2f}x nginx stream ({MIN_TCP:g}x)"
    )
    return 0 if over_http >= MIN_HTTP and over_tcp >= MIN_TCP else 1


if __name__ == "__main__":
    sys.exit(main())
