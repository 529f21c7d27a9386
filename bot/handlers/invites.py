"""Inviting friends."""

from telegram import Update

from apps.marketing import selectors
from apps.marketing import services as marketing
from bot.bridge import call_service
from bot.context import ShopContext
from bot.handlers.arrival import leave_step
from bot.screen import show
from bot.screens import invites as screens

INVITE_LINK = "ref_"


async def show_invitation(update: Update, context: ShopContext) -> None:
    """Show a person's own link, and what it has brought."""
    await leave_step(context)
    card = await call_service(selectors.invite_card, customer_id=context.customer_id)
    link = f"https://t.me/{context.bot.username}?start={INVITE_LINK}{card.token}"
    await show(context, screens.invitation(card=card, link=link))


async def accept(context: ShopContext, *, token: str) -> str:
    """Remember by whose link somebody came, and return what to tell them; empty for nothing."""
    invitation = await call_service(
        marketing.accept_invitation, friend_id=context.customer_id, token=token
    )
    if invitation is None:
        return ""
    return screens.welcome(invitation=invitation)
