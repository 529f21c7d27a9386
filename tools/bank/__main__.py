"""`python -m tools.bank`: listens on BANK_PORT and notifies PUBLIC_URL."""

import os

from aiohttp import web

from tools.bank.server import build_app

if __name__ == "__main__":
    web.run_app(
        build_app(shop=os.environ["PUBLIC_URL"].rstrip("/")),
        host="127.0.0.1",
        port=int(os.environ.get("BANK_PORT", "8082")),
        print=None,
    )
