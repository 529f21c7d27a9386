"""Promotions and promo codes: planned, tried on real carts, run, stopped, counted."""

from apps.promotions.admin import panels as panels
from apps.promotions.admin.codes import PromoCodeAdmin as PromoCodeAdmin
from apps.promotions.admin.promotions import PromotionAdmin as PromotionAdmin
from apps.promotions.admin.redemptions import RedemptionAdmin as RedemptionAdmin
