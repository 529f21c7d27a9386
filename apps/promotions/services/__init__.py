"""Everything that changes promotions and promo codes, and what orders use of them."""

# What these return, for the annotations of callers above.
from apps.promotions.models import PromoCode as PromoCode
from apps.promotions.models import Promotion as Promotion
from apps.promotions.services.attempts import begin_attempt as begin_attempt
from apps.promotions.services.attempts import forget_attempt as forget_attempt
from apps.promotions.services.attempts import forget_old_attempts as forget_old_attempts
from apps.promotions.services.checking import faults_of as faults_of
from apps.promotions.services.checking import normalise as normalise
from apps.promotions.services.personal import erase_own as erase_own
from apps.promotions.services.personal import export_own as export_own
from apps.promotions.services.previewing import preview as preview
from apps.promotions.services.previewing import preview_changes as preview_changes
from apps.promotions.services.redeeming import publish_budgets as publish_budgets
from apps.promotions.services.redeeming import redeem as redeem
from apps.promotions.services.redeeming import redeem_again as redeem_again
from apps.promotions.services.redeeming import release as release
from apps.promotions.services.refusing import refusal_of as refusal_of
from apps.promotions.services.saving import CODE_FIELDS as CODE_FIELDS
from apps.promotions.services.saving import PROMOTION_FIELDS as PROMOTION_FIELDS
from apps.promotions.services.saving import save_promo_code as save_promo_code
from apps.promotions.services.saving import save_promotion as save_promotion
from apps.promotions.services.switching import activate as activate
from apps.promotions.services.switching import duplicate as duplicate
from apps.promotions.services.switching import stop as stop
