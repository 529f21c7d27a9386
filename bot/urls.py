"""The addresses of this app."""

from django.urls import path

from bot.views import telegram_webhook

urlpatterns = [path("webhooks/telegram/", telegram_webhook, name="telegram-webhook")]
