"""What the bot keeps of a chat, and the checkout that is led in it."""

from bot.services.cards import card_key as card_key
from bot.services.cards import make_card as make_card
from bot.services.chats import change_draft as change_draft
from bot.services.chats import go_to_step as go_to_step
from bot.services.chats import keep_filters as keep_filters
from bot.services.chats import look_at as look_at
from bot.services.chats import receive as receive
from bot.services.chats import remember_screen as remember_screen
from bot.services.chats import remember_search as remember_search
from bot.services.checkout import begin_checkout as begin_checkout
from bot.services.checkout import choose as choose
from bot.services.checkout import keep_address as keep_address
from bot.services.checkout import keep_comment as keep_comment
from bot.services.checkout import keep_point as keep_point
from bot.services.checkout import order_again as order_again
from bot.services.checkout import place_order as place_order
from bot.services.checkout import use_code as use_code
from bot.services.pictures import forget_pictures as forget_pictures
from bot.services.pictures import known_picture as known_picture
from bot.services.pictures import remember_picture as remember_picture
