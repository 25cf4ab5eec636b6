"""Install jinguo-offline.zip with the network cut and open its dashboard.

Run as `python -m benchmarks.offline [ZIP]`, on Linux with `unshare`; without a path it takes the
zip that `make offline` built.
"""

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from pathlib import Path

ZIP = Path(__file__).parent.parent / "dist" / "jinguo-offline.zip"
INSIDE = "--inside"
PORT = 8799
PATIENCE = 900.0  # seconds until the page must be there


def main(path: Path) -> int:
    """Unpack the bundle, start it in a world without network, and time it."""
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(path) as file:
            file.extractall(folder)
        home = Path(folder) / "jinguo-offline"
        command = ["unshare", "-rn", sys.executable, __file__, INSIDE, str(home)]
        return subprocess.run(command, check=False).returncode


def inside(home: Path) -> int:
    """The first start and the second, where nothing but this computer can be reached."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    print("network:", "reachable" if _reachable("https://example.org") else "cut")
    for which in ("first", "second"):
        began = time.perf_counter()
        server = subprocess.Popen(
            ["sh", str(home / "start.sh"), "--no-open", "--port", str(PORT)],
            env={k: v for k, v in os.environ.items() if not k.startswith("PYTHON")},
        )
        try:
            if not _comes(server):
                print(f"{which} start: failed")
                return 1
            print(f"{which} start to page: {time.perf_counter() - began:.0f} s")
        finally:
            server.terminate()
            server.wait()
    size = sum(path.stat().st_size for path in home.rglob("*") if path.is_file())
    print(f"on disk: {size / 1e6:.0f} MB")
    return 0


def _comes(server: "subprocess.Popen[bytes]") -> bool:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        if _reachable(f"http://127.0.0.1:{PORT}/"):
            return True
        time.sleep(0.5)
    return False


def _reachable(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


if __name__ == "__main__":
    if INSIDE in sys.argv:
        raise SystemExit(inside(Path(sys.argv[-1])))
    raise SystemExit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ZIP))
