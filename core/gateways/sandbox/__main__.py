"""Start the sandbox provider: `ECOMNET_SANDBOX=1 python -m core.gateways.sandbox --port 9100`."""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from core.gateways.sandbox.catalogue import providers
from core.gateways.sandbox.server import Sandbox, serve
from core.gateways.sandbox.store import Store


def main() -> None:
    """Read the arguments, refuse where a sandbox has no business, and serve until told to end."""
    arguments = _arguments()
    if os.environ.get("ECOMNET_SANDBOX") != "1":
        sys.exit("The sandbox invents money. It starts only where ECOMNET_SANDBOX=1 says that this is wanted.")
    played = providers()
    if not played:
        sys.exit("Set ECOMNET_PROVIDER_<CODE>_SECRET for each company that the sandbox shall play.")
    Path(arguments.database).parent.mkdir(parents=True, exist_ok=True)
    sandbox = Sandbox(Store(arguments.database), played, arguments.callbacks)
    server = serve(sandbox, host=arguments.host, port=arguments.port, path=arguments.socket)
    sandbox.start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    sys.stdout.write(f"sandbox provider at {arguments.socket or sandbox.origin}\n")
    sys.stdout.flush()
    server.serve_forever(poll_interval=0.1)
    server.server_close()
    sandbox.stop()


def _arguments() -> argparse.Namespace:
    environment = os.environ.get
    parser = argparse.ArgumentParser(prog="python -m core.gateways.sandbox", description=__doc__)
    parser.add_argument("--host", default=environment("ECOMNET_SANDBOX_HOST", "127.0.0.1"))
    parser.add_argument(
        "--port", type=int, default=int(environment("ECOMNET_SANDBOX_PORT", "9100")), help="0: any free"
    )
    parser.add_argument("--socket", default=environment("ECOMNET_SANDBOX_SOCKET", ""), help="instead of a port")
    parser.add_argument("--database", default=environment("ECOMNET_SANDBOX_DATABASE", ".state/sandbox.sqlite3"))
    parser.add_argument(
        "--callbacks",
        default=environment("ECOMNET_SANDBOX_CALLBACK_URL", ""),
        help="where EcomNet answers, such as http://localhost:8000; without it nothing is called back",
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
