"""What marketing refuses."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Kind, NotFound, ShopError


class MarkdownNotFound(NotFound):
    """No proposal has this id."""

    code = "markdown_not_found"
    message = _("There is no such markdown.")


class MarkdownDecided(ShopError):
    """Somebody accepted or declined the proposal before, or its time has passed."""

    kind = Kind.CONFLICT
    code = "markdown_decided"
    message = _("This markdown was decided before: it is {status}.")


class MarkdownNotAccepted(ShopError):
    """Only units that were marked down can be taken back, or told of."""

    kind = Kind.CONFLICT
    code = "markdown_not_accepted"
    message = _("This markdown is {status}: there is nothing on clearance.")


class MarkdownOpen(ShopError):
    """The lot waits for a decision already."""

    kind = Kind.CONFLICT
    code = "markdown_open"
    message = _("A markdown of lot {lot} waits for a decision already.")


class MarkdownPriceMoved(ShopError):
    """The pack's price is not the one that was seen with the proposal."""

    kind = Kind.CONFLICT
    code = "markdown_price_moved"
    message = _("The price has changed from {seen} to {price}. Look at it again, then decide.")


class NothingToMarkDown(ShopError):
    """The lot is not on sale, or has no unit that is not promised."""

    kind = Kind.CONFLICT
    code = "nothing_to_mark_down"
    message = _("Lot {lot} has nothing on sale that could be marked down.")


class InvalidPercent(ShopError):
    """A markdown takes off 1 to 90 percent."""

    code = "invalid_percent"
    message = _("A markdown takes off 1 to 90 percent.")


class InvalidDays(ShopError):
    """A step is so many days before the last day of sale."""

    code = "invalid_days"
    message = _("A rule needs 0 to 365 days.")


class RuleExists(ShopError):
    """There is one step for a number of days."""

    kind = Kind.CONFLICT
    code = "markdown_rule_exists"
    message = _("There is a rule for {days} days already.")


class ReasonNeeded(ShopError):
    """Who declines says why."""

    code = "markdown_reason_missing"
    message = _("Please say why.")


class BuyersToldBefore(ShopError):
    """Buyers are told of a markdown once."""

    kind = Kind.CONFLICT
    code = "buyers_told_before"
    message = _("The buyers were told of this markdown before.")


class NobodyToTell(ShopError):
    """Nobody who bought the product can be sent an offer."""

    kind = Kind.CONFLICT
    code = "nobody_to_tell"
    message = _("Nobody who bought this product takes offers in the chat.")


class StillInStock(ShopError):
    """There is nothing to wait for: the pack can be bought."""

    kind = Kind.CONFLICT
    code = "still_in_stock"
    message = _("Good news: it is in stock, no need to wait.")


class NotToReturn(ShopError):
    """Units on clearance are the last of their lot."""

    kind = Kind.CONFLICT
    code = "not_to_return"
    message = _("This was a clearance: it does not come back.")


class TooManyAlerts(ShopError):
    """A person waits for so many packs at most."""

    kind = Kind.CONFLICT
    code = "too_many_alerts"
    message = _("You wait for {maximum} packs already. Give one of them up first.")


class ChatClosed(ShopError):
    """The bot can't write to the person, so nobody could tell them."""

    kind = Kind.CONFLICT
    code = "chat_closed"
    message = _("We can't write to you yet. Start the chat with our bot, then ask again.")


class NotDelivered(ShopError):
    """Only what arrived can be reviewed."""

    kind = Kind.CONFLICT
    code = "order_not_delivered"
    message = _("Order {number} was not delivered yet: tell us once you have tasted it.")


class InvalidStars(ShopError):
    """A review has one to five stars."""

    code = "invalid_stars"
    message = _("A review has 1 to 5 stars.")


class ReviewClosed(ShopError):
    """What was said of an order stays after a while."""

    kind = Kind.CONFLICT
    code = "review_closed"
    message = _("The review of order {number} can't be changed any more. Please write to us.")


class ReviewNotFound(NotFound):
    """The order has no review of its customer's yet."""

    code = "review_not_found"
    message = _("There is no review of this order yet.")


class TooManyFavourites(ShopError):
    """A person's list of favourites has an end."""

    kind = Kind.CONFLICT
    code = "too_many_favourites"
    message = _("You have {maximum} favourites already. Take one off the list first.")


class CampaignLinkNotFound(NotFound):
    """No campaign has such a link, or it is over."""

    code = "campaign_link_not_found"
    message = _("This offer is over, but the shop is open.")


class CampaignLinkExists(ShopError):
    """A word leads to one campaign."""

    kind = Kind.CONFLICT
    code = "campaign_link_exists"
    message = _("There is a link with the word {word} already.")


class InvalidCampaignLink(ShopError):
    """A link needs a word that fits into it, a name, and one target at most."""

    code = "invalid_campaign_link"
    message = _("A link needs a name, a word of a–z, 0–9, - and _, and one target at most.")


class BroadcastNotFound(NotFound):
    """No broadcast has this id."""

    code = "broadcast_not_found"
    message = _("There is no such broadcast.")


class BroadcastNotOpen(ShopError):
    """The broadcast has gone past the state in which this can be done."""

    kind = Kind.CONFLICT
    code = "broadcast_not_open"
    message = _("This can't be done now: the broadcast is {status}.")


class BroadcastTextMissing(ShopError):
    """Everybody reads the text in Russian where there is no other."""

    code = "broadcast_text_missing"
    message = _("Please write the text in Russian.")


class BroadcastTextTooLong(ShopError):
    """Telegram would refuse it."""

    code = "broadcast_text_too_long"
    message = _("The text is too long: {maximum} characters are the most, and it has {length}.")


class BroadcastTwoButtons(ShopError):
    """A broadcast has one button, or none."""

    code = "broadcast_two_buttons"
    message = _("Choose one button: a product, a category or a promo code.")


class BroadcastIdleDays(ShopError):
    """The segment counts 1 to 1000 days."""

    code = "broadcast_idle_days"
    message = _("Count 1 to 1000 days without an order.")


class BroadcastEndsTooSoon(ShopError):
    """Its last moment comes before its first one."""

    code = "broadcast_ends_too_soon"
    message = _("It has to begin before its time is over.")


class NobodyInSegment(ShopError):
    """Nobody would get it."""

    kind = Kind.CONFLICT
    code = "nobody_in_segment"
    message = _("Nobody who takes offers is in this segment.")


class NoWorkChat(ShopError):
    """The member of staff has no Telegram account linked."""

    kind = Kind.CONFLICT
    code = "no_work_chat"
    message = _("Your Telegram is not linked yet: ask the owner for a link on your staff page.")
