"""The page where a payer pays, declines or walks away."""

from __future__ import annotations

from html import escape
from string import Template

from aiohttp import web

from tools.bank.counters import announced, found
from tools.bank.ledger import Payment, Refusal
from tools.bank.yookassa import base_of

_WORDS = {
    "ru": {
        "title": "Оплата (пробный банк)", "note": "Настоящие деньги не списываются.",
        "pay": "Оплатить", "decline": "Банк отказал", "leave": "Вернуться без оплаты",
        "over": "Этот платёж уже завершён.", "back": "Вернуться в магазин",
    },
    "en": {
        "title": "Payment (trial bank)", "note": "No real money is taken.",
        "pay": "Pay", "decline": "The bank declines", "leave": "Go back without paying",
        "over": "This payment is over.", "back": "Back to the shop",
    },
}  # fmt: skip
_PAGE = Template("""<!doctype html><html lang="$language"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>$title</title>
<style>
:root { color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif; }
main { max-width: 22rem; margin: 12vh auto; padding: 0 1.25rem; text-align: center; }
strong { display: block; font-size: 2.2rem; margin: .5rem 0 1rem; }
button, a { display: block; box-sizing: border-box; width: 100%; min-height: 3rem; margin: .75rem 0;
  padding: .7rem; border: 1px solid #8888; border-radius: .75rem; font: inherit; color: inherit;
  background: none; text-decoration: none; cursor: pointer; }
.main { background: #0b63ce; border-color: #0b63ce; color: #fff; }
small { opacity: .75; }
</style><main><h1>$title</h1><p>$description</p><strong>$amount</strong>$choices
<small>$note</small></main></html>""")


def add_pages(app: web.Application) -> None:
    """Give the bank its page."""
    app.router.add_get("/pay/{id}", _show)
    app.router.add_post("/pay/{id}/{choice:pay|decline}", _choose)


async def _show(request: web.Request) -> web.Response:
    payment = found(request)
    language = "en" if request.headers.get("Accept-Language", "").startswith("en") else "ru"
    text = _PAGE.substitute(
        _WORDS[language],
        language=language,
        description=escape(payment.description),
        amount=f"{payment.amount} {escape(payment.currency)}",
        choices=_choices(payment, _WORDS[language]),
    )
    return web.Response(text=text, content_type="text/html")


async def _choose(request: web.Request) -> web.Response:
    payment = found(request)
    try:
        payment.pay() if request.match_info["choice"] == "pay" else payment.decline()
    except Refusal:
        raise web.HTTPSeeOther(f"/pay/{payment.id}") from None
    announced(request.app, payment, base_of(request))
    raise web.HTTPSeeOther(payment.return_url or "/")


def _choices(payment: Payment, words: dict[str, str]) -> str:
    back = f'<a href="{escape(payment.return_url)}">'
    if payment.status != "pending":
        return f"<p>{words['over']}</p>{back}{words['back']}</a>"
    buttons = "".join(
        f'<form method="post" action="/pay/{payment.id}/{choice}">'
        f'<button class="{look}">{words[choice]}</button></form>'
        for choice, look in (("pay", "main"), ("decline", ""))
    )
    return f"{buttons}{back}{words['leave']}</a>"
